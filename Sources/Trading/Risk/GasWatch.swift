/// What transactions of our own may cost: none is made while the account has too little POL, or once
/// the day has cost too much (risk 3, row 34).
struct GasWatch: Sendable {
    private static let day: Int64 = 86_400_000_000_000

    /// POL below which the account is not to be emptied further.
    static let balanceMin = Quantity(raw: 500_000)
    /// Dollars of gas in one UTC day.
    static let dailyMax = Money(dollars: 2)

    private var dayNumber: Int64?
    private var spentBefore = Money.zero

    /// - Parameters:
    ///   - balance: POL; `nil` where nobody tells it.
    ///   - spent: dollars since the session began.
    mutating func isLow(balance: Quantity?, spent: Money, at now: Timestamp) -> Bool {
        let today = now.nanoseconds / Self.day
        if dayNumber != today {
            // What the first day cost counts from the session's start.
            spentBefore = dayNumber == nil ? .zero : spent
            dayNumber = today
        }
        if let balance, balance < Self.balanceMin { return true }
        return spent - spentBefore > Self.dailyMax
    }
}
