internal import Trading

/// What an evaluation found, for people and for programs.
struct EvaluationReport {
    let evaluation: Evaluation
    let priceCount: Int
    let damagedCount: Int
    /// Whether strikes and outcomes are the venue's, or made from the prices.
    let isOfMarkets: Bool
    /// Seconds that the settlement averages; 0 for a single price.
    let averaged: Int

    private var skips: ForecastSkips {
        evaluation.skips.reduce(ForecastSkips(), +)
    }

    var text: String {
        let skips = skips
        let forecasts = evaluation.overall.model.count
        var lines = [
            "prices       \(priceCount) (\(damagedCount) damaged lines in both files)",
            "windows      \(evaluation.windowCount), \(evaluation.windowsSkipped) of them without "
                + "any forecast",
            "settled      on "
                + (averaged > 0 ? "the mean of \(averaged) s" : "the last price")
                + " at start and end",
        ]
        if isOfMarkets { lines += agreement }
        lines += [
            "forecasts    \(forecasts) made; \(skips.total) skipped: \(skips.gapAtStart) feed gap "
                + "at the start, \(skips.gapAtForecast) feed gap at the forecast, "
                + "\(skips.warmingUp) warming up, \(skips.noOutcome) without outcome",
            "scored       with prices received before the forecast, in 0.01 to 0.99",
            "",
            "             -------- Brier --------   ------- log loss ------   model less 40 %",
            "   s to end    model    40 %    even     model    40 %    even   (standard error)"
                + "   windows",
        ]
        for (horizon, card) in zip(Evaluation.horizons, evaluation.scores)
        where card.model.count > 0 {
            lines.append(Self.row("\(horizon)", card))
        }
        if forecasts > 0 { lines.append(Self.row("all", evaluation.overall)) }
        lines += ["", "reliability of the model, all horizons", "   forecast   mean    Up   count"]
        for (index, bin) in evaluation.overall.model.bins.enumerated() where bin.count > 0 {
            let low = Double(index) / Double(CalibrationScore.binCount)
            let high = Double(index + 1) / Double(CalibrationScore.binCount)
            lines.append(
                "  \(Self.fixed(low, 1))-\(Self.fixed(high, 1))    \(Self.fixed(bin.forecast, 3))  "
                    + "\(Self.fixed(bin.upShare, 3))  \(Self.padded("\(bin.count)", 6))"
            )
        }
        return lines.joined(separator: "\n")
    }

    private var agreement: [String] {
        let strikes = evaluation.strikes
        let outcomes = evaluation.outcomes
        return [
            "strikes      \(strikes.equal) as recorded, \(strikes.different) different (by up to "
                + "$\(Self.fixed(strikes.farthest, 2))), \(strikes.notReconstructed) in a feed "
                + "gap, \(strikes.notRecorded) not recorded",
            "outcomes     \(outcomes.equal) as recorded, \(outcomes.different) different (ended up "
                + "to $\(Self.fixed(outcomes.farthest, 2)) from the strike), "
                + "\(outcomes.notReconstructed) in a feed gap, \(outcomes.notRecorded) not recorded",
        ]
    }

    private static func row(_ label: String, _ card: ScoreCard) -> String {
        let briers = [card.model, card.constant, card.even].map { fixed($0.brier, 4) }
        let losses = [card.model, card.constant, card.even].map { fixed($0.logLoss, 4) }
        let difference = padded(fixed(card.difference, 4), 7)
        return padded(label, 11) + "   " + briers.joined(separator: "  ") + "    "
            + losses.joined(separator: "  ")
            + "   \(difference) (\(fixed(card.differenceError, 4)))"
            + padded("\(card.model.count)", 10)
    }

    // MARK: - For programs

    var json: String {
        var object = JSONObjectText()
        object.add("prices", priceCount)
        object.add("damaged", damagedCount)
        object.add("averaged_seconds", averaged)
        object.add("windows", evaluation.windowCount)
        object.add("windows_skipped", evaluation.windowsSkipped)
        if isOfMarkets {
            let strikes = evaluation.strikes
            object.open("strikes")
            object.add("equal", strikes.equal)
            object.add("different", strikes.different)
            object.add("farthest_dollars", decimal: Self.micros(strikes.farthest))
            object.add("feed_gap", strikes.notReconstructed)
            object.add("not_recorded", strikes.notRecorded)
            object.close()
            let outcomes = evaluation.outcomes
            object.open("outcomes")
            object.add("equal", outcomes.equal)
            object.add("different", outcomes.different)
            object.add("farthest_dollars", decimal: Self.micros(outcomes.farthest))
            object.add("feed_gap", outcomes.notReconstructed)
            object.add("not_recorded", outcomes.notRecorded)
            object.close()
        }
        object.open("horizons")
        for index in Evaluation.horizons.indices {
            object.open("\(Evaluation.horizons[index])")
            Self.add(evaluation.scores[index], to: &object)
            let skips = evaluation.skips[index]
            object.open("skipped")
            object.add("feed_gap_at_start", skips.gapAtStart)
            object.add("feed_gap_at_forecast", skips.gapAtForecast)
            object.add("warming_up", skips.warmingUp)
            object.add("no_outcome", skips.noOutcome)
            object.close()
            object.close()
        }
        object.close()
        object.open("overall")
        Self.add(evaluation.overall, to: &object)
        object.close()
        return object.finished
    }

    private static func add(_ card: ScoreCard, to object: inout JSONObjectText) {
        object.add("count", card.model.count)
        // No score at all, rather than a perfect one.
        guard card.model.count > 0 else { return }
        for (name, score) in [
            ("model", card.model), ("constant", card.constant), ("even", card.even),
        ] {
            object.open(name)
            object.add("brier", decimal: micros(score.brier))
            object.add("log_loss", decimal: micros(score.logLoss))
            object.close()
        }
        object.add("log_loss_difference", decimal: micros(card.difference))
        object.add("log_loss_difference_error", decimal: micros(card.differenceError))
        object.open("reliability")
        for (index, bin) in card.model.bins.enumerated() {
            object.open("0.\(index)")
            object.add("count", bin.count)
            object.add("forecast", decimal: micros(bin.forecast))
            object.add("up", decimal: micros(bin.upShare))
            object.close()
        }
        object.close()
    }

    // MARK: - Text

    private static func micros(_ value: Double) -> Int64 { Int64((value * 1e6).rounded()) }

    /// A number with a fixed count of decimals, 1 ... 6.
    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        var scale: Int64 = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int64((abs(value) * Double(scale)).rounded())
        let fraction = "\(scaled % scale)"
        let zeros = String(repeating: "0", count: decimals - fraction.utf8.count)
        let sign = value < 0 && scaled != 0 ? "-" : ""
        return "\(sign)\(scaled / scale).\(zeros)\(fraction)"
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.utf8.count)) + text
    }
}
