/// How our record of a market's shares and the account's compare.
public enum HoldingsFinding: UInt8, Sendable, CaseIterable {
    case agrees
    /// By a share or more, twice, some seconds apart.
    case differs
    /// By more than `HoldingsWatch.brokenShares`, or for longer than `HoldingsWatch.brokenAfter`.
    case broken
}

/// Compares the account's shares of one market with our record (risk 3, row 29). The account's
/// statement lags behind our fills, so nothing is compared right after one, and one look is none.
struct HoldingsWatch {
    static let differenceMin = Quantity(shares: 1)
    static let confirmedAfter = Duration.seconds(5)
    static let brokenShares = Quantity(shares: 5)
    static let brokenAfter = Duration.seconds(30)

    /// What the account held before we traded is part of our record.
    var isKnown = false
    private var observed: (yes: Quantity, no: Quantity)?
    private var differsSince: Timestamp?
    private var lastFillAt: Timestamp?

    mutating func observe(yes: Quantity, no: Quantity) { observed = (yes, no) }

    mutating func takeObserved() -> (yes: Quantity, no: Quantity)? {
        defer { observed = nil }
        return observed
    }

    mutating func filled(at now: Timestamp) { lastFillAt = now }

    /// - Parameters: the account's shares minus ours.
    /// - Returns: `nil` while nothing can be said.
    mutating func compare(
        _ yes: Quantity,
        _ no: Quantity,
        at now: Timestamp
    ) -> HoldingsFinding? {
        if let lastFillAt, now - lastFillAt < Engine.chainLag { return nil }
        let difference = max(Self.magnitude(yes), Self.magnitude(no))
        guard difference >= Self.differenceMin else {
            differsSince = nil
            return .agrees
        }
        let since = differsSince ?? now
        differsSince = since
        guard now - since >= Self.confirmedAfter else { return nil }
        let isBroken = difference > Self.brokenShares || now - since >= Self.brokenAfter
        return isBroken ? .broken : .differs
    }

    private static func magnitude(_ quantity: Quantity) -> Quantity {
        quantity < .zero ? .zero - quantity : quantity
    }
}
