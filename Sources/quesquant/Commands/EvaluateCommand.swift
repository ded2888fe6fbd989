internal import ArgumentParser
internal import Trading
internal import Venues

struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Score the model's probabilities on a recorded day.",
        discussion: """
            Reads a recording of settlement prices (CSV) and one of settled markets (lines of JSON), \
            forecasts every window at 240, 180, 120, 60, 30 and 10 seconds before its end from what \
            had been received by then, and scores the forecasts against the outcomes: Brier score, \
            log loss and reliability, beside "always 0.5" and a normal distribution with 40 % \
            volatility. Windows settle on the last price at or before their end, ties Up, as they \
            did before August 2026. One of the files may be standard input:

              gzip -dc prices.csv.gz | quesquant evaluate --prices - --markets markets.jsonl

            The exit code is 1 when more than 1 % of the lines are damaged.
            """
    )

    @Option(help: "Settlement prices; - for standard input.")
    var prices: String

    @Option(help: "Settled markets; - for standard input.")
    var markets: String

    @Option(
        help: """
            Instead of the markets' own windows take one of the first market's length every so many \
            seconds, with strike and outcome from the prices: many more forecasts, and none that \
            anybody had an interest in.
            """
    )
    var every: Int64?

    @Flag(help: "Print the report as one JSON object.")
    var json = false

    func run() throws {
        var input = EvaluationInput()
        do {
            if prices == "-" && markets == "-" {
                throw UsageError(description: "only one of the two files can be standard input")
            }
            if let every, !(1...86_400).contains(every) {
                throw UsageError(description: "--every \(every): 1 to 86400 seconds")
            }
            try input.readPrices(path: prices)
            try input.readMarkets(path: markets)
        } catch let error as UsageError {
            fail(error.description, code: 2)
        } catch {
            fail("\(error)", code: 1)
        }
        let history = PriceHistory(input.prices)
        let report = EvaluationReport(
            evaluation: Evaluation(windows(input, history), history),
            priceCount: input.prices.count,
            damagedCount: input.damagedCount,
            isOfMarkets: every == nil
        )
        print(json ? report.json : report.text)
        if input.isTooDamaged {
            fail("more than 1 % of the lines are damaged", code: 1)
        }
    }

    private func windows(
        _ input: EvaluationInput,
        _ history: PriceHistory
    ) -> [EvaluationWindow] {
        guard let every else {
            return input.markets.map {
                EvaluationWindow(
                    start: $0.slug.windowStart,
                    end: $0.slug.windowEnd,
                    strike: $0.strike,
                    winner: $0.winner
                )
            }
        }
        guard let first = input.markets.first?.slug, let span = history.span else { return [] }
        let length = first.windowEnd - first.windowStart
        var windows: [EvaluationWindow] = []
        var start = span.lowerBound
        while start + length <= span.upperBound {
            let strike = history.price(at: start)?.value
            let end = history.price(at: start + length)?.value
            var winner: Outcome?
            if let strike, let end { winner = end >= strike ? .yes : .no }
            windows.append(
                EvaluationWindow(start: start, end: start + length, strike: nil, winner: winner)
            )
            start = start + .seconds(every)
        }
        return windows
    }
}
