internal import Crypto
public import Trading
internal import Wire

/// What checking a book's hash has shown.
public enum BookHashOutcome: Equatable, Sendable {
    /// The hash is that of the frame, which spells out everything that is hashed.
    case verified(BookTerms)
    /// The hash is that of the frame with these terms and with no others: it proves the frame and
    /// tells the terms, which the frame does not.
    case verifiedByInference(BookTerms)
    /// The frame is not what the venue hashed.
    case mismatch
    /// The frame has no hash, or the market is on a grid that is not searched.
    case unverifiable
}

/// Checks the `hash` of `book` frames: the SHA-1 of the compact JSON object with the keys
/// `market, asset_id, timestamp, hash, bids, asks, min_order_size, tick_size, neg_risk,
/// last_trade_price` in this order, `hash` empty, numbers as the venue wrote them.
///
/// Most frames of the market socket leave out the last four. Two are constants of the market; the
/// other two, the grid and the last trade price, are found by trying. What precedes them is hashed
/// once, and for every guess a copy of that state is carried on over the ending alone:
///
/// 1. the last known terms of the market, right for about half of the frames;
/// 2. prices on the last known grid, nearest first to the frame's own best prices and to their
///    complements (see `TradeInference` for why those);
/// 3. the other grid of 0.01 and 0.001, the other way of writing prices, and prices finer than the
///    grid.
///
/// That a wrong guess has the right hash does not happen.
public struct BookHash: Sendable {
    /// `min_order_size` and `neg_risk` of a market, for frames that do not tell.
    public struct Constants: Equatable, Sendable {
        /// As the venue writes it.
        public var minOrderSize: InlineText
        public var negRisk: Bool

        public init(minOrderSize: InlineText, negRisk: Bool) {
            self.minOrderSize = minOrderSize
            self.negRisk = negRisk
        }

        /// All of the recurring crypto markets: five shares, not part of a group.
        public static let recurringCrypto = Constants(
            minOrderSize: InlineText("5") ?? InlineText(),
            negRisk: false
        )
    }

    private let constants: Constants

    /// Endings that have been hashed over the life of this value.
    public private(set) var attempts = 0

    public init(_ constants: Constants = .recurringCrypto) { self.constants = constants }

    /// - Parameters:
    ///   - book: what was decoded.
    ///   - frame: the bytes that it was decoded from.
    ///   - last: the terms that the frame before of the same market had; `nil` when none came.
    public mutating func verify(
        _ book: PolymarketBook,
        in frame: Span<UInt8>,
        last: BookTerms?
    ) -> BookHashOutcome {
        guard let hash = book.hash else { return .unverifiable }
        let expected = SHA1Text.digest(frame.extracting(hash))
        let beginning = beginning(of: book, in: frame)
        if let tickText = book.tickSizeText, let tickSize = book.tickSize,
            let priceText = book.lastTradePriceText
        {
            var hasher = beginning
            hasher.update(frame.extracting(tickText))
            hasher.update(middle(of: book))
            hasher.update(frame.extracting(priceText))
            hasher.update("\"}")
            attempts += 1
            guard hasher.gives(expected) else { return .mismatch }
            let terms = terms(tickSize, book.lastTradePrice, writtenAs: frame.extracting(priceText))
            return .verified(terms)
        }
        var search = BookTermsSearch(beginning, middle: middle(of: book), expected)
        defer { attempts += search.attempts }
        if let terms = search.find(last: last, bestBid: book.bestBid, bestAsk: book.bestAsk) {
            return .verifiedByInference(terms)
        }
        if let last, !BookTermsSearch.searches(last.tickSize) { return .unverifiable }
        return .mismatch
    }

    /// The hash's state up to the text of the grid.
    private func beginning(of book: PolymarketBook, in frame: Span<UInt8>) -> SHA1Hasher {
        var hasher = SHA1Hasher()
        hasher.update("{\"market\":\"")
        hasher.update(frame.extracting(book.market))
        hasher.update("\",\"asset_id\":\"")
        hasher.update(frame.extracting(book.assetID))
        hasher.update("\",\"timestamp\":\"")
        hasher.update(frame.extracting(book.timestamp))
        hasher.update("\",\"hash\":\"\",\"bids\":")
        if book.isCompact {
            hasher.update(frame.extracting(book.bids))
            hasher.update(",\"asks\":")
            hasher.update(frame.extracting(book.asks))
        } else {
            Self.updateCompactly(&hasher, frame.extracting(book.bids))
            hasher.update(",\"asks\":")
            Self.updateCompactly(&hasher, frame.extracting(book.asks))
        }
        hasher.update(",\"min_order_size\":\"")
        if let text = book.minOrderSizeText {
            hasher.update(frame.extracting(text))
        } else {
            hasher.update(constants.minOrderSize.span)
        }
        hasher.update("\",\"tick_size\":\"")
        return hasher
    }

    /// What stands between the texts of the grid and of the last trade price.
    private func middle(of book: PolymarketBook) -> StaticString {
        book.negRisk ?? constants.negRisk
            ? "\",\"neg_risk\":true,\"last_trade_price\":\""
            : "\",\"neg_risk\":false,\"last_trade_price\":\""
    }

    private func terms(
        _ tickSize: TickSize,
        _ price: Price?,
        writtenAs text: Span<UInt8>
    ) -> BookTerms {
        guard let price else { return BookTerms(tickSize: tickSize, lastTradePrice: nil) }
        let shortest = PriceText(price, .shortest)
        let isShortest =
            shortest.count == text.count && PriceText(price, .threeDecimals).count > text.count
        return BookTerms(
            tickSize: tickSize,
            lastTradePrice: price,
            style: isShortest ? .shortest : .threeDecimals
        )
    }

    /// Feeds an array of levels as the venue hashes it. For frames written with blanks: the levels
    /// are read a second time.
    private static func updateCompactly(_ hasher: inout SHA1Hasher, _ array: Span<UInt8>) {
        do throws(JSONError) {
            var reader = JSONReader(array)
            _ = try reader.next()
            var opening: StaticString = "[{\"price\":\""
            while case .beginObject = try reader.next() {
                var price = 0..<0
                var size = 0..<0
                while case .key(let name) = try reader.next() {
                    if reader.matches(name, "price"), case .string(let text) = try reader.next() {
                        price = text
                    } else if reader.matches(name, "size"),
                        case .string(let text) = try reader.next()
                    {
                        size = text
                    } else {
                        try reader.skipValue()
                    }
                }
                hasher.update(opening)
                hasher.update(array.extracting(price))
                hasher.update("\",\"size\":\"")
                hasher.update(array.extracting(size))
                opening = "\"},{\"price\":\""
            }
            hasher.update(opening.utf8CodeUnitCount == 11 ? "[]" : "\"}]")
        } catch {
            preconditionFailure("these are not the bytes that the book was decoded from")
        }
    }
}
