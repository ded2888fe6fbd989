internal import Crypto
internal import Trading

/// An order of ours that has not ended towards the engine.
///
/// ```
///   sending ──accepted──► open ──cancelled, or gone──► closing ──its fills are told──► ended
///      │ unknown            ▲                              ▲
///      ▼                    │ found live                   │ found at its end
///   unknown ────────────────┴──────────────────────────────┘
///      └─ not there, twice, and too old to be on its way; its trades read ──► closing
///
///   from everywhere: filled to its end ──► ended;   from sending: refused ──► ended
/// ```
struct GatewayOrder {
    /// A rest of a hundredth of a share counts as nothing (polymarket 6.4).
    static let dust = Quantity(raw: 10_000)

    enum Standing: Equatable {
        /// Sent, without an answer.
        case sending
        /// The answer did not tell, or there was none: it may be on the book.
        case unknown
        /// On the book, as far as we know.
        case open
        /// Not on the book any more. `matched` is how much of it was filled, once that is known:
        /// what has not been told of it is on its way.
        case closing(matched: Quantity?)
    }

    enum Cancel: Equatable {
        case none
        /// To be sent, not before the time.
        case wanted(Timestamp)
        /// The answer to this request, or to a cancel of everything, is awaited.
        case underWay
    }

    let order: Order
    let signed: SignedOrder
    let conditionID: Word256
    let sentAt: Timestamp
    var standing = Standing.sending
    var cancel = Cancel.none
    var cancels = 0
    /// The engine wants it cancelled, and an answer.
    var isCancelAsked = false
    /// It shall not rest, whoever wants that: if it is found live it is cancelled again.
    var isDoomed = false
    var isLate = false
    var isAcceptedTold = false
    var isAlarmed = false
    /// Fills told to the engine.
    var booked = Quantity.zero
    /// Matches that failed before they were told.
    var void = Quantity.zero
    var failedTrades: [InlineText] = []
    /// The most that the venue said was matched.
    var matched = Quantity.zero

    /// When the venue is asked about it; `nil` while nothing is doubtful.
    var probeAt: Timestamp?
    var isProbing = false
    var probes = 0
    /// When the venue first said that it is not there.
    var missingSince: Timestamp?
    /// When its market's trades are read; `nil` while no fill is missing.
    var tradesAt: Timestamp?
    var tradesReads = 0
    /// It does not end before its market's trades have been read.
    var mustReadTrades = false

    init(_ order: Order, _ signed: SignedOrder, _ conditionID: Word256, at now: Timestamp) {
        self.order = order
        self.signed = signed
        self.conditionID = conditionID
        sentAt = now
    }

    var id: Word256 { signed.id }

    var isClosing: Bool {
        if case .closing = standing { return true }
        return false
    }

    /// What may still be filled, or has been and was not told.
    var exposure: Quantity {
        let most: Quantity
        if case .closing(let matched?) = standing, !mustReadTrades {
            most = matched - void
        } else {
            most = order.size
        }
        return max(most - booked, .zero)
    }

    /// Whether the venue says that more was filled than was told.
    var lacksFills: Bool { matched > booked + void }
}
