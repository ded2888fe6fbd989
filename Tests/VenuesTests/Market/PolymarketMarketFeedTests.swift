internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

@Suite struct PolymarketMarketFeedTests {
    private let id = MarketID(index: 3)

    private func level(_ side: Side, _ price: Int64, _ size: Int64) -> MarketFeedItem {
        .event(
            .levelChanged(
                LevelChange(
                    market: id,
                    side: side,
                    level: PriceLevel(price: Price(raw: price), size: Quantity(shares: size)),
                    venueTime: Timestamp(milliseconds: 1_776_323_405_000)
                )
            )
        )
    }

    private func print(_ side: Side, _ price: Int64, _ size: Int64) -> MarketFeedItem {
        .event(
            .traded(
                TradePrint(
                    market: id,
                    takerSide: side,
                    price: Price(raw: price),
                    size: Quantity(raw: size),
                    venueTime: Timestamp(milliseconds: 1_776_323_405_000)
                )
            )
        )
    }

    @Test("a market's first book is told in terms of YES, whichever token it is of")
    func firstBook() throws {
        let levels: (bids: [PriceLevel], asks: [PriceLevel]) = (
            [(4_900, 120_500_000), (5_000, 30_000_000)].map {
                PriceLevel(price: Price(raw: $0.0), size: Quantity(raw: $0.1))
            },
            [(5_300, 7_250_000), (5_100, 100_000_000)].map {
                PriceLevel(price: Price(raw: $0.0), size: Quantity(raw: $0.1))
            }
        )
        for token in [SampleMarket.yes, SampleMarket.no] {
            let socket = Socket()
            let told = socket.items(
                SampleMarket.book { book in
                    book.assetID = token
                    if token == SampleMarket.no {
                        book.bids = [("0.47", "7.25"), ("0.49", "100")]
                        book.asks = [("0.51", "120.5"), ("0.5", "30")]
                    }
                }
            )
            let snapshot = BookSnapshot(
                market: id,
                bids: levels.bids,
                asks: levels.asks,
                tickSize: .hundredth,
                venueTime: Timestamp(milliseconds: 1_776_323_404_879)
            )
            #expect(told == [.event(.bookReplaced(snapshot))], "\(token)")
            #expect(socket.statistics.hashesVerified == 1)
            #expect(socket.feed.hasAllBooks)
        }
    }

    @Test("both tokens' books in one frame are one book, and the empty array says nothing")
    func bothBooks() {
        let socket = Socket()
        #expect(socket.items("[]").isEmpty)
        let other = SampleMarket.book { book in
            book.assetID = SampleMarket.no
            book.bids = [("0.47", "7.25"), ("0.49", "100")]
            book.asks = [("0.51", "120.5"), ("0.5", "30")]
        }
        #expect(socket.items("[\(SampleMarket.book()),\(other)]").count == 1)
        #expect(socket.statistics.booksRepeated == 1)
    }

    @Test("a change of both tokens in one message is one change, in terms of YES")
    func bothTokens() {
        let socket = Socket()
        socket.items(SampleMarket.book())
        let yes = SampleMarket.Change(price: "0.48", size: "40")
        let no = SampleMarket.Change(
            token: SampleMarket.no,
            price: "0.52",
            size: "40",
            side: "SELL",
            bestBid: "0.49",
            bestAsk: "0.5"
        )
        for pair in [[yes, no], [no, yes]] {
            #expect(socket.items(SampleMarket.changes(pair)) == [level(.buy, 4_800, 40)])
        }
        #expect(socket.items(SampleMarket.changes([no])) == [level(.buy, 4_800, 40)])
        #expect(socket.statistics.changesRepeated == 2)
        #expect(socket.statistics.topsCompared == 3)
        #expect(socket.statistics.topsMismatched == 0)
        #expect(socket.feed.doubt(of: id) == nil)
    }

    @Test("two tokens that contradict each other put the market in doubt")
    func contradiction() {
        let socket = Socket()
        socket.items(SampleMarket.book())
        let yes = SampleMarket.Change(price: "0.48", size: "40")
        let no = SampleMarket.Change(
            token: SampleMarket.no,
            price: "0.52",
            size: "41",
            side: "SELL",
            bestBid: "0.49",
            bestAsk: "0.5"
        )
        let told = socket.items(SampleMarket.changes([yes, no]))
        #expect(told.contains(.distrusted(id, .tokensContradict)))
        // The next sound snapshot ends it.
        #expect(socket.items(SampleMarket.book()).last == .trusted(id))
        #expect(socket.feed.doubt(of: id) == nil)
    }

