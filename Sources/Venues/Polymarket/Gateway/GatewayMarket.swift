public import Crypto
public import Trading

/// What has to be known of a market to sign orders for it and to cancel them.
public struct GatewayMarket: Hashable, Sendable {
    public let id: MarketID
    public let conditionID: Word256
    public let yesToken: Word256
    public let noToken: Word256
    public let exchange: Exchange
    /// The grid of the moment.
    public var tickSize: TickSize

    public init(
        id: MarketID,
        conditionID: Word256,
        yesToken: Word256,
        noToken: Word256,
        exchange: Exchange,
        tickSize: TickSize
    ) {
        self.id = id
        self.conditionID = conditionID
        self.yesToken = yesToken
        self.noToken = noToken
        self.exchange = exchange
        self.tickSize = tickSize
    }

    /// `nil` when the condition or one of the tokens is no number of the venue's.
    /// - Parameter isNegRisk: as the market's own record says.
    public init?(_ definition: MarketDefinition, isNegRisk: Bool) {
        guard let conditionID = Word256(hexadecimal: definition.conditionID.span),
            let yesToken = Word256(decimal: definition.yesToken.span),
            let noToken = Word256(decimal: definition.noToken.span)
        else { return nil }
        self.init(
            id: definition.id,
            conditionID: conditionID,
            yesToken: yesToken,
            noToken: noToken,
            exchange: Exchange.trading(yesToken, isNegRisk: isNegRisk),
            tickSize: definition.tickSize
        )
    }

    public func token(_ outcome: Outcome) -> Word256 { outcome == .yes ? yesToken : noToken }
}
