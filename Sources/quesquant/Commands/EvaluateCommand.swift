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
            did before August 2026; with --averaged 60 on the mean of the last minute, as they do \
            since. One of the files may be standard input:

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

    @Option(
        help: """
            Settle windows on the mean of so many seconds, against the same mean at their start, \
            both taken from the prices.
            """
    )
    var averaged = 0

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
            let longest = ReferenceAverage.averagedMax
            guard averaged == 0 || (2...longest).contains(averaged) else {
                throw UsageError(
                    description: "--averaged \(averaged): 2 to \(longest) seconds, or 0"
                )
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
            evaluation: Evaluation(windows(input, history), history, averaged: averaged),
            priceCount: input.prices.count,
            damagedCount: input.damagedCount,
            isOfMarkets: every == nil && averaged == 0,
            averaged: averaged
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
            return input.markets.map { market in
                let (start, end) = (market.slug.windowStart, market.slug.windowEnd)
                return EvaluationWindow(
                    start: start,
                    end: end,
                    strike: market.strike,
                    // The venue's outcome is that of single prices.
                    winner: averaged == 0
                        ? market.winner : history.winner(from: start, to: end, averaged: averaged)
                )
            }
        }
        guard let first = input.markets.first?.slug, let span = history.span else { return [] }
        let length = first.windowEnd - first.windowStart
        var windows: [EvaluationWindow] = []
        var start = span.lowerBound
        while start + length <= span.upperBound {
            let end = start + length
            let winner = history.winner(from: start, to: end, averaged: averaged)
            windows.append(EvaluationWindow(start: start, end: end, strike: nil, winner: winner))
            start = start + .seconds(every)
        }
        return windows
    }
}