    @Test("best prices that are not ours three times in a row are a doubt and ask for a snapshot")
    func topMismatch() {
        let socket = Socket()
        socket.items(SampleMarket.book())
        let wrong = SampleMarket.changes([SampleMarket.Change(price: "0.48", bestBid: "0.49")])
        let right = SampleMarket.changes([SampleMarket.Change(price: "0.48")])
        for frame in [wrong, wrong, right, wrong, wrong] {
            #expect(socket.items(frame).count == 1)
        }
        let told = socket.items(wrong)
        #expect(told.dropFirst() == [.distrusted(id, .topMismatch), .snapshotWanted(id)])
        #expect(socket.items(wrong).count == 1)
    }

    @Test("an empty side is written as nothing, 0 or 1")
    func emptySide() {
        let socket = Socket()
        socket.items(SampleMarket.book { $0.bids = [("0.5", "30")] })
        for best in ["", "0"] {
            socket.items(
                SampleMarket.changes([
                    SampleMarket.Change(price: "0.5", size: "0", bestBid: best)
                ])
            )
        }
        socket.items(
            SampleMarket.changes([
                SampleMarket.Change(
                    price: "0.51",
                    size: "0",
                    side: "SELL",
                    bestBid: "0",
                    bestAsk: "0.53"
                ),
                SampleMarket.Change(
                    price: "0.53",
                    size: "0",
                    side: "SELL",
                    bestBid: "0",
                    bestAsk: "1"
                ),
            ])
        )
        #expect(socket.statistics.topsCompared == 3)
        #expect(socket.statistics.topsMismatched == 0)
    }

    @Test("a trade of NO is a trade of YES the other way round")
    func trades() {
        let socket = Socket()
        func frame(_ token: String) -> String {
            "{\"market\":\"\(SampleMarket.condition)\",\"asset_id\":\"\(token)\",\"price\":\"0.51\","
                + "\"size\":\"20.5\",\"fee_rate_bps\":\"0\",\"side\":\"BUY\","
                + "\"timestamp\":\"1776323405000\",\"event_type\":\"last_trade_price\","
                + "\"transaction_hash\":\"0x7fe6\"}"
        }
        #expect(socket.items(frame(SampleMarket.yes)) == [print(.buy, 5_100, 20_500_000)])
        #expect(socket.items(frame(SampleMarket.no)) == [print(.sell, 4_900, 20_500_000)])
        #expect(socket.items(frame("77")).isEmpty)
        #expect(socket.statistics.unrelated == 1)
    }

