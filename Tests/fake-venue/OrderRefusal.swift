internal import Crypto
internal import Trading

/// Why an order is not taken, in the venue's words (polymarket 5.5).
enum OrderRefusal: Error, Equatable {
    case payload
    case version
    case owner
    case signer
    case depositWalletNeeded
    case signature
    case closedOnly
    case noOrderBook
    case notReady
    case tick(Word256, Price?, TickSize)
    case size(Word256, Quantity)
    case amounts
    case duplicated(Word256)
    case crosses(Word256)
    case funds
    case expiration
    case smallTaker
    case unfilled
    case noMatch

    var status: Int { self == .noOrderBook ? 404 : 400 }

    /// For the counts.
    var name: String {
        let text = "\(self)"
        return String(text.prefix { $0 != "(" })
    }

    var text: String {
        switch self {
        case .payload: "Invalid order payload"
        case .version: "order_version_mismatch"
        case .owner: "the order owner has to be the owner of the API KEY"
        case .signer: "the order signer address has to be the address of the API KEY"
        case .depositWalletNeeded:
            "maker address not allowed, please use the deposit wallet flow"
        case .signature: "invalid signature"
        case .closedOnly: "address is in closed only mode"
        case .noOrderBook: "No orderbook exists for the requested token id"
        case .notReady: "the market is not yet ready to process new orders"
        case .tick(let id, let price, let tick):
            "order \(id) is invalid. Price (\(price?.text ?? "off the grid")) "
                + "breaks minimum tick size rule: \(tick.text)"
        case .size(let id, let size):
            "order \(id) is invalid. Size (\(size.text)) lower than the minimum: "
                + FakeMarket.orderSizeMin.text
        case .amounts:
            "invalid amounts, the size supports a max accuracy of 2 decimals"
        case .duplicated(let id): "order \(id) is invalid. Duplicated."
        case .crosses(let id): "invalid post-only order: order \(id) crosses the book"
        case .funds: "not enough balance / allowance"
        case .expiration: "invalid expiration"
        case .smallTaker: "invalid amount for a marketable BUY order, min size: $1"
        case .unfilled:
            "order couldn't be fully filled. FOK orders are fully filled or killed."
        case .noMatch:
            "no orders found to match with FAK order. FAK orders are partially filled or killed "
                + "if no match is found."
        }
    }
}
