public import Trading

/// Why a price and a size make no order.
public enum OrderAmountError: Error, Equatable, Sendable {
    /// The price is below one tick or above one dollar less a tick.
    case priceOutOfRange
    /// The price is not on the grid.
    case offTick
    /// Nothing is left after the size, or what would be got for it, is cut to its decimals.
    case tooSmall
    /// The shares that the money would buy do not fit in 64 bits.
    case tooLarge
}

/// What an order gives and gets, in millionths (polymarket 6.4). All in integers; the venue's own
/// older client computes in binary fractions and gets some of these wrong.
public struct OrderAmounts: Hashable, Sendable {
    /// What the maker gives: dollars when buying, shares when selling.
    public let maker: UInt64
    /// What the maker gets.
    public let taker: UInt64

    /// Millionths in the finest size, a hundredth of a share (and of a dollar in market orders).
    private static let hundredth: Int64 = 10_000

    /// Of an order that rests at `price`. The size is cut to hundredths of a share; nothing else
    /// is rounded, since hundredths times a price are whole millionths.
    public static func limit(
        _ side: Side,
        price: Price,
        size: Quantity,
        tickSize: TickSize
    ) throws(OrderAmountError) -> OrderAmounts {
        try check(price, on: tickSize)
        let hundredths = size.raw / hundredth
        guard hundredths > 0 else { throw .tooSmall }
        // Below the size, since the price is below a dollar.
        let money = hundredths * price.raw
        return OrderAmounts(
            side,
            money: UInt64(money),
            shares: UInt64(hundredths * hundredth)
        )
    }

    /// Of an order that takes at once (FAK, FOK) what is offered at `price` or better.
    ///
    /// - Parameters:
    ///   - amount: millionths of a dollar to spend when buying, of a share to sell when selling;
    ///     cut to hundredths.
    ///   - price: the worst; cut to the decimals of the grid, not to the grid.
    public static func market(
        _ side: Side,
        amount: Int64,
        price: Price,
        tickSize: TickSize
    ) throws(OrderAmountError) -> OrderAmounts {
        let decimals = tickSize.decimals
        let step = Int64(powerOfTen(4 - decimals))
        let price = Price(raw: price.raw / step * step)
        try check(price, on: tickSize)
        let hundredths = amount / hundredth
        guard hundredths > 0 else { throw .tooSmall }
        let given = UInt64(hundredths * hundredth)
        switch side {
        case .sell:
            let money = UInt64(hundredths * price.raw)
            return OrderAmounts(side, money: money, shares: given)
        case .buy:
            // Shares with as many decimals as an amount has on this grid, by way of four more:
            // up to those, then down.
            let amountDecimals = decimals + 2
            let dividend = UInt128(hundredths) * 100 * UInt128(powerOfTen(amountDecimals + 4))
            let (quotient, remainder) = dividend.quotientAndRemainder(
                dividingBy: UInt128(UInt64(price.raw))
            )
            let fine = quotient + (remainder == 0 ? 0 : 1)
            let shares = fine / 10_000 * UInt128(powerOfTen(6 - amountDecimals))
            guard shares > 0 else { throw .tooSmall }
            guard shares <= UInt128(UInt64.max) else { throw .tooLarge }
            return OrderAmounts(side, money: given, shares: UInt64(shares))
        }
    }

    private init(_ side: Side, money: UInt64, shares: UInt64) {
        (maker, taker) = side == .buy ? (money, shares) : (shares, money)
    }

    private static func check(_ price: Price, on tickSize: TickSize) throws(OrderAmountError) {
        guard price.raw >= tickSize.raw, price.raw <= Price.one.raw - tickSize.raw else {
            throw .priceOutOfRange
        }
        guard tickSize.holds(price) else { throw .offTick }
    }

    private static func powerOfTen(_ exponent: Int) -> UInt64 {
        var power: UInt64 = 1
        for _ in 0..<exponent { power *= 10 }
        return power
    }
}

extension TickSize {
    /// Digits behind the point of a price on this grid.
    fileprivate var decimals: Int {
        switch self {
        case .tenth: 1
        case .hundredth: 2
        case .halfHundredth, .thousandth: 3
        case .quarterHundredth, .tenThousandth: 4
        }
    }
}
