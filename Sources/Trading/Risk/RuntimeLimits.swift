/// The limits of the runtime controls, with their defaults.
///
/// The limits in dollars are for the product's scale, and one lost position of the default size
/// (50 shares bought at one half: $25) would exceed the rule book's daily 2 % of a $1,000 account.
/// Rather than kill such a session for its first unlucky window, each of them grows with
/// `max_position`, up to a share of the equity that no parameter moves.
public struct RuntimeLimits: Equatable, Sendable {
    /// After a trigger has cleared, the session stays down for this long.
    public var dwell = Duration.seconds(30)
    /// The same for controls about market data.
    public var dataDwell = Duration.seconds(2)
    /// Half size in `CAUTION`, a quarter while recovering, in percent.
    public var cautionPercent: Int64 = 50
    public var recoveringPercent: Int64 = 25
    public var recoveringPeriod = Duration.seconds(60)

    public var referenceAgeMax = Duration.milliseconds(1_500)
    public var settlementAgeMax = Duration.seconds(5)
    /// A settlement feed silent for longer, with less than `settlementCriticalTime` left.
    public var settlementLostAge = Duration.seconds(15)
    public var settlementCriticalTime = Duration.seconds(180)
    public var bookLinkDownMax = Duration.seconds(2)
    /// A quiet market is no error: an old book is stale only when pings go unanswered too.
    public var bookAgeMax = Duration.seconds(5)

    public var clockSkewWarn = Duration.milliseconds(250)
    public var clockSkewMax = Duration.seconds(1)
    /// Between the monotonic and the wall clock, within ten seconds.
    public var clockDriftMax = Duration.milliseconds(100)

    public var dailyLossPercent: Int64 = 2
    public var dailyLossMin = Money(dollars: 10)
    /// The limit grows to two full positions lost at one half, but not beyond this.
    public var dailyLossPercentMax: Int64 = 10
    public var drawdownPercent: Int64 = 3
    public var drawdownMin = Money(dollars: 15)
    /// The limit grows to three full positions lost at one half, but not beyond this.
    public var drawdownPercentMax: Int64 = 15
    public var marketLossMin = Money(dollars: 5)
    /// The limit grows to a full position that lost this many cents a share.
    public var marketLossCents: Int64 = 10
    public var losingWindowsMax = 4
    public var toxicPause = Duration.seconds(1_800)

    public var rejectsMax = 5
    public var rejectPeriod = Duration.seconds(10)
    /// More refusals than this share of the last `RejectWatch.outcomesKept` answers, in percent.
    public var rejectPercentMax = 25
    public var stormPause = Duration.seconds(30)
    public var stormPauseMax = Duration.seconds(600)
    /// So many storms within `stormPeriod` kill.
    public var stormsMax = 3
    public var stormPeriod = Duration.seconds(3_600)

    /// Between the model's value and the midpoint, in dollars.
    public var divergenceMax = 0.25
    public var sigmaBoundMax = Duration.seconds(60)
    public var decisionLagP99Max = Duration.milliseconds(250)
    public var decisionLagMax = Duration.seconds(2)

    public init() {}

    /// What the session, or a day of it, may lose.
    public func dailyLossMax(equity: Money, maxPosition: Int64) -> Money {
        let rule = max(equity.percent(dailyLossPercent), dailyLossMin)
        let implied = Money(dollars: maxPosition)
        return max(rule, min(implied, equity.percent(dailyLossPercentMax)))
    }

    /// How far the equity may fall below its peak.
    public func drawdownMax(peak: Money, maxPosition: Int64) -> Money {
        let rule = max(peak.percent(drawdownPercent), drawdownMin)
        let implied = Money(dollars: maxPosition).percent(150)
        return max(rule, min(implied, peak.percent(drawdownPercentMax)))
    }

    /// What one market may lose.
    public func marketLossMax(maxPosition: Int64) -> Money {
        max(marketLossMin, Money(dollars: maxPosition).percent(marketLossCents))
    }

    /// One lost position against the daily limit, for the line that is printed at start-up.
    public func fullPositionCheck(equity: Money, maxPosition: Int64) -> FullPositionCheck {
        FullPositionCheck(
            loss: Money(dollars: maxPosition).percent(50),
            dailyLossMax: dailyLossMax(equity: equity, maxPosition: maxPosition)
        )
    }
}

/// A whole position bought at one half and lost, beside what a day may lose.
public struct FullPositionCheck: Equatable, Sendable {
    public let loss: Money
    public let dailyLossMax: Money

    /// Two such losses fit into a day.
    public var isSound: Bool { loss + loss <= dailyLossMax }
}
