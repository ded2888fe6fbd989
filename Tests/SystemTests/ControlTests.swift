internal import Foundation
internal import Testing

@Suite struct ControlTests {
    /// The lines of the audit log.
    static func audit(_ scratch: Scratch) -> [JSON] {
        let text = scratch.read("data/audit.ndjson") ?? ""
        return text.split(separator: "\n").map { JSON(parsing: String($0)) }
    }

    @Test("who has the key is obeyed, who has not is refused; both are on disk before the answer")
    func key() async throws {
        try await onThread {
            let scratch = try Scratch()
            let backend = try Backend(scratch)
            let patch = #"{"spread_offset":0.02,"max_position":80}"#

            let granted = try backend.patch(patch)
            let first = Self.audit(scratch)
            #expect(granted.status == 200)
            #expect(granted.json["status"].text == "updated")
            #expect(granted.json["current_state"]["spread_offset"].number == 0.02)
            #expect(granted.json["current_state"]["max_position"].integer == 80)
            #expect(granted.json["current_state"]["order_size"].integer == 10)
            #expect(first.count == 1)
            #expect(first.last?["before"]["spread_offset"].number == 0.005)
            #expect(first.last?["after"]["spread_offset"].number == 0.02)

            let wrong = try backend.patch(patch, key: "wrong")
            #expect(wrong.status == 403)
            #expect(wrong.json["detail"].text == "Invalid or missing X-API-KEY")
            #expect(Self.audit(scratch).count == 2)
            let none = try backend.stop(key: nil)
            #expect(none.status == 403)
            let lines = Self.audit(scratch)
            #expect(lines.map { $0["status"].integer } == [200, 403, 403])
            let controls = lines.map { $0["control"].text }
            #expect(controls == ["parameters", "parameters", "emergency-stop"])
            #expect(lines.allSatisfy { $0["peer"].text?.hasPrefix("127.0.0.1:") == true })
            // The first digits of SHA-256 of "wrong", by another program.
            #expect(lines.map { $0["key"].text?.count } == [8, 8, 0])
            #expect(lines[1]["key"].text == "8810ad58")
            #expect(!scratch.exists("data/kill.latch"))

            let text = try #require(scratch.read("data/audit.ndjson"))
            #expect(!text.contains(Backend.key) && !text.contains("wrong"))
            #expect(!backend.child.complained.contains(Backend.key))
            try backend.end()
        }
    }

    @Test("an update is in force in the stream, and a request that is no update changes nothing")
    func update() async throws {
        try await onThread {
            let scratch = try Scratch()
            let backend = try Backend(scratch)
            let reader = try backend.stream()
            #expect(try backend.patch(#"{"is_running":false}"#).status == 200)
            let paused = try reader.tick { $0.action == "PAUSED" }
            #expect(paused.riskState == "paused")
            for body in [#"{"order_size":NaN}"#, #"{"order_size":0}"#, "{\"order", "[]"] {
                #expect(try backend.patch(body).status == 422, "\(body)")
            }
            #expect(Self.audit(scratch).count == 1)
            let resumed = try backend.patch(#"{"is_running":true}"#)
            #expect(resumed.json["current_state"]["order_size"].integer == 10)
            _ = try reader.tick { $0.action == "RESUMED" }
            _ = try reader.tick { $0.riskState == "active" }
            try backend.end()
        }
    }

    @Test("without a key the control endpoints answer 500, and a start says so")
    func noKey() async throws {
        try await onThread {
            let scratch = try Scratch()
            for arguments in [[], ["--tick-hz", "1"]] {
                let backend = try Backend(scratch, arguments, key: nil)
                for response in [try backend.patch("{}"), try backend.stop()] {
                    #expect(response.status == 500)
                    let detail = "Security key not configured on server"
                    #expect(response.json["detail"].text == detail)
                }
                #expect(backend.child.complained.contains("DASHBOARD_API_KEY is not set"))
                try backend.end()
            }
            #expect(!scratch.exists("data/kill.latch"))
            #expect(Self.audit(scratch).map { $0["status"].integer } == [500, 500, 500, 500])
        }
    }

    @Test("the key may stand in .env; the environment is stronger")
    func dotEnv() async throws {
        try await onThread {
            let scratch = try Scratch()
            try scratch.write(
                "# of the dashboard\nexport DASHBOARD_API_KEY='from the file'\n",
                to: ".env"
            )
            let fromFile = try Backend(scratch, ["--tick-hz", "1"], key: nil)
            #expect(try fromFile.patch("{}", key: "from the file").status == 200)
            #expect(try fromFile.patch("{}").status == 403)
            try fromFile.end()
            let fromEnvironment = try Backend(scratch, ["--tick-hz", "1"])
            #expect(try fromEnvironment.patch("{}").status == 200)
            #expect(try fromEnvironment.patch("{}", key: "from the file").status == 403)
            try fromEnvironment.end()
        }
    }

    @Test("what was put in force outlives the process: a pause stays a pause")
    func restart() async throws {
        try await onThread {
            let scratch = try Scratch()
            let first = try Backend(scratch)
            let patch = #"{"is_running":false,"order_size":33,"min_liquidity":1234.5}"#
            #expect(try first.patch(patch).status == 200)
            // As the power would end it, right behind the answer.
            try first.child.crash()

            let second = try Backend(scratch)
            #expect(second.child.complained.contains("is_running is false"))
            #expect(try second.stream().next()?.riskState == "paused")
            let state = try second.patch("{}").json["current_state"]
            #expect(state["is_running"].bool == false)
            #expect(state["order_size"].integer == 33)
            #expect(state["min_liquidity"].number == 1234.5)
            try second.end()
        }
    }
}
