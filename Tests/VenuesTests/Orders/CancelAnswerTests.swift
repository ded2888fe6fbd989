internal import Crypto
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

@Suite struct CancelAnswerTests {
    private func outcome(_ status: Int, _ body: [UInt8]) -> CancelOutcome {
        CancelAnswer.outcome(status: status, body: body.span)
    }

    private func outcome(_ status: Int, _ body: String) -> CancelOutcome {
        outcome(status, Array(body.utf8))
    }

    private func result(_ outcome: CancelOutcome) throws -> CancelResult {
        guard case .done(let result) = outcome else {
            Issue.record("\(outcome)")
            throw CancellationError()
        }
        return result
    }

    @Test("an answer tells of each order whether it is gone, and why not")
    func done() throws {
        let done = try result(
            outcome(
                200,
                #"{"not_canceled":{"0x3":"already canceled or matched","0x4":"the \"engine\" waits"},"#
                    + #""canceled":["0x1","0x2"],"more":1}"#
            )
        )
        #expect(done.cancelled.map(\.description) == ["0x1", "0x2"])
        #expect(done.failures.map(\.id.description) == ["0x3", "0x4"])
        #expect(done.failures.map(\.reason) == [.gone, .other])
        #expect(done.failures.last?.text == "the \"engine\" waits")
        #expect(!done.leavesNothing)
        let gone = try result(
            outcome(200, #"{"not_canceled":{"0x3":"Order not found or already canceled"}}"#)
        )
        #expect(gone.cancelled.isEmpty && gone.leavesNothing)
        #expect(try result(outcome(200, #"{"canceled":null,"not_canceled":null}"#)).leavesNothing)
    }

    @Test("an order is gone only when the answer names it so")
    func standings() throws {
        let (one, two, three, four) = (Word256(1), Word256(2), Word256(3), Word256(4))
        let done = try result(
            outcome(
                200,
                "{\"canceled\":[\"\(one)\"],\"not_canceled\":{"
                    + "\"\(two)\":\"already canceled or matched\",\"\(three)\":\"later\"}}"
            )
        )
        #expect(done.standing(of: one) == .cancelled)
        #expect(done.standing(of: two) == .gone)
        #expect(done.standing(of: three) == .perhapsOpen)
        #expect(done.standing(of: four) == .perhapsOpen)
    }

    @Test("what cannot be read leaves it open what was cancelled")
    func unknown() {
        for body in [
            "", "{}", "[]", "{\"canceled\":7}", "{\"canceled\":[7]}", "{\"canceled\":[\"0x1\"]",
            "{\"not_canceled\":[]}", "{\"not_canceled\":{\"0x1\":[]}}", "{\"canceled\":[]}x",
        ] {
            #expect(outcome(200, body) == .unknown(.unreadable), "\(body)")
        }
        #expect(outcome(500, "") == .unknown(.server(status: 500, text: "")))
        for (status, reason) in [
            (401, .unauthorized), (425, .restarting), (429, .rateLimited), (403, .other),
        ] as [(Int, VenueRefusal.Reason)] {
            guard case .refused(let refusal) = outcome(status, "") else {
                Issue.record("\(status)")
                continue
            }
            #expect(refusal.reason == reason)
        }
    }

    @Test("an answer about more orders than anybody can have is not read")
    func tooMany() {
        let ids = [String](repeating: "\"0x1\"", count: CancelAnswer.ordersMax)
        let list = ids.joined(separator: ",")
        #expect(throws: Never.self) { try result(outcome(200, "{\"canceled\":[\(list)]}")) }
        #expect(outcome(200, "{\"canceled\":[\(list),\"0x1\"]}") == .unknown(.unreadable))
    }

    @Test(
        "the recorded answers say what their names say",
        .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)")
    )
    func recorded() throws {
        let ok = try result(outcome(200, try answer("http_cancel_ok")))
        #expect(ok.cancelled.count == 1 && ok.failures.isEmpty)
        let failed = try result(outcome(200, try answer("http_cancel_failed")))
        #expect(failed.cancelled.isEmpty && failed.failures.map(\.reason) == [.gone])
        let batch = try result(outcome(200, try answer("http_cancel_batch")))
        #expect(batch.cancelled.count == 2 && batch.failures.count == 1 && batch.leavesNothing)
    }

    @Test("signs of life are taken, or told the id to go on with")
    func heartbeats() {
        func outcome(_ status: Int, _ body: String) -> HeartbeatOutcome {
            let bytes = Array(body.utf8)
            return HeartbeatAnswer.outcome(status: status, body: bytes.span)
        }
        let id = InlineText("5c3b") ?? InlineText()
        #expect(outcome(200, "{\"heartbeat_id\":\"5c3b\"}") == .taken(next: id))
        for key in ["error_msg", "error"] {
            let body = "{\"\(key)\":\"Invalid Heartbeat ID\",\"heartbeat_id\":\"5c3b\"}"
            #expect(outcome(400, body) == .wrongID(expected: id))
        }
        for body in [
            "", "{}", "{\"heartbeat_id\":null}", "{\"heartbeat_id\":\"5c3b\"",
            "{\"status\":\"ok\"}",
        ] {
            #expect(outcome(200, body) == .unknown(.unreadable), "\(body)")
        }
        #expect(outcome(502, "") == .unknown(.server(status: 502, text: "")))
        guard case .refused(let refusal) = outcome(401, "") else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.reason == .unauthorized)
    }
}
