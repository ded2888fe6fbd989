public import Trading
internal import Wire

/// What a `book` frame says beside its levels, which go into a `BookSnapshot`.
///
/// Ranges are offsets in the bytes that were decoded; nothing is copied out of them.
public struct PolymarketBook: Equatable, Sendable {
    /// Levels that one side may have: one for every price on the finest grid.
    public static let levelsMax = 9_999

    /// The condition id; 1 to 80 printable characters, as `InlineText` takes them.
    public internal(set) var market = 0..<0
    /// The token id; likewise.
    public internal(set) var assetID = 0..<0
    /// The venue's stamp as it stands in the frame, in milliseconds.
    public internal(set) var timestamp = 0..<0
    public internal(set) var venueTime = Timestamp(nanoseconds: 0)
    /// `nil` in an answer to a request, which has none.
    public internal(set) var eventType: Range<Int>?
    /// 40 lower-case hexadecimal digits; `nil` in a frame without a hash.
    public internal(set) var hash: Range<Int>?
    /// The arrays with their brackets.
    public internal(set) var bids = 0..<0
    public internal(set) var asks = 0..<0
    /// Whether the arrays stand in the frame as they are hashed: no blanks, nothing but price and
    /// size in a level, price first.
    public internal(set) var isCompact = true
    /// The highest bid and the lowest ask, wherever they stand; `nil` for an empty side.
    public internal(set) var bestBid: Price?
    public internal(set) var bestAsk: Price?

    /// The grid, with its text; `nil` where the frame does not tell.
    public internal(set) var tickSize: TickSize?
    public internal(set) var tickSizeText: Range<Int>?
    /// The last trade's price, with its text, which is empty before the first trade; `nil` where
    /// the frame does not tell.
    public internal(set) var lastTradePrice: Price?
    public internal(set) var lastTradePriceText: Range<Int>?
    public internal(set) var minOrderSizeText: Range<Int>?
    public internal(set) var negRisk: Bool?

    /// Keys that mean nothing to us, those of levels included.
    public internal(set) var unknownKeys = 0

    init() {}
}

/// Reads the books of one frame of the market socket, or of an answer of `/book` or `/books`, in
/// place. A frame is one book or an array of them; keys come in any order, with or without blanks.
///
///     var frame = PolymarketBookFrame(bytes)
///     while let book = try frame.next(into: &snapshot) { ... }
///
/// `snapshot` keeps its arrays from frame to frame, so that decoding allocates nothing once they
/// have grown. After an error its content means nothing, and the frame is to be given up.
public struct PolymarketBookFrame: ~Copyable, ~Escapable {
    private var reader: JSONReader
    private var state = State.start

    private enum State {
        case start
        case inArray
        case done
    }

    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>) {
        reader = JSONReader(bytes)
    }

    /// The next book of the frame, its levels in `snapshot`; `nil` behind the last.
    ///
    /// The snapshot's market is left as it is: whoever knows the token sets it. Its tick size is
    /// what the frame says.
    @_lifetime(self: copy self)
    public mutating func next(
        into snapshot: inout BookSnapshot
    ) throws(BookFrameError) -> PolymarketBook? {
        guard state != .done else { return nil }
        let start = reader.offset
        switch try PolymarketBookDecoder.token(&reader) {
        case .beginObject:
            let book = try PolymarketBookDecoder.decode(&reader, into: &snapshot)
            if state == .start { try finish() }
            return book
        case .beginArray where state == .start:
            state = .inArray
            return try next(into: &snapshot)
        case .endArray where state == .inArray:
            try finish()
            return nil
        default:
            throw BookFrameError(.wrongType, .frame, at: start)
        }
    }

    /// Nothing may follow.
    @_lifetime(self: copy self)
    private mutating func finish() throws(BookFrameError) {
        _ = try PolymarketBookDecoder.token(&reader)
        state = .done
    }
}
