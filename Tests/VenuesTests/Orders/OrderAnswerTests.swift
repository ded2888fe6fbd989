internal import Crypto
internal import Foundation
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

@Suite struct OrderAnswerTests {
    private static func body(_ changes: (String, String)...) -> String {
        var members = [
            ("success", "true"), ("errorMsg", "\"\""), ("orderID", "\"\(sampleID)\""),
            ("status", "\"live\""), ("makingAmount", "\"\""), ("takingAmount", "\"\""),
        ]
        for (name, value) in changes {
            if let index = members.firstIndex(where: { $0.0 == name }) {
                members[index].1 = value
            } else {
                members.append((name, value))
            }
        }
        return "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }

    @Test("an order is accepted when everything says so")
    func accepted() throws {
        for (word, status) in [
            ("live", .live), ("LIVE", .live), ("matched", .matched), ("delayed", .delayed),
            ("unmatched", .unmatched), ("", .untold),
        ] as [(String, OrderAcceptance.Status)] {
            let acceptance = try #require(
                outcome(200, Self.body(("status", "\"\(word)\""))).acceptance
            )
            #expect(acceptance.status == status)
            #expect(acceptance.id.description == sampleID.description)
            #expect(acceptance.makingAmount == nil && acceptance.trades.isEmpty)
        }
        let filled = try #require(
            outcome(
                200,
                Self.body(
                    ("status", "\"matched\""),
                    ("makingAmount", "\"5.2\""),
                    ("takingAmount", "\"10\""),
                    ("tradeIDs", "[\"a\",\"b\"]"),
                    ("transactionsHashes", "null"),
                    ("errorMsg", "null"),
                    ("new", "[{}]")
                )
            ).acceptance
        )
        #expect(filled.makingAmount == Quantity(raw: 5_200_000))
        #expect(filled.takingAmount == Quantity(shares: 10))
        #expect(filled.trades.map(\.description) == ["a", "b"])
    }

    @Test("a success that is not one in every way is refused by its words, or unknown")
    func doubtful() {
        let noID = ("orderID", "\"\"")
        #expect(
            outcome(
                200,
                Self.body(noID, ("errorMsg", "\"invalid post-only order: order crosses book\""))
            ).refusal == .wouldCross
        )
        #expect(outcome(200, Self.body(noID, ("errorMsg", "\"new words\""))).refusal == .other)
        #expect(
            outcome(200, Self.body(noID, ("errorMsg", "\"post-only mode\""))).refusal
                == .postOnlyMode
        )
        #expect(outcome(200, Self.body(noID, ("success", "false"))).refusal == .other)
        for changes in [
            [noID], [("orderID", "null")], [("errorMsg", "\"something\"")],
            [("success", "false")], [("success", "null")], [("status", "\"strange\"")],
            [("orderID", "\"\(sampleID.description.dropLast())3\"")], [("orderID", "\"0x12\"")],
            [noID, ("errorMsg", "\"context canceled\"")],
        ] {
            var members = "{\"x\":0"
            for (name, value) in [
                ("success", "true"), ("errorMsg", "\"\""), ("orderID", "\"\(sampleID)\""),
                ("status", "\"live\""),
            ] {
                let changed = changes.first { $0.0 == name }?.1 ?? value
                members += ",\"\(name)\":\(changed)"
            }
            #expect(outcome(200, members + "}").isUnknown, "\(changes)")
        }
        let stranger = sampleID.description.dropLast() + "3"
        #expect(
            outcome(200, Self.body(("orderID", "\"\(stranger)\"")))
                == .unknown(.otherOrder(InlineText(String(stranger)) ?? InlineText()))
        )
    }

    @Test("an answer that cannot be read says nothing of the order")
    func unreadable() {
        let whole = Self.body()
        for cut in 0..<whole.utf8.count {
            let bytes = Array(whole.utf8.prefix(cut))
            #expect(outcome(200, bytes) == .unknown(.unreadable), "\(cut)")
        }
        for body in ["[]", "null", "<html>", whole + "x", "{\"orderID\":7,\"success\":1}"] {
            #expect(outcome(200, body) == .unknown(.unreadable), "\(body)")
        }
        // In bytes: not UTF-8.
        #expect(outcome(200, Array("{\"success\":\"".utf8) + [0xFF, 0x22, 0x7D]).isUnknown)
    }

    /// What the venue says, with which status, and what it means; `nil`: nothing is known.
    private static let complaints: [(Int, String, VenueRefusal.Reason?)] = [
        (400, "order_version_mismatch", .versionMismatch),
        (400, "not enough balance / allowance", .notEnoughFunds),
        (400, "order 0x1 is invalid. Price (0.505) breaks minimum tick size rule: 0.01", .offTick),
        (400, "order 0xc1 is invalid. Size (1.08) lower than the minimum: 5", .tooSmall),
        (400, "order 0x1 crosses the book", .wouldCross),
        (400, "invalid post-only order: order crosses book", .wouldCross),
        (400, "order 0x1 is invalid. Duplicated.", .duplicated),
        (
            400, "order couldn't be fully filled. FOK orders are fully filled or killed.",
            .unfilled
        ),
        (400, "no orders found to match with FAK order", .unfilled),
        (400, "invalid signature", .malformed), (400, "Invalid order payload", .malformed),
        (400, "the order signer address has to be the address of the API KEY", .malformed),
        (400, "the order owner has to be the owner of the API KEY", .malformed),
        (
            400, "maker address not allowed, please use the deposit wallet flow",
            .depositWalletNeeded
        ),
        (400, "the market is not yet ready to process new orders", .marketNotReady),
        (400, "address in closed only mode", .accountRestricted),
        (400, "'0xabc' address banned", .accountRestricted),
        (400, "context canceled", nil), (400, "something new", .other), (400, "", nil),
        (401, "Unauthorized/Invalid api key", .unauthorized), (401, "", .unauthorized),
        (403, "forbidden", .other),
        (404, "No orderbook exists for the requested token id", .noOrderBook),
        (404, "page not found", .other), (408, "", nil), (425, "service not ready", .restarting),
        (425, "", .restarting), (429, "", .rateLimited), (500, "could not insert order", nil),
        (500, "Internal server error", nil), (500, "invalid signature", nil), (502, "", nil),
        (503, "post-only mode", .postOnlyMode),
        (503, "Trading is currently cancel-only. New orders are not accepted", .cancelOnly),
        (503, "trading disabled", .cancelOnly), (503, "upstream connect error", nil),
        (504, "", nil),
        (301, "", nil), (100, "", nil), (204, "", nil),
    ]

    @Test("complaints mean what they say, in any form, and 5xx mean nothing is known")
    func complaints() {
        for (status, text, reason) in Self.complaints {
            for body in [
                "{\"error\":\"\(text)\"}", "{ \"errorMsg\" : \"\(text)\" }", text,
                "{\"success\":false,\"error_msg\":\"\(text)\",\"orderID\":null}",
                "{\"error\":\"\(text.uppercased())\"}",
            ] {
                let result = outcome(status, body)
                // New words count as a refusal in the venue's own form only.
                let isForeign = body == text && status == 400 && reason == .other
                let reason = isForeign ? nil : reason
                #expect(result.refusal == reason, "\(status) \(body)")
                #expect(result.isUnknown == (reason == nil), "\(status) \(body)")
            }
        }
    }

    @Test("a refusal tells what the venue said and when to come back, safely")
    func details() {
        let body = #"{"error":"post-only mode","code":"post_only_mode","retry_after_seconds":79}"#
        let expected = VenueRefusal(
            reason: .postOnlyMode,
            status: 503,
            text: "post-only mode",
            retryAfter: 79
        )
        #expect(outcome(503, body) == .refused(expected))
        let coded = #"{"error":"try later","code":"post_only_mode"}"#
        #expect(outcome(503, coded).refusal == .postOnlyMode)
        // The field of HTTP goes before the body's member.
        let bytes = Array(body.utf8)
        let withField = OrderAnswer.outcome(
            status: 503,
            body: bytes.span,
            retryAfter: 5,
            of: sampleID
        )
        if case .refused(let refusal) = withField {
            #expect(refusal.retryAfter == 5)
        } else {
            Issue.record("\(withField)")
        }
        // No line ends or escapes, no endless text.
        let nasty = "{\"error\":\"a\\r\\n\\u0000b \\\"c\\\" " + String(repeating: "é", count: 999)
        if case .refused(let refusal) = outcome(400, nasty + "\"}") {
            #expect(refusal.text.hasPrefix("a   b \"c\" éé"))
            #expect(refusal.text.count == VenueRefusal.textCountMax)
        } else {
            Issue.record("not refused")
        }
    }

    @Test("each order of a batch has its own outcome; a batch that does not add up has none")
    func batch() throws {
        let ids = [sampleID, Word256(2)]
        func outcomes(_ status: Int, _ body: String) -> [OrderOutcome] {
            let bytes = Array(body.utf8)
            return OrderAnswer.outcomes(status: status, body: bytes.span, of: ids)
        }
        let refused = Self.body(("orderID", "\"\""), ("errorMsg", "\"order crosses book\""))
        let both = outcomes(200, "[\(Self.body()),\(refused)]")
        #expect(both.first?.acceptance?.status == .live)
        #expect(both.last?.refusal == .wouldCross)
        // In the wrong order nothing is accepted.
        let turned = outcomes(200, "[\(refused),\(Self.body())]")
        #expect(turned.first?.refusal == .wouldCross)
        #expect(turned.last?.isUnknown == true)
        for body in [
            "[]", "[\(refused)]", "[\(refused),\(refused),\(refused)]", "{}", Self.body(), "",
            "[\(refused),7]", "[\(refused),\(refused)",
        ] {
            #expect(outcomes(200, body).map(\.isUnknown) == [true, true], "\(body)")
        }
        #expect(outcomes(429, "").map(\.refusal) == [.rateLimited, .rateLimited])
        #expect(outcomes(500, "").map(\.isUnknown) == [true, true])
    }

    @Test(
        "the recorded answers mean what their source says",
        .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)")
    )
    func recorded() throws {
        #expect(outcome(200, try answer("http_post_order_live")).acceptance?.status == .live)
        #expect(outcome(200, try answer("http_post_order_delayed")).acceptance?.status == .delayed)
        let matched = outcome(200, try answer("http_post_order_matched")).acceptance
        #expect(matched?.status == .matched && matched?.takingAmount == Quantity(shares: 10))
        #expect(matched?.trades.count == 1)
        // Its invented id has 66 digits, which no order of ours can have.
        guard case .unknown(.otherOrder) = outcome(200, try answer("http_post_order_ok")) else {
            Issue.record("accepted under another id")
            return
        }
        #expect(outcome(200, try answer("http_post_order_failed")).refusal == .notEnoughFunds)
        #expect(outcome(500, try answer("http_post_order_error_500")).isUnknown)
        let mode = outcome(503, try answer("http_post_only_mode_503"))
        #expect(mode.refusal == .postOnlyMode)
        #expect(outcome(404, try answer("http_no_orderbook_404")).refusal == .noOrderBook)
        let batch = try answer("http_post_orders_batch_partial")
        let outcomes = OrderAnswer.outcomes(
            status: 200,
            body: batch.span,
            of: [sampleID, Word256(2)]
        )
        #expect(outcomes.first?.acceptance?.status == .live)
        #expect(outcomes.last?.refusal == .wouldCross)
        let bodies = try JSONSerialization.jsonObject(
            with: Data(try answer("http_error_bodies"))
        )
        let expected: [String: [VenueRefusal.Reason]] = [
            "400": [.malformed, .notEnoughFunds, .versionMismatch, .marketNotReady],
            "401": [.unauthorized], "425": [.restarting],
        ]
        let groups = try #require(bodies as? [String: [Any]])
        #expect(groups.count == expected.count)
        for (status, list) in groups {
            let reasons = try list.map { body in
                let bytes =
                    try (body as? String).map { Array($0.utf8) }
                    ?? Array(JSONSerialization.data(withJSONObject: body))
                return outcome(try #require(Int(status)), bytes).refusal
            }
            #expect(reasons == expected[status])
        }
    }

    @Test(
        "the errors that people have reported mean what they say",
        .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)")
    )
    func reported() throws {
        let file = try #require(SharedData.bytes("data/polymarket_rest_errors.ndjson"))
        var reasons: [VenueRefusal.Reason?] = []
        for line in String(decoding: file, as: UTF8.self).split(separator: "\n") {
            let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
            let entry = try #require(object as? [String: Any])
            // Without a status no answer came: that is the sender's to know.
            guard let status = entry["status"] as? Int else { continue }
            reasons.append(outcome(status, try #require(entry["body"] as? String)).refusal)
        }
        #expect(
            reasons == [
                .notEnoughFunds, .depositWalletNeeded, .malformed, .tooSmall, .wouldCross,
                .unfilled, .restarting,
            ]
        )
    }
}
