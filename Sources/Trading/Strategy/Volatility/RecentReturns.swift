/// The last 120 returns, and what only a stretch of them together can tell: how much of the
/// variance came in jumps, and how far ten seconds go compared with one.
struct RecentReturns: Sendable {
    /// Returns that are kept: two minutes of a one-second clock.
    static let countMax = 120
    /// Below this many the share of jumps is not judged.
    static let countMin = 60
    /// Seconds of the longer step that single returns are compared with.
    static let stepSeconds = 10.0

    /// E|z| of a standard normal z is sqrt(2/pi), so that the product of two neighbours has to be
    /// multiplied by this to estimate the variance.
    static let bipowerScale = Double.pi / 2

    private struct Entry: Sendable {
        var change = 0.0
        var seconds = 0.0
        /// Whether the return before it ended where this one began.
        var isAdjacent = false
    }

    private var entries = InlineArray<120, Entry>(repeating: Entry())
    /// Where the next return goes.
    private var next = 0
    private(set) var count = 0
    private var isAfterGap = true

    /// The next return does not begin where the last one ended.
    mutating func noteGap() { isAfterGap = true }

    mutating func add(_ change: Double, over seconds: Double) {
        entries[next] = Entry(change: change, seconds: seconds, isAdjacent: !isAfterGap)
        next = next + 1 == Self.countMax ? 0 : next + 1
        count = min(count + 1, Self.countMax)
        isAfterGap = false
    }

    /// The `age`-th newest return.
    private func entry(_ age: Int) -> Entry {
        let index = next - 1 - age
        return entries[index < 0 ? index + Self.countMax : index]
    }

    /// The newest return's estimate of the variance per second from the product with its
    /// neighbour, in which a single jump hardly counts; `nil` without a neighbour.
    var newestBipower: Double? {
        guard count >= 2, entry(0).isAdjacent else { return nil }
        return Self.bipower(entry(0), entry(1))
    }

    private static func bipower(_ newer: Entry, _ older: Entry) -> Double {
        bipowerScale * abs(newer.change) * abs(older.change)
            / (newer.seconds * older.seconds).squareRoot()
    }

    /// `J = max(0, 1 - BV / RV)`: bipower variation beside realised variance (Barndorff-Nielsen
    /// and Shephard, J. Financial Econometrics 2, 2004). 0 ... 1; about 0 for a diffusion, with a
    /// standard deviation of 0.07 over 120 returns.
    ///
    /// Zero while that is not known: with too few returns, and where most of them are zero. A price
    /// that stands still between rare ticks is all jumps by this measure and tells nothing by it.
    var jumpShare: Double {
        guard count >= Self.countMin else { return 0 }
        var realised = 0.0
        var seconds = 0.0
        var bipower = 0.0
        var bipowerSeconds = 0.0
        var moves = 0
        for age in 0..<count {
            let newer = entry(age)
            realised += newer.change * newer.change
            seconds += newer.seconds
            if newer.change != 0 { moves += 1 }
            if newer.isAdjacent && age + 1 < count {
                bipower += Self.bipower(newer, entry(age + 1)) * newer.seconds
                bipowerSeconds += newer.seconds
            }
        }
        guard moves * 2 > count, realised > 0, bipowerSeconds > 0 else { return 0 }
        return max(0, 1 - (bipower / bipowerSeconds) / (realised / seconds))
    }

    /// The squared change over the last ten seconds, per second; `nil` when there is a gap in them.
    /// With irregular steps the stretch is the shortest that is not below ten seconds.
    var newestStep: Double? {
        var change = 0.0
        var seconds = 0.0
        var age = 0
        while age < count {
            let part = entry(age)
            change += part.change
            seconds += part.seconds
            if seconds >= Self.stepSeconds { return change * change / seconds }
            if !part.isAdjacent { return nil }
            age += 1
        }
        return nil
    }
}
