internal import Foundation
internal import Testing

/// `quesquant evaluate` on a made-up quarter of an hour.
@Suite struct EvaluateTests {
    private static let start = 1_784_850_600

    /// One price a second, a second late: 100 dollars up to the window's start, 90 within it, and
    /// 101 in its last two seconds. It ends above its strike by its last price, and below by the
    /// mean of a minute.
    private static func write(to scratch: Scratch) throws {
        var prices = "feed_ts_ms,value,full_accuracy_value,server_ts_ms,recv_ms\n"
        for second in 0...900 {
            // A little movement, so that there is a volatility to measure.
            let cents = second % 2
            let dollars = second <= 600 ? 100 : second <= 898 ? 90 : 101
            let stamp = (start + second) * 1_000
            prices +=
                "\(stamp),\(dollars).0\(cents),\(dollars)0\(cents)0000000000000000,"
                + "\(stamp + 500),\(stamp + 1_000)\n"
        }
        try scratch.write(prices, to: "prices.csv")
        try scratch.write(
            "{\"slug\":\"btc-updown-5m-\(start + 600)\",\"start_sec\":\(start + 600),"
                + "\"end_sec\":\(start + 900),\"resolved\":true,\"outcome_prices\":[\"1\",\"0\"],"
                + "\"strike_value\":\"100000000000000000000\"}\n",
            to: "markets.jsonl"
        )
    }

    private static func evaluate(
        _ scratch: Scratch,
        _ options: [String]
    ) throws -> (code: Int32, said: String, complained: String) {
        let child = try Child(
            ["evaluate", "--prices", "prices.csv", "--markets", "markets.jsonl"] + options,
            directory: scratch.path
        )
        let code = try child.exitCode(within: 20)
        return (code, child.said, child.complained)
    }

    @Test("windows settle on the last price, or with --averaged on the mean, and are scored by it")
    func settlement() async throws {
        try await onThread {
            let scratch = try Scratch()
            try Self.write(to: scratch)
            // The model sees 90 against 100 ten seconds before the end: a loser by the mean, and by
            // the last price too, had it not leapt.
            for (options, averaged, brier) in [
                ([String](), 0, 0.9...1.0), (["--averaged", "60"], 60, 0.0...0.1),
            ] {
                let (code, said, complained) = try Self.evaluate(scratch, ["--json"] + options)
                #expect(code == 0, "\(complained)")
                let json = try #require(
                    try JSONSerialization.jsonObject(with: Data(said.utf8)) as? [String: Any]
                )
                #expect(json["averaged_seconds"] as? Int == averaged)
                #expect(json["prices"] as? Int == 901 && json["windows"] as? Int == 1)
                let horizons = json["horizons"] as? [String: [String: Any]]
                let model = horizons?["10"]?["model"] as? [String: Any]
                let found = try #require(model?["brier"] as? Double)
                #expect(brier.contains(found), "\(options): \(found)")
                let strikes = json["strikes"] as? [String: Any]
                #expect((strikes?["equal"] as? Int) == (averaged == 0 ? 1 : nil))
            }
        }
    }

    @Test("the report says on what the windows were settled")
    func text() async throws {
        try await onThread {
            let scratch = try Scratch()
            try Self.write(to: scratch)
            let last = try Self.evaluate(scratch, [])
            #expect(last.said.contains("settled      on the last price at start and end"))
            let mean = try Self.evaluate(scratch, ["--averaged", "60", "--every", "60"])
            #expect(mean.said.contains("settled      on the mean of 60 s at start and end"))
            #expect(last.code == 0 && mean.code == 0)
        }
    }

    @Test("an average that no window has is refused", arguments: ["1", "121", "-1", "x"])
    func refusals(averaged: String) async throws {
        try await onThread {
            let scratch = try Scratch()
            try Self.write(to: scratch)
            let (code, said, complained) = try Self.evaluate(scratch, ["--averaged=\(averaged)"])
            #expect(code == 2 && said.isEmpty && complained.contains("averaged"))
        }
    }
}
