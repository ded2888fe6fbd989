internal import Glibc
internal import Trading
internal import Venues

/// One window to be forecast.
struct EvaluationWindow {
    let start: Timestamp
    let end: Timestamp
    /// What the venue recorded; `nil` where it recorded none.
    let strike: SettlementValue?
    /// The outcome by which forecasts are scored; `nil` while not known.
    let winner: Outcome?
}

/// Forecasts of windows at fixed times before their end, scored against what happened. A window
/// settles on the last price at or before its end, or on the mean of the last seconds (ties are
/// Up); its strike is the same at its start.
///
/// Nothing looks ahead: a forecast uses the prices that the recorder had *received* by its instant,
/// and no other. Volatility is measured on stamps.
struct Evaluation {
    /// Seconds before the end.
    static let horizons: [Int64] = [240, 180, 120, 60, 30, 10]
    /// Annualised volatility of the baseline.
    static let constantVolatility = 0.40

    private(set) var windowCount = 0
    /// Windows that no forecast was made for, whatever the reason.
    private(set) var windowsSkipped = 0
    /// For each of `horizons`.
    private(set) var scores = [ScoreCard](repeating: ScoreCard(), count: horizons.count)
    private(set) var overall = ScoreCard()
    private(set) var skips = [ForecastSkips](repeating: ForecastSkips(), count: horizons.count)
    private(set) var strikes = StrikeAgreement()
    private(set) var outcomes = OutcomeAgreement()

    private let history: PriceHistory
    /// Seconds that the settlement averages; 0 for a single price.
    private let averaged: Int

    /// - Parameter averaged: 0 ... `ReferenceAverage.averagedMax`.
    init(_ windows: [EvaluationWindow], _ history: PriceHistory, averaged: Int) {
        self.history = history
        self.averaged = averaged
        windowCount = windows.count
        for window in windows { compare(window) }
        forecast(windows)
    }

    // MARK: - What was true

    private mutating func compare(_ window: EvaluationWindow) {
        let strike = history.price(at: window.start)?.value
        strikes.add(recorded: window.strike, reconstructed: strike)
        let end = history.price(at: window.end)?.value
        guard let strike, let end else {
            outcomes.add(recorded: window.winner, reconstructed: nil, distance: 0)
            return
        }
        outcomes.add(
            recorded: window.winner,
            reconstructed: end >= strike ? .yes : .no,
            distance: end.dollars - strike.dollars
        )
    }

    // MARK: - What could be known

    private mutating func forecast(_ windows: [EvaluationWindow]) {
        var instants: [(time: Timestamp, window: Int, horizon: Int)] = []
        for window in windows.indices {
            for horizon in Self.horizons.indices {
                let time = windows[window].end - .seconds(Self.horizons[horizon])
                // A window may be shorter than the longest horizon.
                if time > windows[window].start { instants.append((time, window, horizon)) }
            }
        }
        instants.sort { ($0.time, $0.window) < ($1.time, $1.window) }
        var isForecast = [Bool](repeating: false, count: windows.count)
        var knowledge = MarketKnowledge()
        var next = 0
        for instant in instants {
            while next < history.received.count, history.received[next].received <= instant.time {
                knowledge.take(history.received[next])
                next += 1
            }
            let window = windows[instant.window]
            do {
                try score(window, instant.horizon, instant.time, knowledge)
                isForecast[instant.window] = true
            } catch {
                skips[instant.horizon].add(error)
            }
        }
        windowsSkipped = isForecast.count { !$0 }
    }

    private mutating func score(
        _ window: EvaluationWindow,
        _ horizon: Int,
        _ now: Timestamp,
        _ knowledge: MarketKnowledge
    ) throws(ForecastSkip) {
        guard let strike = history.mean(endingAt: window.start, averaged: averaged),
            strike.received <= now
        else { throw .gapAtStart }
        guard let winner = window.winner else { throw .noOutcome }
        guard let newest = knowledge.newest, now - newest.stamp <= PriceHistory.silenceMax else {
            throw .gapAtForecast
        }
        guard knowledge.volatility.isSettled else { throw .warmingUp }
        let remaining = (window.end - now).seconds
        var input = FairValue.Input(
            spot: newest.value.dollars,
            strike: strike.dollars,
            volatility: knowledge.volatility.forecast(remaining: remaining),
            volState: knowledge.volatility.state,
            windowSeconds: (window.end - window.start).seconds,
            secondsToEnd: remaining,
            averaged: averaged
        )
        if averaged > 0 {
            let elapsed = knowledge.averages.mean(endingAt: window.end, averaged: averaged, at: now)
            input.elapsedMean = elapsed?.dollars
        }
        input.referenceAge = max(0, (now - newest.stamp).seconds)
        guard let model = FairValue.standard.estimate(input) else { throw .gapAtForecast }
        input.volatility = Self.constantVolatility
        guard let constant = FairValue.standard.estimate(input) else { throw .gapAtForecast }
        scores[horizon].add(
            model: model.unclampedProbability,
            constant: constant.normalProbability,
            isUp: winner == .yes
        )
        overall.add(
            model: model.unclampedProbability,
            constant: constant.normalProbability,
            isUp: winner == .yes
        )
    }
}

/// What the prices received so far tell.
private struct MarketKnowledge {
    /// The received price with the latest stamp.
    private(set) var newest: SettlementPrice?
    private(set) var volatility = Volatility(decidingAfter: Volatility.samplesFull)
    /// On the grid of stamps.
    private(set) var averages = ReferenceAverage()

    mutating func take(_ price: SettlementPrice) {
        if let newest {
            // Late, or told twice.
            guard price.stamp > newest.stamp else { return }
            volatility.observe(
                log(price.value.dollars / newest.value.dollars),
                over: (price.stamp - newest.stamp).seconds,
                isLogarithmic: true
            )
        }
        newest = price
        averages.observe(
            ReferencePrice(raw: Int64(price.value.raw / 10_000_000_000)),
            at: price.stamp
        )
    }
}
