internal import Testing

@testable internal import Trading

/// A monitor and its clock.
struct MonitorScript {
    static let market = MarketID(index: 1)
    static let other = MarketID(index: 2)

    var monitor: RiskMonitor
    var now = Timestamp(seconds: 1_776_323_400)

    init(maxPosition: Int64 = 50, isLatched: Bool = false) {
        monitor = RiskMonitor(
            limits: RuntimeLimits(),
            maxPosition: maxPosition,
            isLatched: isLatched
        )
    }

    /// Past the first reconciliation.
    static func active(maxPosition: Int64 = 50) -> MonitorScript {
        var script = MonitorScript(maxPosition: maxPosition)
        script.tell(.started)
        script.tell(.reconciled)
        return script
    }

    mutating func tell(_ input: RiskInput) { _ = monitor.handle(input, at: now) }

    mutating func pass(_ milliseconds: Int64) {
        now = now + .milliseconds(milliseconds)
        tell(.timePassed)
    }

    var state: RiskState { monitor.standing.state }
    var cause: RiskCause? { monitor.standing.cause }
}

@Suite("RiskMonitor") struct RiskMonitorTests {
    @Test("nothing is quoted before the first reconciliation, everything after it")
    func start() {
        var script = MonitorScript()
        #expect(script.state == .starting)
        script.tell(.reconciled)
        #expect(script.state == .starting, "nobody has looked yet")
        script.tell(.started)
        #expect(script.state == .reconciling)
        #expect(script.monitor.standing.permission == .nothing)
        script.tell(.reconciled)
        #expect(script.state == .active)
        #expect(script.monitor.standing.sizePercent == 100)
    }

    @Test("every time that a control takes something down is counted, by cause")
    func counts() {
        var script = MonitorScript.active()
        for _ in 0..<3 {
            script.tell(.referenceChecked(age: .seconds(5)))
            script.tell(.referenceChecked(age: .zero))
            script.pass(2_100)
        }
        script.tell(.bookChecked(MonitorScript.market, .crossed))
        script.tell(.windowSettled(MonitorScript.market, profit: .zero))
        script.tell(.bookChecked(MonitorScript.other, .crossed))
        script.tell(.emergencyStopped)
        let told = RiskCause.allCases.map { script.monitor.counts[$0] }
        var expected = [Int64](repeating: 0, count: RiskCause.allCases.count)
        expected[Int(RiskCause.referenceStale.rawValue)] = 3
        expected[Int(RiskCause.bookCrossed.rawValue)] = 2
        expected[Int(RiskCause.manualKill.rawValue)] = 1
        #expect(told == expected)
    }

    /// A control with its input on both sides of the limit, and what it does.
    struct Row: Sendable, CustomStringConvertible {
        var description: String
        var calm: RiskInput
        var trigger: RiskInput
        var cause: RiskCause
        var state: RiskState
        /// Milliseconds from clearing to release.
        var dwell: Int64
        var isMarkets = false
    }

