internal import Crypto
internal import Trading

/// An order of the account, from its acceptance on.
struct VenueOrder {
    enum Kind: String {
        case goodTillCancelled = "GTC"
        case goodTill = "GTD"
        case fillOrKill = "FOK"
        case fillAndKill = "FAK"

        var rests: Bool { self == .goodTillCancelled || self == .goodTill }
    }

    enum State: Equatable {
        case live
        case matched
        /// With what follows `CANCELED` in the status; mostly nothing.
        case cancelled(String)
    }

    let id: Word256
    let market: FakeMarket
    let outcome: Outcome
    let side: Side
    let price: Price
    let size: Quantity
    let kind: Kind
    /// The API key that placed it.
    let owner: String
    let maker: EthereumAddress
    /// Seconds since 1970; zero for none.
    let expiration: Int64
    /// Nanoseconds since 1970.
    let createdAt: Int64
    var matched = Quantity.zero
    var state = State.live
    var trades: [String] = []

    var token: String { market.token(outcome) }
    var rest: Quantity { size - matched }
    var isOpen: Bool { state == .live }

    /// Side and price in terms of Up, as the book has them.
    var bookSide: Side { outcome == .yes ? side : side.opposite }
    var bookPrice: Price { outcome == .yes ? price : price.complement }

    /// What it may still cost: dollars when buying.
    var reservedCash: Money { isOpen && side == .buy ? Money(rest, at: price) : .zero }
    var reservedShares: Quantity { isOpen && side == .sell ? rest : .zero }

    var status: String {
        switch state {
        case .live: "LIVE"
        case .matched: "MATCHED"
        case .cancelled(let reason): "CANCELED" + reason
        }
    }
}

/// A trade that orders of the account had a part in, with everybody's part (polymarket 9.3).
struct VenueTrade {
    enum Status: String {
        case matched = "MATCHED"
        case mined = "MINED"
        case confirmed = "CONFIRMED"
        case retrying = "RETRYING"
        case failed = "FAILED"
    }

    /// What one order gave to it, in terms of its own token.
    struct Part {
        let orderID: Word256
        let owner: String
        let address: EthereumAddress
        let token: String
        let outcome: Outcome
        let side: Side
        let price: Price
        let size: Quantity
        var fee = Money.zero
        /// Whether the order is the account's.
        let isOurs: Bool
    }

    let id: String
    let market: FakeMarket
    let taker: Part
    let makers: [Part]
    /// Nanoseconds since 1970.
    let matchedAt: Int64
    /// It will fail instead of being mined.
    let isToFail: Bool
    let transaction: Word256
    var status = Status.matched
    var updatedAt: Int64

    var ours: [Part] { ([taker] + makers).filter(\.isOurs) }

    /// What becomes of it next, and how many nanoseconds after the match.
    var next: (status: Status, after: Int64)? {
        switch status {
        case .matched: isToFail ? (.retrying, 1_000_000_000) : (.mined, 2_000_000_000)
        case .retrying: (.failed, 3_000_000_000)
        case .mined: (.confirmed, 4_000_000_000)
        case .confirmed, .failed: nil
        }
    }
}

extension VenueTrade {
    /// Shares * 0.07 * p * (1 - p), to the hundred-thousandth of a dollar (polymarket 10).
    static func takerFee(_ price: Price, _ size: Quantity) -> Money {
        let fee = 0.07 * price.dollars * (1 - price.dollars) * size.shares
        return Money(raw: Int64((fee * 100_000).rounded()) * 10)
    }
}

extension VenueTrade.Part {
    /// What an order of the account's gives.
    init(of order: VenueOrder, _ price: Price, _ size: Quantity) {
        self.init(
            orderID: order.id,
            owner: order.owner,
            address: order.maker,
            token: order.token,
            outcome: order.outcome,
            side: order.side,
            price: price,
            size: size,
            isOurs: true
        )
    }
}
