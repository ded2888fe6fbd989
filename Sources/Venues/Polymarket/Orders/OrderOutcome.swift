public import Trading

/// What has become of an order that was sent: one of three (polymarket 5.5, risk 2.5).
public enum OrderOutcome: Equatable, Sendable {
    /// The venue has it.
    case accepted(OrderAcceptance)
    /// The venue does not have it, and said so.
    case refused(VenueRefusal)
    /// It may have it. Exposure until reconciled by the order's id; never sent again.
    case unknown(VenueUncertainty)
}

/// An order that the venue took.
public struct OrderAcceptance: Equatable, Sendable {
    public enum Status: Equatable, Sendable {
        /// Rests on the book.
        case live
        /// Filled, whole or in part, as taker.
        case matched
        /// Waits for the market's delay of takers; cannot be cancelled meanwhile.
        case delayed
        /// Was to take and found nothing.
        case unmatched
        /// The answer does not tell.
        case untold
    }

    public let id: InlineText
    public let status: Status
    /// What was given and got at once; `nil` where the answer leaves it empty.
    public let makingAmount: Quantity?
    public let takingAmount: Quantity?
    /// The trades that it made at once.
    public let trades: [InlineText]

    public init(
        id: InlineText,
        status: Status,
        makingAmount: Quantity? = nil,
        takingAmount: Quantity? = nil,
        trades: [InlineText] = []
    ) {
        self.id = id
        self.status = status
        self.makingAmount = makingAmount
        self.takingAmount = takingAmount
        self.trades = trades
    }
}

/// Why the venue did not do what was asked.
public struct VenueRefusal: Equatable, Sendable {
    public enum Reason: Sendable, CaseIterable {
        /// The order is of another version than the venue's. Stop: nothing of ours will be taken.
        case versionMismatch
        /// The account must trade through a deposit wallet (signature type 3). Stop.
        case depositWalletNeeded
        /// A signature, a signer or a body that the venue does not like: an error of program or
        /// configuration. Stop.
        case malformed
        /// Less balance or allowance than the order and those that are open need.
        case notEnoughFunds
        /// The price is not on the market's grid: it changed.
        case offTick
        /// Below the market's least size.
        case tooSmall
        /// Post-only, and would have taken.
        case wouldCross
        /// The venue has or had the very same order: after a lost answer that is good news.
        case duplicated
        /// It was to be filled at once and could not be.
        case unfilled
        /// The market was just made.
        case marketNotReady
        /// Too early, or resolved.
        case noOrderBook
        /// The account may only close, or not trade at all. Stop opening.
        case accountRestricted
        /// The API key, its signature or its time. Derive the key once, then stop.
        case unauthorized
        /// The matching engine restarts (425): about 90 seconds.
        case restarting
        case rateLimited
        /// For some minutes after a restart only post-only orders are taken.
        case postOnlyMode
        /// Only cancels are taken.
        case cancelOnly
        /// Any other.
        case other
    }

    public let reason: Reason
    /// The HTTP status.
    public let status: Int
    /// What the venue said, at most `textCountMax` characters, without control characters.
    public let text: String
    /// Seconds to wait before the next attempt, if the venue told.
    public let retryAfter: Int64?

    public static let textCountMax = 200

    public init(reason: Reason, status: Int, text: String, retryAfter: Int64? = nil) {
        self.reason = reason
        self.status = status
        self.text = text
        self.retryAfter = retryAfter
    }
}

extension VenueRefusal {
    /// What the engine is told; `nil` when it is nothing that concerns one order.
    public var rejection: OrderRejection? {
        switch reason {
        case .wouldCross: .wouldCross
        case .offTick: .offTick
        case .tooSmall: .sizeTooSmall
        case .marketNotReady, .noOrderBook: .marketClosed
        case .rateLimited: .rateLimited
        case .versionMismatch, .depositWalletNeeded, .malformed, .notEnoughFunds, .duplicated,
            .unfilled, .accountRestricted, .unauthorized, .restarting, .postOnlyMode,
            .cancelOnly, .other:
            nil
        }
    }
}

/// Why it is not known what the venue did.
public enum VenueUncertainty: Equatable, Sendable {
    /// A status that says nothing of the outcome (5xx, 408), or a refusal whose words say that the
    /// venue gave up half-way ("context canceled", "could not insert order").
    case server(status: Int, text: String)
    /// The answer cannot be read, or contradicts itself.
    case unreadable
    /// The answer is about another order than the one sent.
    case otherOrder(InlineText)
}
