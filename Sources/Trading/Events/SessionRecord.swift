/// What must not be lost of a session: every order, fill, resolution and control, as it happened.
/// Goes to the journal thread, which puts it on disk (`Journal`) and into the tables that people
/// read (`Ledger`).
public struct SessionRecord: Equatable, Sendable {
    public var time: Timestamp
    public var kind: Kind

    /// What happened.
    public enum Kind: Equatable, Sendable {
        /// The first record: the session's number is its start time in nanoseconds.
        case sessionStarted(cash: Money, parameters: Parameters)
        case marketListed(MarketDefinition)
        /// An order left for the venue.
        case orderPlaced(Order)
        case orderAccepted(OrderID)
        case orderRejected(OrderID, OrderRejection)
        case orderFilled(Fill)
        case orderCancelled(OrderID, CancelReason)
        case marketResolved(MarketID, winner: Outcome)
        /// Pairs became a dollar each, less the gas.
        case pairsMerged(MarketID, pairs: Quantity, gas: Money)
        /// A fill recorded earlier never was; its trade failed on the chain.
        case fillReversed(Fill)
        /// The session began with the account's cash, not with what it was started with.
        case cashAdopted(Money)
        /// Shares that the account held already, as if bought at `price`.
        case sharesAdopted(MarketID, Outcome, Quantity, price: Price)
        /// In force from here on.
        case parametersChanged(Parameters)
        /// By the operator.
        case emergencyStopped
        /// By a limit.
        case stoppedByLimit(RiskCause)
        case rearmed
        /// Once a minute, and at the end: total equity and profit of the session.
        case equity(total: Money, profit: Money)
        /// The last record of an orderly end.
        case sessionEnded(stateHash: UInt64)
    }

    public init(time: Timestamp, kind: Kind) {
        self.time = time
        self.kind = kind
    }
}
