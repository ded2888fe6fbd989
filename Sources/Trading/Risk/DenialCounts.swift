/// How often each control denied an order, since the start.
public struct DenialCounts: Sendable {
    /// One place for each case of `RiskDenial`; a test holds the number to be right.
    static let casesMax = 26

    private var counts = InlineArray<26, Int64>(repeating: 0)
    public private(set) var total: Int64 = 0

    init() {}

    /// Denials by this control.
    public subscript(denial: RiskDenial) -> Int64 { counts[Int(denial.rawValue)] }

    mutating func count(_ denial: RiskDenial) {
        counts[Int(denial.rawValue)] += 1
        total += 1
    }
}
