internal import Trading
internal import Wire

/// A tick's reason as a short ASCII sentence for a blotter's cell, such as
/// `liquidity 7603.12 < 10000.0` or `BUY YES 10.0 @ 0.51`. Nothing in it needs an escape in JSON.
enum ReasonText {
    /// The longest sentence; a test holds it to be exact.
    static let byteCountMax = 80

    /// The greatest threshold that is written out, in dollars; a greater one is written as this.
    private static let dollarsMax = 9_000_000_000_000.0

    /// Appends the sentence; nothing for `.none`.
    /// - Precondition: `byteCountMax` bytes are free.
    @_lifetime(output: copy output)
    static func encode(_ reason: Reason, into output: inout OutputSpan<UInt8>) {
        switch reason {
        case .none: break
        case .liquidity(let measured, let required):
            output.append(literal: "liquidity ")
            output.append(measured)
            output.append(literal: " < ")
            output.append(decimal: micros(of: required), decimals: 6)
        case .oneSidedBook: output.append(literal: "one-sided book")
        case .spreadTooWide(let measured, let allowed):
            output.append(literal: "spread ")
            output.append(measured)
            output.append(literal: " > ")
            output.append(allowed)
        case .priceOutOfRange: output.append(literal: "midpoint outside the quoted range")
        case .noBook: output.append(literal: "no book yet")
        case .noMarket: output.append(literal: "no market yet")
        case .marketFeedStale(let age):
            output.append(literal: "market feed silent for ")
            output.append(seconds: age)
            output.append(literal: " s")
        case .referenceFeedStale(let age):
            output.append(literal: "reference feed silent for ")
            output.append(seconds: age)
            output.append(literal: " s")
        case .samples(let seen, let needed):
            output.append(integer: seen)
            output.append(literal: " of ")
            output.append(integer: needed)
            output.append(literal: " s of samples")
        case .awaitingStrike(let waited):
            output.append(literal: "strike not known after ")
            output.append(seconds: waited)
            output.append(literal: " s")
        case .basisUnknown:
            output.append(literal: "reference not yet compared with the settlement feed")
        case .strikeUnverified:
            output.append(literal: "no verified strike in time: the window is left out")
        case .strike(let price, let source):
            output.append(literal: "strike ")
            output.append(price)
            output.append(literal: source.text)
        case .nearExpiry(let remaining):
            output.append(seconds: remaining)
            output.append(literal: " s to expiry")
        case .position(let worstCase, let limit):
            output.append(literal: "position ")
            output.append(worstCase)
            output.append(literal: " against limit ")
            output.append(integer: limit)
        case .insufficientBalance(let available):
            output.append(literal: "balance too small: ")
            output.append(available)
            output.append(literal: " available")
        case .order(let outcome, let side, let price, let size):
            output.append(outcome, side, price, size)
        case .orderRejected(let rejection, let outcome, let side, let price, let size):
            output.append(literal: rejection.text)
            output.append(literal: ": ")
            output.append(outcome, side, price, size)
        case .resolution(let winner, let payout):
            output.append(literal: winner == .yes ? "YES won, paid " : "NO won, paid ")
            output.append(payout)
        case .cash(let amount):
            output.append(literal: "cash ")
            output.append(amount)
        case .merged(let pairs, let gas):
            output.append(literal: "merged ")
            output.append(pairs)
            output.append(literal: " pairs, gas ")
            output.append(gas)
        case .market(let slug): output.append(copying: slug.span)
        case .volatility(let state):
            output.append(literal: state == .low ? "now LOW_VOL" : "now HIGH_VOL")
        case .notRunning: output.append(literal: "is_running is false")
        case .orderTooSmall(let size, let minimum):
            output.append(literal: "order size ")
            output.append(integer: size)
            output.append(literal: " < market minimum ")
            output.append(minimum)
        case .denied(let denial):
            output.append(literal: denial.code)
            output.append(literal: ": ")
            output.append(literal: denial.text)
        case .held(let cause):
            output.append(literal: cause.code)
            output.append(literal: ": ")
            output.append(literal: cause.text)
        case .guarded(let trigger): output.append(trigger)
        case .noQuote(let why): output.append(literal: why.text)
        case .modelDiverged: output.append(literal: "model and market disagree: nothing is added")
        case .unsupportedSettlement: output.append(literal: "settlement rules not understood")
        case .marketOver:
            output.append(literal: "the outcome is known: waiting for the next window")
        case .reconciling: output.append(literal: "reconciling orders before quotes return")
        case .quotingAt(let percent):
            output.append(literal: "quoting at ")
            output.append(integer: percent)
            output.append(literal: " % of the size")
        case .killLatched: output.append(literal: "emergency stop is latched")
        }
    }

