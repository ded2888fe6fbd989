/// How often each control denied an order: since the start, and of late.
public struct DenialCounts: Sendable {
    /// One place for each case of `RiskDenial`; a test holds the number to be right.
    static let casesMax = 25
    /// The recent past is kept as two halves: what `recent` tells covers the last 30 to 60 s.
    static let halfPeriod = Duration.seconds(30)

    private var counts = InlineArray<25, Int64>(repeating: 0)
    private var current = InlineArray<25, Int64>(repeating: 0)
    private var previous = InlineArray<25, Int64>(repeating: 0)
    private var currentSince = Timestamp(nanoseconds: 0)
    public private(set) var total: Int64 = 0

    init() {}

    /// Denials by this control since the start.
    public subscript(denial: RiskDenial) -> Int64 { counts[Int(denial.rawValue)] }

    mutating func count(_ denial: RiskDenial, at now: Timestamp) {
        rotate(now)
        counts[Int(denial.rawValue)] += 1
        current[Int(denial.rawValue)] += 1
        total += 1
    }

    /// The control that denied most often within the last minute; the first declared among
    /// equals, `nil` when none did.
    public func top(at now: Timestamp) -> RiskDenial? {
        var counts = self
        counts.rotate(now)
        var top: RiskDenial?
        var most: Int64 = 0
        for index in counts.current.indices {
            let sum = counts.current[index] + counts.previous[index]
            if sum > most {
                most = sum
                top = RiskDenial(rawValue: UInt8(index))
            }
        }
        return top
    }

    private mutating func rotate(_ now: Timestamp) {
        let age = now - currentSince
        guard age >= Self.halfPeriod else { return }
        let isAdjacent = age < Duration(nanoseconds: 2 * Self.halfPeriod.nanoseconds)
        previous = isAdjacent ? current : InlineArray(repeating: 0)
        current = InlineArray(repeating: 0)
        currentSince = isAdjacent ? currentSince + Self.halfPeriod : now
    }
}