    @Test("another grid is told once for both tokens, and the void book is asked for")
    func tickSize() {
        let socket = Socket()
        socket.items(SampleMarket.book())
        func frame(_ token: String) -> String {
            "{\"asset_id\":\"\(token)\",\"event_type\":\"tick_size_change\","
                + "\"market\":\"\(SampleMarket.condition)\",\"new_tick_size\":\"0.001\","
                + "\"old_tick_size\":\"0.01\",\"timestamp\":\"1776323405000\"}"
        }
        #expect(
            socket.items(frame(SampleMarket.no))
                == [.event(.tickSizeChanged(id, .thousandth)), .snapshotWanted(id)]
        )
        #expect(socket.items(frame(SampleMarket.yes)).isEmpty)
        #expect(!socket.feed.hasBook(of: id))
        #expect(socket.items(SampleMarket.changes([SampleMarket.Change()])).isEmpty)
        #expect(socket.statistics.changesWithoutBook == 1)
        // A book whose prices prove a grid that was never told.
        let other = Socket()
        other.items(SampleMarket.book())
        let told = other.items(
            SampleMarket.book {
                $0.tickSize = "0.001"
                $0.bids = [("0.505", "5")]
            }
        )
        #expect(told.first == .event(.tickSizeChanged(id, .thousandth)))
        #expect(told.count == 2)
    }

    @Test("the winner is found by its token; a winner that is neither token is a doubt")
    func resolution() {
        func frame(_ token: String) -> String {
            "{\"event_type\":\"market_resolved\",\"id\":\"1\",\"market\":\"\(SampleMarket.condition)\","
                + "\"assets_ids\":[\"\(SampleMarket.yes)\"],\"winning_asset_id\":\"\(token)\","
                + "\"winning_outcome\":\"Up\",\"timestamp\":\"1776323705000\"}"
        }
        for (token, winner) in [(SampleMarket.yes, Outcome.yes), (SampleMarket.no, .no)] {
            let socket = Socket()
            #expect(socket.items(frame(token)) == [.event(.marketResolved(id, winner: winner))])
            #expect(socket.items(frame(token)).isEmpty)
            #expect(socket.feed.hasAllBooks)
        }
        let socket = Socket()
        #expect(socket.items(frame("77")) == [.distrusted(id, .identity)])
    }

    @Test("a changed book has the wrong hash, and the doubt follows the event")
    func hashMismatch() {
        let socket = Socket()
        let frame = SampleMarket.book().replacing("120.5", with: "121.5")
        let told = socket.items(frame)
        #expect(told.count == 2 && told.last == .distrusted(id, .hashMismatch))
        #expect(socket.items(SampleMarket.book()).last == .trusted(id))
    }

    @Test("a hash covers the market's own minimum size, and whether it is one of a group")
    func constants() {
        for (size, text, isNegativeRisk) in [(15_000_000, "15", false), (500_000, "0.5", true)]
            as [(Int64, String, Bool)]
        {
            let socket = Socket(follows: [])
            var definition = SampleMarket.definition()
            definition.orderSizeMin = Quantity(raw: size)
            socket.feed.follow(definition, isNegativeRisk: isNegativeRisk)
            let frame = SampleMarket.book {
                $0.minOrderSize = text
                $0.negRisk = isNegativeRisk
            }
            #expect(socket.items(frame).count == 1)
            #expect(socket.statistics.hashesVerified == 1)
        }
    }

    @Test("a book of 0.01 against 0.99 is a ghost until there is a better one")
    func ghost() {
        let socket = Socket()
        let told = socket.items(
            SampleMarket.book {
                $0.bids = [("0.01", "500")]
                $0.asks = [("0.99", "500")]
            }
        )
        #expect(told.last == .distrusted(id, .ghostBook))
        let better = SampleMarket.changes([SampleMarket.Change(price: "0.5", bestAsk: "0.99")])
        #expect(socket.items(better).last == .trusted(id))
    }

    @Test(
        "what is not known voids the book until a sound one has come, and makes its market unfamiliar",
        arguments: [
            SampleMarket.changes([SampleMarket.Change()], extra: ",\"multiplier\":\"2\""),
            SampleMarket.changes([SampleMarket.Change(extra: ",\"unit\":\"lots\"")]),
            SampleMarket.changes([SampleMarket.Change(price: "1.5")]),
            SampleMarket.changes([SampleMarket.Change(size: "-1")]),
            SampleMarket.changes([SampleMarket.Change(size: "9000000000000")]),
            SampleMarket.changes([SampleMarket.Change(side: "HOLD")]),
            SampleMarket.changes([SampleMarket.Change(extra: ",\"side\":\"SELL\"")]),
            SampleMarket.changes([]).replacing("price_changes", with: "changes"),
            SampleMarket.changes([]).replacing("\"price_change\"", with: "\"delta\""),
            SampleMarket.book().replacing("\"event_type\":\"book\"", with: "\"event_type\":\"b2\""),
            "{\"market\":\"\(SampleMarket.condition)\",\"x\":",
        ]
    )
    func unknownFormat(frame: String) {
        let socket = Socket()
        socket.items(SampleMarket.book())
        let told = socket.items(frame)
        // Before anything that the frame says otherwise.
        #expect(told.prefix(2) == [.unfamiliar(id), .distrusted(id, .unknownFormat)], "\(frame)")
        #expect(socket.feed.doubt(of: id) == .unknownFormat)
        #expect(socket.items(SampleMarket.book()).last == .trusted(id))
        #expect(socket.feed.doubt(of: id) == nil && socket.feed.isUnfamiliar(id))
        // Told once.
        #expect(!socket.items(frame).contains(.unfamiliar(id)))
        socket.feed.follow(SampleMarket.definition())
        #expect(!socket.feed.isUnfamiliar(id))
    }

    @Test("what is refused is counted with the first reason, and doubts all where it may be of any")
    func malformed() {
        let socket = Socket()
        socket.feed.follow(SampleMarket.definition(4, condition: "0xabc", yes: "5", no: "6"))
        let told = socket.items("[{\"market\":\"0xabc\",\"price\":3}]")
        #expect(told.count { if case .distrusted = $0 { true } else { false } } == 2)
        #expect(socket.statistics.malformed == 1)
        #expect(socket.statistics.firstError == BookFrameError(.wrongType, .price, at: 27))
    }

    @Test("a token that belongs to another market than the message says is a doubt")
    func identity() {
        let socket = Socket()
        let told = socket.items(SampleMarket.book { $0.market = "0xabc" })
        #expect(told == [.distrusted(id, .identity)])
    }

    @Test("after a reconnect nothing is told before the snapshot")
    func reconnect() {
        let socket = Socket()
        socket.items(SampleMarket.book())
        socket.feed.reconnected()
        #expect(socket.items(SampleMarket.changes([SampleMarket.Change()])).isEmpty)
        #expect(!socket.feed.hasAllBooks)
        #expect(socket.items(SampleMarket.book()).count == 1)
    }

    @Test("random changes of either token leave the book that a naive reading of YES has")
    func oracle() {
        for seed in UInt64(1)...40 {
            var random = SplitMix64(seed: seed)
            let socket = Socket()
            var bids: [Int: Int] = [50: 30, 49: 120]
            var asks: [Int: Int] = [51: 100, 53: 7]
            socket.items(SampleMarket.book())
            var engine = OrderBook(tickSize: .hundredth)
            for (cents, size) in bids { engine.apply(change(.buy, cents, size)) }
            for (cents, size) in asks { engine.apply(change(.sell, cents, size)) }
            // The sample has halves of shares at these two.
            engine.apply(change(.buy, 49, 120))
            for _ in 0..<60 {
                let isBid = Bool.random(using: &random)
                let cents =
                    isBid
                    ? Int.random(in: 1...50, using: &random)
                    : Int.random(in: 51...99, using: &random)
                let size = Int.random(in: 0...3, using: &random) * 10
                if isBid {
                    bids[cents] = size > 0 ? size : nil
                } else {
                    asks[cents] = size > 0 ? size : nil
                }
                let bestBid = bids.keys.max().map(text) ?? ""
                let bestAsk = asks.keys.min().map(text) ?? ""
                let yes = SampleMarket.Change(
                    price: text(cents),
                    size: "\(size)",
                    side: isBid ? "BUY" : "SELL",
                    bestBid: bestBid,
                    bestAsk: bestAsk
                )
                let no = SampleMarket.Change(
                    token: SampleMarket.no,
                    price: text(100 - cents),
                    size: "\(size)",
                    side: isBid ? "SELL" : "BUY",
                    bestBid: asks.keys.min().map { text(100 - $0) } ?? "0",
                    bestAsk: bids.keys.max().map { text(100 - $0) } ?? "1"
                )
                let pair = [[yes], [no], [yes, no], [no, yes]][
                    Int.random(in: 0..<4, using: &random)
                ]
                for case .event(.levelChanged(let change)) in socket.items(
                    SampleMarket.changes(pair)
                ) {
                    engine.apply(change)
                }
                #expect(
                    engine.bestBid?.price.raw == bids.keys.max().map { Int64($0 * 100) },
                    "seed \(seed)"
                )
                #expect(
                    engine.bestAsk?.price.raw == asks.keys.min().map { Int64($0 * 100) },
                    "seed \(seed)"
                )
            }
            #expect(socket.statistics.topsMismatched == 0, "seed \(seed)")
        }
    }

    private func change(_ side: Side, _ cents: Int, _ size: Int) -> LevelChange {
        LevelChange(
            market: id,
            side: side,
            level: PriceLevel(
                price: Price(raw: Int64(cents) * 100),
                size: Quantity(shares: Int64(size))
            ),
            venueTime: Timestamp(nanoseconds: 0)
        )
    }

    private func text(_ cents: Int) -> String { cents < 10 ? "0.0\(cents)" : "0.\(cents)" }
}