    static let rows: [Row] = [
        Row(
            description: "17 reference",
            calm: .referenceChecked(age: .milliseconds(1_500)),
            trigger: .referenceChecked(age: .milliseconds(1_501)),
            cause: .referenceStale,
            state: .halted,
            dwell: 2_000
        ),
        Row(
            description: "17 no reference",
            calm: .referenceChecked(age: .zero),
            trigger: .referenceChecked(age: nil),
            cause: .referenceStale,
            state: .halted,
            dwell: 2_000
        ),
        Row(
            description: "18 settlement feed",
            calm: .settlementFeedChecked(age: .seconds(5), remaining: .seconds(10)),
            trigger: .settlementFeedChecked(age: .milliseconds(5_001), remaining: .seconds(10)),
            cause: .settlementStale,
            state: .caution,
            dwell: 30_000
        ),
        Row(
            description: "18 settlement feed early",
            calm: .settlementFeedChecked(age: .seconds(5), remaining: .seconds(180)),
            trigger: .settlementFeedChecked(age: .seconds(60), remaining: .seconds(180)),
            cause: .settlementStale,
            state: .caution,
            dwell: 30_000
        ),
        Row(
            description: "18 settlement feed late",
            calm: .settlementFeedChecked(age: .zero, remaining: .seconds(179)),
            trigger: .settlementFeedChecked(age: .milliseconds(15_001), remaining: .seconds(179)),
            cause: .settlementLost,
            state: .reduceOnly,
            dwell: 30_000
        ),
        Row(
            description: "19 book stale",
            calm: .bookChecked(MonitorScript.market, .sound),
            trigger: .bookChecked(MonitorScript.market, .stale),
            cause: .bookStale,
            state: .halted,
            dwell: 2_000,
            isMarkets: true
        ),
        Row(
            description: "19 book crossed",
            calm: .bookChecked(MonitorScript.market, .sound),
            trigger: .bookChecked(MonitorScript.market, .crossed),
            cause: .bookCrossed,
            state: .halted,
            dwell: 2_000,
            isMarkets: true
        ),
        Row(
            description: "19 book drifted",
            calm: .bookChecked(MonitorScript.market, .sound),
            trigger: .bookChecked(MonitorScript.market, .drifted),
            cause: .bookDrifted,
            state: .halted,
            dwell: 2_000,
            isMarkets: true
        ),
        Row(
            description: "19 book unfamiliar",
            calm: .bookChecked(MonitorScript.market, .sound),
            trigger: .bookChecked(MonitorScript.market, .unfamiliar),
            cause: .bookUnfamiliar,
            state: .reduceOnly,
            dwell: 2_000,
            isMarkets: true
        ),
        Row(
            description: "17 reference polled",
            calm: .referenceSourceChecked(isPolled: false),
            trigger: .referenceSourceChecked(isPolled: true),
            cause: .referencePolled,
            state: .reduceOnly,
            dwell: 2_000
        ),
        Row(
            description: "22 clock skewed",
            calm: .clockChecked(skew: .milliseconds(-250), drift: .zero),
            trigger: .clockChecked(skew: .milliseconds(-251), drift: .zero),
            cause: .clockSkewed,
            state: .caution,
            dwell: 30_000
        ),
        Row(
            description: "24 market loss",
            calm: .marketMarked(MonitorScript.market, profit: Money(raw: -4_999_999)),
            trigger: .marketMarked(MonitorScript.market, profit: Money(dollars: -5)),
            cause: .marketLoss,
            state: .reduceOnly,
            dwell: 30_000,
            isMarkets: true
        ),
        Row(
            description: "32 no number",
            calm: .modelChecked(value: 0.5, midpoint: 0.5, isSigmaAtBound: false),
            trigger: .modelChecked(value: .nan, midpoint: 0.5, isSigmaAtBound: false),
            cause: .modelInvalid,
            state: .reduceOnly,
            dwell: 30_000
        ),
        Row(
            description: "32 no probability",
            calm: .modelChecked(value: 0.999, midpoint: nil, isSigmaAtBound: false),
            trigger: .modelChecked(value: 1, midpoint: nil, isSigmaAtBound: false),
            cause: .modelInvalid,
            state: .reduceOnly,
            dwell: 30_000
        ),
        Row(
            description: "32 diverged",
            calm: .modelChecked(value: 0.75, midpoint: 0.5, isSigmaAtBound: false),
            trigger: .modelChecked(value: 0.76, midpoint: 0.5, isSigmaAtBound: false),
            cause: .valueDiverged,
            state: .reduceOnly,
            dwell: 30_000
        ),
        Row(
            description: "35 late decisions",
            calm: .decisionLagChecked(p99: .milliseconds(250), worst: .seconds(2)),
            trigger: .decisionLagChecked(p99: .milliseconds(251), worst: .seconds(2)),
            cause: .loopLagging,
            state: .caution,
            dwell: 30_000
        ),
    ]

    @Test("a control goes down at once beyond its limit and up a dwell after", arguments: rows)
    func row(_ row: Row) {
        var script = MonitorScript.active()
        func standing(_ script: MonitorScript) -> RiskStanding {
            row.isMarkets
                ? script.monitor.standing(of: MonitorScript.market) : script.monitor.standing
        }
        script.tell(row.calm)
        #expect(standing(script).state == .active)
        script.tell(row.trigger)
        #expect(standing(script).state == row.state)
        #expect(standing(script).cause == row.cause)
        if row.isMarkets {
            #expect(script.state == .active)
            #expect(script.monitor.standing(of: MonitorScript.other).state == .active)
        }
        // It holds for as long as the condition does.
        script.pass(100_000)
        #expect(standing(script).state == row.state)
        script.tell(row.calm)
        script.pass(row.dwell - 1)
        #expect(standing(script).state == row.state)
        script.pass(1)
        #expect(standing(script).state == .active)
        #expect(standing(script).cause == nil)
    }

    @Test("a trigger within the dwell begins it anew")
    func retrigger() {
        var script = MonitorScript.active()
        script.tell(.clockChecked(skew: .milliseconds(300), drift: .zero))
        script.tell(.clockChecked(skew: .zero, drift: .zero))
        script.pass(29_999)
        script.tell(.clockChecked(skew: .milliseconds(300), drift: .zero))
        script.tell(.clockChecked(skew: .zero, drift: .zero))
        script.pass(29_999)
        #expect(script.state == .caution)
        script.pass(1)
        #expect(script.state == .active)
    }

