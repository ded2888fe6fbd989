internal import Foundation
internal import Testing

@Suite struct ServeTests {
    private static let documentedKeys = [
        "timestamp", "token_id", "midpoint", "spread", "latency_ms", "fee_bps", "vol_state",
        "binance_price", "inventory", "action", "bids", "asks", "virtual_pnl", "session_volume",
        "total_equity", "buying_power", "total_gas_spent_usd", "total_trades_count",
        "total_order_updates", "current_matic_balance",
    ]

    @Test("the first tick comes within a second of LISTENING, with every documented field in order")
    func firstTick() async throws {
        try await onThread {
            let scratch = try Scratch()
            let backend = try Backend(scratch, ["--seed", "1"])
            let start = Deadline.now
            let reader = try backend.stream()
            let tick = try #require(try reader.next(within: 5))
            #expect(Double(Deadline.now - start) / 1e9 < 1 * patience)
            #expect(Array(tick.keys.prefix(Self.documentedKeys.count)) == Self.documentedKeys)
            #expect(tick.json["total_equity"].number == 1_000)
            #expect(tick.json["bids"].elements.count <= 3)
            #expect(Set(["LOW_VOL", "HIGH_VOL"]).contains(tick.json["vol_state"].text ?? ""))
            try backend.end()
        }
    }

    @Test("health counts the clients of the stream that are there, and no others")
    func health() async throws {
        try await onThread {
            let scratch = try Scratch()
            let backend = try Backend(scratch, ["--tick-hz", "10"])
            func connections() throws -> Int? {
                let response = try backend.request("GET", "/health")
                #expect(response.status == 200)
                #expect(response.json["status"].text == "ok")
                return response.json["connections"].integer
            }
            #expect(try connections() == 0)
            let first = try backend.stream()
            let second = try backend.stream()
            #expect(try connections() == 2)
            first.close()
            let deadline = Deadline(seconds: 5)
            // The end of a connection arrives when it arrives.
            while try connections() != 1, !deadline.hasPassed { _ = try second.next() }
            #expect(try connections() == 1)
            try backend.end()
        }
    }

    @Test("a browser gets the dashboard and the reference; a scraper gets the metrics")
    func pages() async throws {
        try await onThread {
            let scratch = try Scratch()
            let backend = try Backend(scratch, ["--tick-hz", "1"])
            let accept = "accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
            for path in ["/", "/docs"] {
                let page = try backend.request("GET", path, fields: [accept])
                #expect(page.status == 200)
                #expect(page["content-type"] == "text/html; charset=utf-8")
                #expect(page["content-security-policy"]?.contains("default-src") == true)
                #expect(page.body.contains("</html>"))
            }
            let reference = try backend.request("GET", "/openapi.json")
            #expect(reference["content-type"] == "application/json")
            #expect(reference.json["paths"].keys.contains("/api/v1/control/parameters"))
            let metrics = try backend.request("GET", "/metrics")
            #expect(metrics.status == 200)
            #expect(metrics["content-type"]?.hasPrefix("text/plain") == true)
            let names = [
                "api_ticks_total", "ticks_lost_total", "audit_lines_lost_total",
                "engine_orders_placed_total", "engine_equity_dollars",
            ]
            for name in names {
                #expect(metrics.body.contains("\nquesquant_\(name) "), "\(name)")
            }
            #expect(try backend.request("GET", "/nothing").status == 404)
            try backend.end()
        }
    }

    @Test("a recording is played at its own pace: its book is in the stream")
    func recordedMarket() async throws {
        try await onThread {
            let scratch = try Scratch()
            let lines = SampleRecording.lines(6)
            try scratch.write(SampleRecording.text(lines), to: "recording.ndjson")
            let backend = try Backend(scratch, ["--market", "replay:recording.ndjson"])
            let reader = try backend.stream()
            let last = SampleRecording.bestBid(5)
            let tick = try reader.tick { tick in
                tick.json["bids"].elements.first?["size"].number == last.size
            }
            #expect(tick.json["bids"].elements.map { $0["price"].number } == [0.5, 0.49, 0.48])
            #expect(tick.json["asks"].elements.map { $0["price"].number } == [0.51, 0.52, 0.53])
            #expect(tick.json["midpoint"].number == 0.505)
            // For people it happens now, not when it was recorded.
            let age = Date().timeIntervalSince1970 - Double(tick.time ?? 0) / 1e9
            #expect((-1...10 * patience).contains(age))
            try backend.end()
        }
    }
}
