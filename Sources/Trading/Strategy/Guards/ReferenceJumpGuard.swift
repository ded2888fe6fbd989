/// Pulls quotes when the reference price has run away from the value they were decided on
/// (strategy 10, risk 3 row 33). One for each market.
///
/// Two rules, each on every reference frame:
/// * *Jump*: the move since the quote's decision, times dp/dS, is worth at least
///   `max(0.6 tick, 0.5 half-spread)`: the side that it makes too generous is endangered.
/// * *Shock*: the move since a frame of the last 250 ms is at least five standard deviations for
///   the time between: both sides are.
///
/// An engine that decides at every event would always measure a jump from the frame before. So a
/// decision that leaves the quote where it is moves the jump's base only when that is 250 ms old.
struct ReferenceJumpGuard: Sendable {
    static let jumpTicks = 0.6
    static let jumpHalfSpreads = 0.5
    static let shockDeviations = 5.0
    static let shockWindow = Duration.milliseconds(250)
    /// Frames closer than this count as this far apart: moves of a few milliseconds are steps of
    /// the reference's own grid, not diffusion, and five deviations of those are an everyday event.
    static let shockElapsedMin = Duration.milliseconds(50)
    /// In the high regime both thresholds shrink to this part (strategy 3).
    static let highVolScale = 0.75
    static let coolOffLow = Duration.seconds(1)
    static let coolOffHigh = Duration.seconds(2)
    static let baseAgeMin = Duration.milliseconds(250)
    /// A frame is remembered at most this often.
    static let frameSpacing = Duration.milliseconds(10)
    /// The frames of the shock window at that spacing, and one before it.
    static let framesMax = 32

    /// What a quote was decided on.
    struct Basis: Equatable, Sendable {
        var price: ReferencePrice
        /// Dollars of a YES share per dollar of the reference (strategy 2.5); not negative.
        var sensitivity: Double
        /// The quote's half-spread, in dollars of a share.
        var halfSpread: Double
        var tickSize: TickSize
    }

    private var bidBase: Base?
    private var askBase: Base?
    // An Array, allocated once: with an InlineArray the optimiser of Swift 6.3.1 lost stores to it
    // when this was inlined into a loop.
    private var frames = [Frame](repeating: Frame(), count: framesMax)
    /// Frames ever remembered, in a ring; the newest is at `(frameCount - 1) % framesMax`.
    private var frameCount = 0
    /// The oldest of them that still counts.
    private var firstFrame = 0
    private(set) var holds = GuardHolds()

    private struct Base {
        var basis: Basis
        var time: Timestamp
    }

    private struct Frame {
        var time = Timestamp(nanoseconds: 0)
        var price = 0.0
    }

    /// A quote of the side was decided on `basis`.
    /// - Parameter isPlaced: an order was placed or moved; false when it stays where it is.
    mutating func quoted(_ side: Side, on basis: Basis, isPlaced: Bool, at now: Timestamp) {
        if !isPlaced, let base = side == .buy ? bidBase : askBase,
            now - base.time < Self.baseAgeMin
        {
            return
        }
        let base = Base(basis: basis, time: now)
        if side == .buy { bidBase = base } else { askBase = base }
    }

    /// No quote of the side stands any more: there is nothing to endanger.
    mutating func quoteGone(_ side: Side) {
        if side == .buy { bidBase = nil } else { askBase = nil }
    }

    /// A reference frame arrived.
    /// - Parameter deviation: of the reference over one second, in dollars per square root of a
    ///   second; the shock rule rests while it is not positive.
    mutating func referenceMoved(
        to price: ReferencePrice,
        deviation: Double,
        regime: VolState,
        at now: Timestamp
    ) {
        let scale = regime == .high ? Self.highVolScale : 1
        let until = now + (regime == .high ? Self.coolOffHigh : Self.coolOffLow)
        if let trigger = shock(price.dollars, deviation * scale, now) {
            holds.hold(nil, because: trigger, until: until)
            bidBase = nil
            askBase = nil
            // The move has been answered; the next one starts here.
            firstFrame = frameCount
            remember(price.dollars, now)
            return
        }
        remember(price.dollars, now)
        // A fall makes the bid too generous, a rise the offer. What has triggered is answered: the
        // base is gone until the side is quoted again.
        if let base = bidBase, let trigger = Self.jump(base, price, scale, sign: -1) {
            holds.hold(.buy, because: trigger, until: until)
            bidBase = nil
        }
        if let base = askBase, let trigger = Self.jump(base, price, scale, sign: 1) {
            holds.hold(.sell, because: trigger, until: until)
            askBase = nil
        }
    }

    /// Why the side may not be quoted at `now`; `nil` when it may.
    func blocks(_ side: Side, at now: Timestamp) -> GuardTrigger? { holds.blocks(side, at: now) }

    // MARK: The rules

    private static func jump(
        _ base: Base,
        _ price: ReferencePrice,
        _ scale: Double,
        sign: Double
    ) -> GuardTrigger? {
        let basis = base.basis
        let moved = sign * basis.sensitivity * (price.dollars - basis.price.dollars)
        let tick = Double(basis.tickSize.raw) / 10_000
        let allowed = scale * max(jumpTicks * tick, jumpHalfSpreads * basis.halfSpread)
        // A hair (1e-9 dollars) short of the threshold counts as on it.
        guard moved >= allowed - 1e-9 else { return nil }
        return .referenceJump(
            moved: Money(nearestDollars: moved),
            allowed: Money(nearestDollars: allowed)
        )
    }

    /// Compares with every remembered frame of the window, and with the last one before it: on a
    /// feed that is slower than the window the rule is that of its own pace.
    private func shock(_ price: Double, _ deviation: Double, _ now: Timestamp) -> GuardTrigger? {
        guard deviation > 0 else { return nil }
        let variance = Self.shockDeviations * Self.shockDeviations * deviation * deviation
        var index = frameCount - 1
        while index >= firstFrame {
            let frame = frames[index & (Self.framesMax - 1)]
            let elapsed = now - frame.time
            let moved = price - frame.price
            let limit = variance * max(elapsed, Self.shockElapsedMin).seconds
            if moved * moved >= limit * (1 - 1e-12) {
                return .referenceShock(
                    moved: Money(nearestDollars: abs(moved)),
                    allowed: Money(nearestDollars: limit.squareRoot())
                )
            }
            if elapsed >= Self.shockWindow { return nil }
            index -= 1
        }
        return nil
    }

    private mutating func remember(_ price: Double, _ now: Timestamp) {
        if frameCount > firstFrame {
            let newest = frames[(frameCount - 1) & (Self.framesMax - 1)]
            if now - newest.time < Self.frameSpacing { return }
        }
        frames[frameCount & (Self.framesMax - 1)] = Frame(time: now, price: price)
        frameCount += 1
        firstFrame = max(firstFrame, frameCount - Self.framesMax)
    }
}