    /// Halts that say something about our orders, and what ends them.
    static let halts: [(RiskInput, RiskInput, RiskCause)] = [
        (
            .clockChecked(skew: .milliseconds(1_001), drift: .zero),
            .clockChecked(skew: .zero, drift: .zero), .clockBroken
        ),
        (
            .clockChecked(skew: .zero, drift: .milliseconds(-101)),
            .clockChecked(skew: .zero, drift: .milliseconds(100)), .clockBroken
        ),
        (.clockSteppedBack, .timePassed, .clockBroken),
        (
            .recordingChanged(isHealthy: false), .recordingChanged(isHealthy: true),
            .journalFailed
        ),
        (
            .decisionLagChecked(p99: .zero, worst: .milliseconds(2_001)),
            .decisionLagChecked(p99: .zero, worst: .zero), .loopStuck
        ),
    ]

    @Test("a halt ends in a reconciliation and a minute at a quarter of the size")
    func recovering() {
        for (trigger, release, cause) in Self.halts {
            var script = MonitorScript.active()
            script.tell(trigger)
            #expect(script.state == .halted)
            #expect(script.cause == cause)
            script.tell(release)
            script.tell(.reconciled)
            script.pass(29_999)
            #expect(script.state == .halted)
            script.pass(1)
            #expect(script.state == .reconciling, "what was reconciled while halted is old")
            script.pass(600_000)
            #expect(script.state == .reconciling)
            script.tell(.reconciled)
            #expect(script.state == .recovering)
            #expect(script.monitor.standing.sizePercent == 25)
            script.pass(59_999)
            #expect(script.state == .recovering)
            script.pass(1)
            #expect(script.state == .active)
        }
    }

    @Test("volatility at its bound for a minute is no model")
    func sigma() {
        var script = MonitorScript.active()
        let bound = RiskInput.modelChecked(value: 0.5, midpoint: 0.5, isSigmaAtBound: true)
        script.tell(bound)
        script.pass(60_000)
        script.tell(bound)
        #expect(script.state == .active)
        script.pass(1)
        script.tell(bound)
        #expect(script.cause == .modelInvalid)
        script.tell(.modelChecked(value: 0.5, midpoint: 0.5, isSigmaAtBound: false))
        script.pass(30_000)
        #expect(script.state == .active)
    }

    @Test("the deepest cause stands, and the next one when it is gone")
    func layers() {
        var script = MonitorScript.active()
        script.tell(.clockChecked(skew: .milliseconds(300), drift: .zero))
        script.tell(.modelChecked(value: .nan, midpoint: nil, isSigmaAtBound: false))
        script.tell(.referenceChecked(age: nil))
        #expect(script.cause == .referenceStale)
        script.tell(.referenceChecked(age: .zero))
        script.pass(2_000)
        #expect(script.state == .reduceOnly)
        #expect(script.cause == .modelInvalid)
        script.tell(.modelChecked(value: 0.5, midpoint: nil, isSigmaAtBound: false))
        script.pass(30_000)
        #expect(script.state == .caution)
        #expect(script.monitor.standing.sizePercent == 50)
    }

    @Test("a book is judged by its link and its pings, not by how quiet it is")
    func bookHealth() {
        func judge(
            down: Duration? = nil,
            age: Duration = .zero,
            pings: Bool = true,
            crossed: Bool = false,
            drifted: Bool = false
        ) -> BookHealth {
            BookHealth.judge(
                linkDown: down,
                age: age,
                arePingsAnswered: pings,
                isCrossed: crossed,
                doubt: drifted ? .drifted : .none,
                limits: RuntimeLimits()
            )
        }
        #expect(judge(age: .seconds(600)) == .sound)
        #expect(judge(age: .seconds(5), pings: false) == .sound)
        #expect(judge(age: .milliseconds(5_001), pings: false) == .stale)
        #expect(judge(down: .seconds(2)) == .sound)
        #expect(judge(down: .milliseconds(2_001)) == .stale)
        #expect(judge(crossed: true, drifted: true) == .crossed)
        #expect(judge(drifted: true) == .drifted)
    }

    @Test("a cut size keeps two decimals and does not fall below the market's minimum")
    func scaled() {
        func scaled(_ percent: Int64, _ raw: Int64) -> Int64 {
            RiskStanding(state: .recovering, cause: nil, sizePercent: percent)
                .scaled(Quantity(raw: raw), minimum: Quantity(shares: 5)).raw
        }
        #expect(scaled(100, 10_000_000) == 10_000_000)
        #expect(scaled(25, 100_000_000) == 25_000_000)
        #expect(scaled(25, 33_330_000) == 8_330_000)
        #expect(scaled(25, 10_000_000) == 5_000_000)
        #expect(scaled(25, 4_000_000) == 4_000_000)
    }
}
