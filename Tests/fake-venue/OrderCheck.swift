internal import Crypto
internal import Trading
internal import Venues

/// Everything that an order has to pass before it is taken, in the venue's order as far as that is
/// known.
struct OrderCheck {
    let body: OrderBody
    let account: Account
    let credentials: Account.Credentials
    /// Nanoseconds since 1970.
    let now: Int64

    /// - Returns: the order that the desk may accept, and whether it may only rest.
    func order(for desk: OrderDesk) throws(OrderRefusal) -> VenueOrder {
        let order = body.order
        guard order.nonce == nil, order.feeRateBps == nil, order.taker == nil else {
            throw .version
        }
        guard let words = OrderWords(order), let kind = VenueOrder.Kind(rawValue: body.orderType),
            body.postOnly != true || kind.rests
        else { throw .payload }
        try checkSigner(words)
        guard let (market, outcome) = FakeMarket.find(token: order.tokenId) else {
            throw .noOrderBook
        }
        guard desk.winner(market, at: seconds) == nil else { throw .noOrderBook }
        guard desk.hasBook(market, at: seconds) else { throw .notReady }
        let size = Quantity(raw: Int64(clamping: words.shares))
        let tick = desk.book(market).tickSize
        let told = words.price ?? (kind.rests ? nil : words.takingPrice(on: tick))
        guard let price = told, isOnGrid(price, tick) else { throw .tick(words.id, told, tick) }
        guard size.raw % (kind.rests ? 10_000 : 1) == 0, size.raw < 1_000_000_000_000_000 else {
            throw .amounts
        }
        guard size >= FakeMarket.orderSizeMin else { throw .size(words.id, size) }
        guard words.expiration == 0 || kind == .goodTill && words.expiration >= seconds + 60 else {
            throw .expiration
        }
        let made = VenueOrder(
            id: words.id,
            market: market,
            outcome: outcome,
            side: words.side,
            price: price,
            size: size,
            kind: kind,
            owner: credentials.key,
            maker: words.maker,
            expiration: words.expiration,
            createdAt: now
        )
        try checkAgainstBook(made, desk)
        return made
    }

    private var seconds: Int64 { now / 1_000_000_000 }

    private func isOnGrid(_ price: Price, _ tick: TickSize) -> Bool {
        tick.holds(price) && price.raw >= tick.raw && price.raw <= 10_000 - tick.raw
    }

    private func checkSigner(_ words: OrderWords) throws(OrderRefusal) {
        guard body.owner == credentials.key else { throw .owner }
        guard let owner = account.owner else { throw .signer }
        guard words.signatureType == account.signatureType.rawValue else {
            throw account.signatureType == .depositWallet ? .depositWalletNeeded : .signature
        }
        let signer = account.signatureType == .depositWallet ? account.wallet : owner
        guard words.signer == signer, words.maker == account.wallet else { throw .signer }
        guard words.signer(of: body.order.signature) == owner else {
            throw words.isOfOtherVersion(body.order.signature, by: owner) ? .version : .signature
        }
    }

    private func checkAgainstBook(
        _ order: VenueOrder,
        _ desk: OrderDesk
    ) throws(OrderRefusal) {
        // Also one that was cancelled since: its id is used up.
        guard desk.orders[order.id] == nil else { throw .duplicated(order.id) }
        let book = desk.book(order.market)
        let crosses = book.crosses(order.bookSide, order.bookPrice)
        if crosses && body.postOnly == true { throw .crosses(order.id) }
        let depth = book.houseDepth(for: order.bookSide, limit: order.bookPrice)
        if order.kind == .fillOrKill && depth < order.size { throw .unfilled }
        if order.kind == .fillAndKill && depth == .zero { throw .noMatch }
        let cost = Money(order.size, at: order.price)
        if crosses && order.side == .buy && cost < Money(dollars: 1) { throw .smallTaker }
        let isOpening = order.side == .buy
        if isOpening && account.isClosedOnly { throw .closedOnly }
        let hasFunds =
            isOpening
            ? cost <= desk.freeCash && cost <= desk.allowance
            : order.size <= desk.freeShares(order.token)
        guard hasFunds else { throw .funds }
    }
}
