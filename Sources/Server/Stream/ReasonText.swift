internal import Trading

/// A tick's reason as a short ASCII sentence for a blotter's cell, such as
/// `liquidity 7603.12 < 10000.0` or `BUY YES 10.0 @ 0.51`. Nothing in it needs an escape in JSON.
enum ReasonText {
    /// The longest sentence.
    static let byteCountMax = 96

    /// The greatest threshold that is written out, in dollars; a greater one is written as this.
    private static let dollarsMax = 9_000_000_000_000.0

    /// Appends the sentence; nothing for `.none`.
    /// - Precondition: `byteCountMax` bytes are free.
    @_lifetime(output: copy output)
    static func encode(_ reason: Reason, into output: inout OutputSpan<UInt8>) {
        switch reason {
        case .none: break
        case .liquidity(let measured, let required):
            output.append("liquidity ")
            output.append(decimal: measured.raw, scale: .millionths)
            output.append(" < ")
            output.append(decimal: micros(of: required), scale: .millionths)
        case .oneSidedBook: output.append("one-sided book")
        case .spreadTooWide(let measured, let allowed):
            output.append("spread ")
            output.append(decimal: measured.raw, scale: .tenThousandths)
            output.append(" > ")
            output.append(decimal: allowed.raw, scale: .tenThousandths)
        case .priceOutOfRange: output.append("midpoint outside the quoted range")
        case .noBook: output.append("no book yet")
        case .noMarket: output.append("no market yet")
        case .marketFeedStale(let age):
            output.append("market feed silent for ")
            output.append(seconds: age)
        case .referenceFeedStale(let age):
            output.append("reference feed silent for ")
            output.append(seconds: age)
        case .samples(let seen, let needed):
            output.append(integer: seen)
            output.append(" of ")
            output.append(integer: needed)
            output.append(" s of samples")
        case .nearExpiry(let remaining):
            output.append(seconds: remaining)
            output.append(" to expiry")
        case .position(let worstCase, let limit):
            output.append("position ")
            output.append(decimal: worstCase.raw, scale: .millionths)
            output.append(" against limit ")
            output.append(integer: limit)
        case .insufficientBalance(let available):
            output.append("balance too small: ")
            output.append(decimal: available.raw, scale: .millionths)
            output.append(" available")
        case .order(let outcome, let side, let price, let size):
            output.append(outcome, side, price, size)
        case .orderRejected(let rejection, let outcome, let side, let price, let size):
            output.append(rejection.text)
            output.append(": ")
            output.append(outcome, side, price, size)
        case .resolution(let winner, let payout):
            output.append(winner == .yes ? "YES won, paid " : "NO won, paid ")
            output.append(decimal: payout.raw, scale: .millionths)
        case .market(let slug): output.append(ascii: slug.span)
        case .volatility(let state):
            output.append(state == .low ? "now LOW_VOL" : "now HIGH_VOL")
        case .notRunning: output.append("is_running is false")
        case .killLatched: output.append("emergency stop is latched")
        }
    }

    /// A threshold of the model in millionths, for display: rounded to the nearest, and held within
    /// what an integer holds.
    private static func micros(of dollars: Double) -> Int64 {
        guard dollars.isFinite else { return 0 }
        let held = min(max(dollars, -dollarsMax), dollarsMax)
        return Int64((held * 1_000_000).rounded())
    }
}

extension OutputSpan where Element == UInt8 {
    /// `BUY YES 10.0 @ 0.51`
    @_lifetime(self: copy self)
    fileprivate mutating func append(
        _ outcome: Outcome,
        _ side: Side,
        _ price: Price,
        _ size: Quantity
    ) {
        append(side == .buy ? "BUY " : "SELL ")
        append(outcome == .yes ? "YES " : "NO ")
        append(decimal: size.raw, scale: .millionths)
        append(" @ ")
        append(decimal: price.raw, scale: .tenThousandths)
    }

    /// `2.5 s`, rounded toward zero to the millisecond.
    @_lifetime(self: copy self)
    fileprivate mutating func append(seconds duration: Duration) {
        append(decimal: duration.nanoseconds / 1_000_000, scale: .thousandths)
        append(" s")
    }
}

extension OrderRejection {
    /// The refusal in words.
    fileprivate var text: StaticString {
        switch self {
        case .wouldCross: "would cross"
        case .offTick: "off tick"
        case .sizeTooSmall: "size too small"
        case .marketClosed: "market closed"
        case .rateLimited: "rate limited"
        }
    }
}
