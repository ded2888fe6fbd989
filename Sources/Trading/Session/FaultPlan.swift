/// What goes wrong in a simulated session, and how often. Durations are upper bounds of what is drawn
/// each time; probabilities are for each message.
///
/// Nothing here is a thing that a real venue could not do: the answers to requests are told late, not
/// at all, or twice; those of different orders overtake each other, and a fill overtakes the answer
/// that its order was accepted. But the fills of one order come in their order, and the end of an
/// order is never told before its fills (`LinkFaults`).
public struct FaultPlan: Equatable, Sendable {
    // Our orders.
    /// Latencies of the venue itself.
    var venue = PaperVenue.Configuration()
    /// An order, or a cancel, that never arrives.
    var submitLoss = 0.0
    var cancelLoss = 0.0
    /// An answer to a request that never arrives: accepted, rejected, cancelled, too late.
    var answerLoss = 0.0
    /// A fill that never arrives.
    var fillLoss = 0.0
    /// An answer that arrives twice, the second time up to `overtaking` later.
    var answerRepeat = 0.0
    /// A merge of pairs that fails on the chain.
    var mergeRejection = 0.0
    /// How much longer than others an answer may take.
    var overtaking = Duration.zero
    /// A cancel without an answer is sent again after so long.
    var resendAfter = Duration.seconds(1)
    /// After so long the venue is asked what has become of orders whose answers are missing.
    var reconcileAfter = Duration.seconds(5)

    // The feeds.
    /// A message that arrives twice.
    var messageRepeat = 0.0
    /// A message that comes up to `lateMax` late, and holds up those behind it.
    var messageLate = 0.0
    var lateMax = Duration.zero
    /// Mean time between two stalls of a feed, and the longest of them.
    var stallInterval = Duration.seconds(3_600)
    var stallMax = Duration.zero
    /// A strike that the settlement feed never tells.
    var strikeLoss = 0.0

    // The market.
    /// Mean time between two changes of the grid.
    var gridInterval = Duration.seconds(3_600)

    // The operator and the machine.
    /// Mean time between two acts of the operator or failures of the disk.
    var operatorInterval = Duration.seconds(3_600)
    /// From the operator's stop, which shuts the order path at once, to the engine's hearing of it.
    var stopDelayMax = Duration.zero
    /// The process stands still from the last minute of a window until shortly before its end.
    var sleepsBeforeEnd = false

    /// Nothing goes wrong.
    public init() {}

    /// As the seed decides: each kind of fault is absent in some seeds and frequent in others.
    public init(seed: UInt64) {
        var random = SimulatorRandom(seed: seed, stream: 11)
        /// A third of the seeds have none of it.
        func rate(_ most: Double) -> Double {
            random.chance(0.33) ? 0 : most * random.uniform()
        }
        func milliseconds(_ least: Int, _ most: Int) -> Duration {
            .milliseconds(Int64(least + random.integer(below: most - least + 1)))
        }
        venue.submitLatency = milliseconds(0, 120)
        venue.cancelLatency = milliseconds(0, 120)
        venue.jitter = milliseconds(0, 80)
        venue.answerLatency = milliseconds(0, 80)
        submitLoss = rate(0.1)
        cancelLoss = rate(0.2)
        answerLoss = rate(0.2)
        fillLoss = rate(0.3)
        answerRepeat = rate(0.2)
        overtaking = milliseconds(0, 400)
        resendAfter = milliseconds(300, 2_000)
        reconcileAfter = milliseconds(500, 3_000)
        messageRepeat = rate(0.1)
        messageLate = rate(0.05)
        lateMax = milliseconds(1, 1_500)
        stallInterval = milliseconds(3_000, 40_000)
        stallMax = milliseconds(200, 12_000)
        strikeLoss = rate(0.2)
        gridInterval = milliseconds(5_000, 120_000)
        operatorInterval = milliseconds(800, 6_000)
        stopDelayMax = milliseconds(0, 300)
        sleepsBeforeEnd = true
        mergeRejection = rate(0.6)
    }
}
