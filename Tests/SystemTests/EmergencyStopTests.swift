internal import Foundation
internal import Testing

@Suite struct EmergencyStopTests {
    @Test("a stop holds through a crash and a restart, until somebody with the key lifts it")
    func stop() async throws {
        try await onThread {
            let scratch = try Scratch()
            let first = try Backend.trading(scratch)
            let reader = try first.stream()
            _ = try reader.tick { !$0.reason.contains("emergency stop") }

            let answer = try first.stop(#"{"reason":"a test"}"#)
            let latch = scratch.read("data/kill.latch")
            let audit = ControlTests.audit(scratch).last
            #expect(answer.status == 200)
            #expect(answer.body == #"{"status":"EMERGENCY_STOP_ACTIVATED","reason":"a test"}"#)
            #expect(JSON(parsing: latch ?? "")["reason"].text == "a test")
            #expect(audit?["control"].text == "emergency-stop")
            #expect(audit?["after"]["is_running"].bool == false)
            _ = try reader.tick { $0.action == "KILL_SWITCH" }
            let confirmed = try reader.tick { $0.action == "CANCEL_ALL_CONFIRMED" }
            #expect(!confirmed.quotes)
            #expect(confirmed.riskState == "killed")
            for _ in 0..<10 {
                let tick = try #require(try reader.next())
                #expect(!tick.quotes && tick.riskState == "killed", "\(tick.text)")
            }
            try first.child.crash()

            let second = try Backend.trading(scratch)
            #expect(second.child.complains("the emergency stop is latched"))
            try staysStopped(second, scratch)
            try isLifted(second, scratch)
            try second.end()
            #expect(!scratch.exists("data/kill.latch"))
        }
    }

    /// Streams, does not quote, and nothing but the lifting lifts it.
    private func staysStopped(_ backend: Backend, _ scratch: Scratch) throws {
        let reader = try backend.stream()
        let tick = try #require(try reader.next())
        #expect(!tick.quotes && tick.riskState == "killed", "\(tick.text)")
        #expect(tick.reason == "emergency stop is latched")
        let lift = #"{"is_running":true}"#
        #expect(try backend.patch(lift, key: "wrong").status == 403)
        #expect(try backend.patch(lift, key: nil).status == 403)
        let patched = try backend.patch(#"{"order_size":12}"#)
        #expect(patched.status == 200)
        #expect(patched.json["current_state"]["is_running"].bool == false)
        #expect(scratch.exists("data/kill.latch"))
        for _ in 0..<5 { #expect(try reader.next()?.riskState == "killed") }
    }

    private func isLifted(_ backend: Backend, _ scratch: Scratch) throws {
        let reader = try backend.stream()
        let lifted = try backend.patch(#"{"is_running":true}"#)
        #expect(!scratch.exists("data/kill.latch"))
        #expect(lifted.json["current_state"]["is_running"].bool == true)
        #expect(lifted.json["current_state"]["order_size"].integer == 12)
        // Orders are reconciled first, then quotes return small; a minute later they are whole.
        _ = try reader.tick { $0.riskState == "recovering" }
        _ = try reader.tick { !$0.reason.contains("emergency stop") }
        #expect(ControlTests.audit(scratch).last?["after"]["is_running"].bool == true)
    }

    @Test("a stop needs no body and no market, and may be repeated")
    func repeated() async throws {
        try await onThread {
            let scratch = try Scratch()
            let backend = try Backend(scratch)
            for _ in 0..<3 { #expect(try backend.stop().status == 200) }
            #expect(ControlTests.audit(scratch).count == 3)
            let reader = try backend.stream()
            #expect(try reader.next()?.riskState == "killed")
            try backend.end()
            #expect(scratch.exists("data/kill.latch"))
        }
    }
}
