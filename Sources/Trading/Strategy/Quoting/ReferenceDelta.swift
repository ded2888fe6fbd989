/// What a move of the reference by ten basis points would cost over all windows that are open at a
/// time (risk 7): windows of one asset lose together.
///
/// Each window's value moves by its sensitivity times the move, so the loss is that of one position
/// in the reference, the sum of `shares x sensitivity`. Worst case on either side: everything open
/// there fills, nothing on the other does.
struct ReferenceDelta: Equatable {
    /// Ten basis points.
    static let move = 0.001
    /// A new order is sized by this part of the limit, so that one that stands is not pulled by
    /// every change of its sensitivity.
    static let shareForNewOrders = 0.8

    /// The reference, in dollars.
    let price: Double
    /// Dollars per dollar of the reference: positive gains when it rises.
    private(set) var held = 0.0
    /// What open orders would add to it, and take from it; neither is negative.
    private(set) var openBids = 0.0
    private(set) var openAsks = 0.0

    init(price: Double) { self.price = price }

    /// Counts one window.
    /// - Parameters:
    ///   - inventory: YES minus NO.
    ///   - bids: shares that may still fill on the bid side; `asks` likewise.
    ///   - sensitivity: dollars of a share per dollar of the reference, not negative.
    mutating func add(
        inventory: Quantity,
        bids: Quantity = .zero,
        asks: Quantity = .zero,
        sensitivity: Double
    ) {
        held += inventory.shares * sensitivity
        openBids += bids.shares * sensitivity
        openAsks += asks.shares * sensitivity
    }

    /// The most that a move either way could cost, in dollars.
    var worstLoss: Double {
        max(abs(held + openBids), abs(held - openAsks)) * price * Self.move
    }

    /// Whole shares that an order on `side` may have in a window of this sensitivity without the
    /// loss exceeding `lossMax` by it; `nil` where the reference does not move the window.
    ///
    /// What leads back towards zero, and as far beyond it as the limit goes, always fits.
    func sharesMax(_ side: Side, sensitivity: Double, lossMax: Double) -> Quantity? {
        let perShare = sensitivity * price * Self.move
        guard perShare > 0 else { return nil }
        let before = side == .buy ? held + openBids : openAsks - held
        let room = lossMax - before * price * Self.move
        // No order is larger than a million shares; a smaller perShare is no limit at all.
        let shares = min(max(room / perShare, 0), Double(Parameters.sharesMax))
        return Quantity(shares: Int64((shares + 1e-9).rounded(.down)))
    }
}
