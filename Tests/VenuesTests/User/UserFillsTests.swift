internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

@Suite struct UserFillsTests {
    private static let owner = "3e2c94ca-8124-c4c1-c7ea-be1ea21b71fe"
    private static let address = "0xa3D82Ed56F4c68d2328Fb8c29e568Ba2cAF7d7c8"

    private func text(_ text: String) -> InlineText { InlineText(text) ?? InlineText() }

    private func identity(owner: String = owner, address: String = address) -> UserIdentity {
        UserIdentity(owner: text(owner), makerAddress: text(address))
    }

    /// A buy of 15 Up at 0.50 against two makers, the second of which is ours.
    private func trade(
        _ status: String,
        owner: String = owner,
        address: String = "0x1",
        outcome: String = "Down",
        side: String? = nil,
        traderSide: String = "MAKER"
    ) -> String {
        "{\"event_type\":\"trade\",\"type\":\"TRADE\",\"id\":\"t1\",\"market\":\"0xm\","
            + "\"asset_id\":\"11\",\"side\":\"BUY\",\"price\":\"0.5\",\"size\":\"15\","
            + "\"outcome\":\"Up\",\"status\":\"\(status)\",\"taker_order_id\":\"0xtaker\","
            + "\"trader_side\":\"\(traderSide)\",\"timestamp\":\"1762776436\",\"match_time\":\"1\","
            + "\"fee_rate_bps\":\"\",\"maker_orders\":["
            + "{\"order_id\":\"0xother\",\"owner\":\"x\",\"maker_address\":\"0x2\","
            + "\"matched_amount\":\"5\",\"price\":\"0.5\",\"asset_id\":\"11\",\"outcome\":\"Up\"},"
            + "{\"order_id\":\"0xours\",\"owner\":\"\(owner)\",\"maker_address\":\"\(address)\","
            + "\"matched_amount\":\"10\",\"price\":\"0.48\",\"asset_id\":\"22\","
            + "\"outcome\":\"\(outcome)\"\(side.map { ",\"side\":\"\($0)\"" } ?? "")}]}"
    }

    private func messages(_ frame: String) throws -> [UserMessage] {
        let bytes = Array(frame.utf8)
        var messages: [UserMessage] = []
        var frame = UserFrame(bytes.span)
        while let message = try frame.next() { messages.append(message) }
        return messages
    }

    @Test("a trade read back has the time of its match, and is none the worse without one")
    func matchTime() throws {
        let cases: [(stamps: String, seconds: Int64)] = [
            ("\"timestamp\":\"1762776436\",\"match_time\":\"1762776367\"", 1_762_776_436),
            ("\"match_time\":\"1762776367\"", 1_762_776_367),
            ("\"match_time\":\"2024-01-01T00:00:00Z\"", 0), ("\"match_time\":7", 0),
        ]
        for (stamps, seconds) in cases {
            let text = trade("MATCHED").replacing(
                "\"timestamp\":\"1762776436\",\"match_time\":\"1\"",
                with: stamps
            )
            guard case .trade(let trade)? = try messages(text).first else {
                Issue.record("\(stamps)")
                continue
            }
            #expect(trade.venueTime == Timestamp(seconds: seconds), "\(stamps)")
        }
    }

    private func tell(_ frames: [String], _ fills: inout UserFills) throws -> [String] {
        var words: [String] = []
        for frame in frames {
            for case .trade(let trade) in try messages(frame) {
                var events: [UserFillEvent] = []
                fills.take(trade, into: &events)
                words += events.map { event in
                    switch event {
                    case .matched: "matched"
                    case .confirmed: "confirmed"
                    case .retrying: "retrying"
                    case .failed: "failed"
                    }
                }
            }
        }
        return words
    }

    @Test("as maker our fill is our own entry: its order, token, price and size")
    func maker() throws {
        var fills = UserFills(identity: identity())
        guard case .trade(let trade)? = try messages(trade("MATCHED")).first else {
            Issue.record("no trade")
            return
        }
        var events: [UserFillEvent] = []
        fills.take(trade, into: &events)
        guard case .matched(let fill)? = events.first, events.count == 1 else {
            Issue.record("\(events)")
            return
        }
        #expect(fill.orderID == text("0xours") && fill.token == text("22"))
        // They bought Up and we hold an offer of the pair's other half: both bought.
        #expect(fill.side == .buy && fill.price == Price(raw: 4_800))
        #expect(fill.size == Quantity(shares: 10) && fill.isMaker)
        #expect(fill.venueTime == Timestamp(seconds: 1_762_776_436))
    }

    @Test(
        "our side follows from the token when the venue leaves it out, and is the venue's otherwise"
    )
    func sides() throws {
        for (outcome, told, side) in [
            ("Down", nil, Side.buy), ("Up", nil, .sell), ("Down", "SELL", .sell),
            ("Up", "BUY", .buy),
        ] as [(String, String?, Side)] {
            var fills = UserFills(identity: identity())
            var events: [UserFillEvent] = []
            for case .trade(let trade) in try messages(
                trade("MATCHED", outcome: outcome, side: told)
            ) {
                fills.take(trade, into: &events)
            }
            guard case .matched(let fill)? = events.first else {
                Issue.record("\(events)")
                continue
            }
            #expect(fill.side == side, "\(outcome) \(told ?? "-")")
        }
    }

    @Test("the address finds our entry without the owner, in any case of its letters")
    func address() throws {
        for (address, count) in [(Self.address.lowercased(), 1), ("0x9", 0)] {
            var fills = UserFills(identity: identity())
            let frame = trade("MATCHED", owner: "", address: address)
            #expect(try tell([frame], &fills).count == count)
        }
    }

    @Test("as taker the fill is the trade's own")
    func taker() throws {
        var fills = UserFills(identity: identity(owner: "nobody", address: "0xnobody"))
        var events: [UserFillEvent] = []
        for case .trade(let trade) in try messages(trade("MATCHED", traderSide: "TAKER")) {
            fills.take(trade, into: &events)
        }
        guard case .matched(let fill)? = events.first else {
            Issue.record("\(events)")
            return
        }
        #expect(fill.orderID == text("0xtaker") && !fill.isMaker)
        #expect(fill.size == Quantity(shares: 15))
    }

    @Test(
        "a fill goes its way once, whatever is said twice, late or in another order",
        arguments: [
            (["MATCHED"], ["matched"]),
            (["MATCHED", "MATCHED", "MINED", "CONFIRMED", "CONFIRMED"], ["matched", "confirmed"]),
            (["MATCHED", "CONFIRMED", "MINED", "MATCHED"], ["matched", "confirmed"]),
            (["CONFIRMED", "MATCHED"], ["matched", "confirmed"]),
            (
                ["MATCHED", "RETRYING", "RETRYING", "MINED", "CONFIRMED"],
                ["matched", "retrying", "confirmed"]
            ),
            (["RETRYING", "FAILED"], ["matched", "retrying", "failed"]),
            (["MATCHED", "FAILED", "FAILED", "MATCHED"], ["matched", "failed"]),
            (["FAILED", "MATCHED", "CONFIRMED"], []),
            (["TRADE_STATUS_MATCHED", "TRADE_STATUS_CONFIRMED"], ["matched", "confirmed"]),
            (["SOMETHING", "MATCHED"], ["matched"]),
        ] as [([String], [String])]
    )
    func ways(statuses: [String], events: [String]) throws {
        var fills = UserFills(identity: identity())
        #expect(try tell(statuses.map { trade($0) }, &fills) == events)
    }

    @Test("what cannot be is counted: an end after another end, another size under the same name")
    func contradictions() throws {
        var fills = UserFills(identity: identity())
        _ = try tell([trade("CONFIRMED"), trade("FAILED")], &fills)
        #expect(fills.contradictions == 1)
        let other = trade("CONFIRMED").replacing(
            "\"matched_amount\":\"10\"",
            with: "\"matched_amount\":\"11\""
        )
        _ = try tell([other], &fills)
        #expect(fills.contradictions == 2 && fills.duplicates == 1)
        #expect(fills.provisionalCount == 0)
    }

    @Test("a fill's number is the same in every session and differs between fills")
    func number() throws {
        var numbers: Set<UInt64> = []
        for id in ["t1", "t2", "t1"] {
            var fills = UserFills(identity: identity())
            var events: [UserFillEvent] = []
            for case .trade(let trade) in try messages(
                trade("MATCHED").replacing("\"t1\"", with: "\"\(id)\"")
            ) {
                fills.take(trade, into: &events)
            }
            if case .matched(let fill)? = events.first { numbers.insert(fill.number) }
        }
        #expect(numbers.count == 2)
    }

    @Test("however long the session, the memory of fills is bounded, and ended ones go first")
    func bounded() throws {
        var fills = UserFills(identity: identity())
        guard case .trade(let first)? = try messages(trade("MATCHED")).first else { return }
        _ = first
        for index in 0..<(UserFills.fillsMax + 10) {
            let status = index == 0 ? "MATCHED" : "CONFIRMED"
            _ = try tell([trade(status).replacing("\"t1\"", with: "\"u\(index)\"")], &fills)
        }
        #expect(fills.forgotten == 0 && fills.provisionalCount == 1)
    }

    @Test("orders: empty sizes, seconds and milliseconds, a status that is a sentence")
    func orders() throws {
        func order(_ change: (String) -> String) throws -> UserOrder? {
            let text =
                "{\"event_type\":\"order\",\"type\":\"CANCELLATION\",\"id\":\"0x78\",\"market\":\"0x14\","
                + "\"asset_id\":\"256\",\"side\":\"BUY\",\"original_size\":\"12\",\"size_matched\":\"\","
                + "\"price\":\"0.6\",\"created_at\":\"\",\"status\":\"CANCELED_it couldn't be\","
                + "\"timestamp\":\"1777824065000\",\"outcome\":\"\"}"
            guard case .order(let order)? = try messages(change(text)).first else { return nil }
            return order
        }
        let cancelled = try #require(try order { $0 })
        #expect(cancelled.status == .cancelled && cancelled.kind == .cancellation)
        #expect(cancelled.matchedSize == nil && cancelled.originalSize == Quantity(shares: 12))
        #expect(cancelled.venueTime == Timestamp(milliseconds: 1_777_824_065_000))
        let seconds = try order { $0.replacing("1777824065000", with: "1777824065") }
        #expect(seconds?.venueTime == Timestamp(seconds: 1_777_824_065))
        // Without `event_type`, `type` says it.
        let live = try order {
            $0.replacing("\"event_type\":\"order\",", with: "").replacing(
                "CANCELLATION",
                with: "UPDATE"
            )
            .replacing("CANCELED_it couldn't be", with: "ORDER_STATUS_LIVE")
        }
        #expect(live?.status == .live && live?.kind == .update)
    }

    @Test("what is not of the venue's types is refused with the member's name")
    func refusals() {
        func error(_ text: String) -> UserError? {
            do {
                _ = try messages(text)
                return nil
            } catch {
                return error as? UserError
            }
        }
        #expect(
            error(trade("MATCHED").replacing("\"0.48\"", with: "0.48")) == .wrongType(text("price"))
        )
        #expect(
            error(trade("MATCHED").replacing("\"0.48\"", with: "\"1.48\"")) == .value(text("price"))
        )
        #expect(
            error(trade("MATCHED").replacing("\"BUY\"", with: "\"buy\"")) == .value(text("side"))
        )
        #expect(
            error(trade("MATCHED").replacing("\"size\":\"15\",", with: ""))
                == .missing(text("size"))
        )
        #expect(error("[1]") == .wrongType(InlineText()))
        #expect(error("[]") == nil)
    }
}