    /// A threshold of the model in millionths, for display: rounded to the nearest, and held within
    /// what an integer holds.
    fileprivate static func micros(of dollars: Double) -> Int64 {
        guard dollars.isFinite else { return 0 }
        let held = min(max(dollars, -dollarsMax), dollarsMax)
        return Int64((held * 1_000_000).rounded())
    }
}

extension OutputSpan where Element == UInt8 {
    /// What a guard saw, such as `reference jump: 0.012 > 0.006`.
    @_lifetime(self: copy self)
    fileprivate mutating func append(_ trigger: GuardTrigger) {
        switch trigger {
        case .referenceJump(let moved, let allowed):
            append(literal: "reference jump: ")
            append(moved)
            append(literal: " > ")
            append(allowed)
        case .referenceShock(let moved, let allowed):
            append(literal: "reference shock: ")
            append(moved)
            append(literal: " > ")
            append(allowed)
        case .sweep(let taken, let depth):
            append(literal: "sweep: ")
            append(taken)
            append(literal: " of ")
            append(depth)
        case .levelsGone: append(literal: "sweep: three levels gone")
        case .fillBurst: append(literal: "fill burst")
        case .fillRate(let fills, let allowed):
            append(literal: "fills in a minute: ")
            append(integer: fills)
            append(literal: " > ")
            append(integer: allowed)
        case .windowFills(let fills, let allowed):
            append(literal: "fills in the window: ")
            append(integer: fills)
            append(literal: " > ")
            append(integer: allowed)
        case .postOnlyRejects(let count):
            append(literal: "orders refused as crossing: ")
            append(integer: count)
        case .toxicFlow(let markoutTicks):
            append(literal: "mean markout ")
            append(decimal: ReasonText.micros(of: markoutTicks), decimals: 6)
            append(literal: " ticks")
        }
    }

    /// `BUY YES 10.0 @ 0.51`
    @_lifetime(self: copy self)
    fileprivate mutating func append(
        _ outcome: Outcome,
        _ side: Side,
        _ price: Price,
        _ size: Quantity
    ) {
        append(literal: side == .buy ? "BUY " : "SELL ")
        append(literal: outcome == .yes ? "YES " : "NO ")
        append(size)
        append(literal: " @ ")
        append(price)
    }
}

extension StrikeSource {
    /// Who told it, in words.
    fileprivate var text: StaticString {
        switch self {
        case .ownReconstruction: " from our own feed"
        case .previousFinal: " from the window before"
        case .site: " from the venue's site"
        case .settlementFeed: " from the settlement feed"
        }
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
        case .orderPathShut: "order path shut by the stop"
        case .insufficientBalance: "balance or allowance too small"
        case .venueRefused: "the venue takes nothing at the moment"
        case .notSent: "not sent: no way to the venue"
        }
    }
}

extension NoQuoteReason {
    /// The reason in words.
    fileprivate var text: StaticString {
        switch self {
        case .modelInvalid: "no fair value"
        case .oneSidedBook: "one-sided book"
        case .crossedBook: "crossed book"
        case .held: "held by a guard"
        case .halfSpreadTooWide: "the half-spread needed is too wide"
        case .reduceOnly: "nothing to reduce"
        case .fairOutOfRange: "fair value outside the quoted range"
        case .positionLimit: "position limit"
        case .deltaLimit: "a move of the reference would cost too much over all windows"
        case .sizeBelowMinimum: "what the limits leave is below the market's minimum"
        case .priceOffGrid: "no price far enough from fair"
        case .insufficientBalance: "balance too small for the smallest order"
        }
    }
}
