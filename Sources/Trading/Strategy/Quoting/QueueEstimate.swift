/// Our own estimate of the shares that are served before an order of ours.
///
/// Trades at our price come off the front. A display that shrinks without a trade is cancels, which
/// hit the front with probability `front / (front + back)`; the estimate takes the mean, so it is
/// the same on every run. Trade and shrinkage may be told in either order: each shrinkage is
/// explained by trades first.
///
/// Sizes are those of others: where the venue's display includes our order, the caller takes it off.
struct QueueEstimate: Equatable {
    /// Shares before us.
    private(set) var ahead: Quantity
    /// The display at our price, as last told.
    private var displayed: Quantity
    /// Traded at our price and not yet seen to leave the display.
    private var tradedUnseen = Quantity.zero
    /// Left the display and was taken for cancels, and how much of that came off `ahead`, since the
    /// last trade. A trade that is told late turns it into trades.
    private var cancelled = Quantity.zero
    private var cancelledAhead = Quantity.zero
    private var cancelledAt = Timestamp(nanoseconds: 0)

    /// A trade is told at most this long after the display has shown it.
    static let tradeDelayMax = Duration.seconds(1)

    /// - Parameter displayed: what others show at our price when our order arrives; all of it is
    ///   ahead.
    init(displayed: Quantity) {
        ahead = max(displayed, .zero)
        self.displayed = ahead
    }

    /// Somebody traded `size` at our price against our side.
    mutating func traded(_ size: Quantity, at now: Timestamp) {
        let volume = max(size, .zero)
        let isLatePossible = now - cancelledAt <= Self.tradeDelayMax
        let late = isLatePossible ? min(volume, cancelled) : .zero
        // What was thought to be cancels: its part behind us is now known to have been ahead.
        let behindPart = late - Self.share(late, cancelledAhead, of: cancelled)
        cancelled = .zero
        cancelledAhead = .zero
        tradedUnseen += volume - late
        ahead = max(ahead - behindPart - (volume - late), .zero)
    }

    /// Somebody traded through our price, or filled us: nobody is ahead.
    mutating func reachedFront() { ahead = .zero }

    /// The display at our price is now `size`.
    mutating func displayChanged(to size: Quantity, at now: Timestamp) {
        let shown = max(size, .zero)
        let shrunk = displayed - shown
        if shrunk > .zero {
            let explained = min(shrunk, tradedUnseen)
            let left = shrunk - explained
            if now - cancelledAt > Self.tradeDelayMax {
                cancelled = .zero
                cancelledAhead = .zero
            }
            // Trades have come off `ahead` already; the cancels are spread over what remained.
            let before = displayed - explained
            let removed = min(Self.share(left, ahead, of: max(before, ahead)), ahead)
            ahead -= removed
            cancelled += left
            cancelledAhead += removed
            cancelledAt = now
            tradedUnseen -= explained
        }
        displayed = shown
        ahead = min(ahead, shown)
    }

    /// `size * part / whole`, without overflow; zero of nothing.
    private static func share(_ size: Quantity, _ part: Quantity, of whole: Quantity) -> Quantity {
        guard whole > .zero else { return .zero }
        return Quantity(raw: Int64(Int128(size.raw) * Int128(part.raw) / Int128(whole.raw)))
    }
}
