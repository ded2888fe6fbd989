internal import Trading

/// What the guards are worth: the same markets with all of them, with each left out, and with none.
struct GuardTable {
    /// One selection of guards over all seeds. Money in dollars per session.
    struct Row {
        let name: String
        let guards: GuardSelection
        var profit = Sample()
        var capture = Sample()
        var inventory = Sample()
        var fees = Sample()
        var fills = Sample()
        var orders = Sample()
        var quoted = Sample()
        /// What the fills had gained 5 and 30 s later.
        var markout5 = Sample()
        var markout30 = Sample()
        /// Profit and gain at 5 s less those with all guards on the same seed.
        var profitDifference = Sample()
        var markoutDifference = Sample()

        init(_ name: String, _ guards: GuardSelection) {
            self.name = name
            self.guards = guards
        }

        mutating func add(_ result: SimulatedResult, against all: SimulatedResult) {
            profit.add(result.profit.dollars)
            capture.add(result.capture.dollars)
            inventory.add(result.inventory.dollars)
            fees.add(result.fees.dollars)
            fills.add(Double(result.fills))
            orders.add(Double(result.orders))
            quoted.add(result.quotedShare)
            markout5.add(result.markout5)
            markout30.add(result.markout30)
            profitDifference.add(result.profit.dollars - all.profit.dollars)
            markoutDifference.add(result.markout5 - all.markout5)
        }
    }

    let minutes: Int64
    let market: MarketSimulator.Configuration
    let parameters: Parameters
    /// The first row has all guards.
    private(set) var rows: [Row]

    /// - Parameter without: the guards to leave out, each in a row of its own; with none named, all of
    ///   them, and a row without any guard.
    init(
        minutes: Int64,
        market: MarketSimulator.Configuration,
        parameters: Parameters,
        without: [GuardName]
    ) {
        self.minutes = minutes
        self.market = market
        self.parameters = parameters
        rows = [Row("all", .all)]
        for name in without.isEmpty ? GuardName.allCases : without {
            rows.append(Row("without \(name.rawValue)", .all.subtracting(name.selection)))
        }
        if without.isEmpty { rows.append(Row("none", [])) }
    }

    /// Runs one seed through every row.
    mutating func add(seed: UInt64) {
        let all = run(seed, rows[0].guards)
        for index in rows.indices {
            rows[index].add(index == 0 ? all : run(seed, rows[index].guards), against: all)
        }
    }

    private func run(_ seed: UInt64, _ guards: GuardSelection) -> SimulatedResult {
        var setup = SimulatedSession.Setup()
        setup.market = market
        setup.engine.guards = guards
        setup.parameters = parameters
        setup.isWarm = true
        // No loss ends a session, so that all of them are equally long.
        let never = Money(dollars: 1_000_000)
        setup.engine.runtimeLimits.dailyLossMin = never
        setup.engine.runtimeLimits.drawdownMin = never
        setup.engine.runtimeLimits.marketLossMin = never
        setup.engine.runtimeLimits.losingWindowsMax = .max
        var session = SimulatedSession(seed: seed, setup)
        // The last window's outcome comes up to ten seconds after its end.
        let end = setup.start + .seconds(60 * minutes + 11)
        while session.step(until: end) {}
        return session.result
    }
}

/// Mean and standard error of numbers that come one at a time (Welford, 1962).
struct Sample {
    private(set) var count = 0
    private(set) var mean = 0.0
    private var squares = 0.0

    mutating func add(_ value: Double) {
        count += 1
        let distance = value - mean
        mean += distance / Double(count)
        squares += distance * (value - mean)
    }

    /// Zero below two numbers.
    var standardError: Double {
        count < 2 ? 0 : (squares / Double(count - 1) / Double(count)).squareRoot()
    }
}
