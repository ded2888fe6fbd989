public import Crypto
public import Trading

/// Whether what a wallet has allowed is enough for orders (polymarket 5.5: `not enough balance /
/// allowance`).
public enum AllowanceCheck {
    /// What an allowance has to cover.
    public enum Standing: Equatable, Sendable {
        /// More than can ever be there.
        case unlimited
        /// What there is now.
        case covered(Money)
        /// Less than what there is.
        case short(Money)
        /// Nothing.
        case missing
    }

    /// - Parameters:
    ///   - allowance: in base units.
    ///   - balance: what the wallet has.
    public static func standing(_ allowance: Word256, for balance: Money) -> Standing {
        if allowance == .zero { return .missing }
        // Approvals for everything are 2^256 - 1, and some tokens count them down.
        guard let millionths = allowance.millionths else { return .unlimited }
        let money = Money(raw: millionths)
        return money < balance ? .short(money) : .covered(money)
    }
}
