internal import Trading
internal import Wire

/// Decodes the array of one side's levels, `[{"price":"0.51","size":"234"},...]`.
///
/// The venue sorts bids upwards and asks downwards and says nowhere that it will; any order is
/// taken here, and only an unsorted side pays for the search of a price that is there twice.
struct BookSideDecoder {
    /// Whether the array stands there as it is hashed, see `PolymarketBook.isCompact`.
    private(set) var isCompact = true
    private(set) var unknownKeys = 0
    private(set) var lowest: Price?
    private(set) var highest: Price?

    private let field: BookFrameError.Field
    private var isAscending = true
    private var isDescending = true
    private var previous: Price?
    private var count = 0
    /// What the array's length would be without anything that is not hashed.
    private var compactCount = 1

    /// Bytes of `{"price":"","size":""},`: what stands around the two numbers of a level. The last
    /// level has no comma, but its array has a closing bracket.
    private static let levelOverhead = 23

    /// - Parameter field: the side, for errors.
    init(_ field: BookFrameError.Field) { self.field = field }

    /// Reads the array that comes next; its range, with the brackets.
    @_lifetime(reader: copy reader)
    mutating func decode(
        _ reader: inout JSONReader,
        into levels: inout [PriceLevel]
    ) throws(BookFrameError) -> Range<Int> {
        levels.removeAll(keepingCapacity: true)
        let before = reader.offset
        guard case .beginArray = try PolymarketBookDecoder.token(&reader) else {
            throw BookFrameError(.wrongType, field, at: before)
        }
        let start = reader.offset - 1
        while true {
            let levelStart = reader.offset
            let token = try PolymarketBookDecoder.token(&reader)
            if token == .endArray { break }
            guard token == .beginObject else {
                throw BookFrameError(.wrongType, field, at: levelStart)
            }
            guard count < PolymarketBook.levelsMax else {
                throw BookFrameError(.tooManyLevels, field, at: levelStart)
            }
            count += 1
            let level = try decodeLevel(&reader)
            note(level.price)
            // A level of nothing is no level; it is hashed all the same.
            if level.size != .zero { levels.append(level) }
        }
        if !isAscending && !isDescending && hasDuplicate(levels) {
            throw BookFrameError(.duplicatePrice, field, at: start)
        }
        if count == 0 { compactCount = 2 }
        isCompact = isCompact && compactCount == reader.offset - start
        return start..<reader.offset
    }

    /// Reads what follows a level's opening brace.
    @_lifetime(reader: copy reader)
    private mutating func decodeLevel(
        _ reader: inout JSONReader
    ) throws(BookFrameError) -> PriceLevel {
        let start = reader.offset
        var price: Price?
        var size: Quantity?
        while case .key(let name) = try PolymarketBookDecoder.token(&reader) {
            if reader.matches(name, "price") {
                guard price == nil else { throw BookFrameError(.repeated, field, at: start) }
                let text = try text(&reader)
                price = try self.price(reader.bytes(text), at: text.lowerBound)
                compactCount += text.count
                isCompact = isCompact && size == nil
            } else if reader.matches(name, "size") {
                guard size == nil else { throw BookFrameError(.repeated, field, at: start) }
                let text = try text(&reader)
                size = try self.size(reader.bytes(text), at: text.lowerBound)
                compactCount += text.count
            } else {
                isCompact = false
                unknownKeys += 1
                try PolymarketBookDecoder.skipValue(&reader)
            }
        }
        guard let price, let size else { throw BookFrameError(.missing, field, at: start) }
        compactCount += Self.levelOverhead
        return PriceLevel(price: price, size: size)
    }

    @_lifetime(reader: copy reader)
    private func text(_ reader: inout JSONReader) throws(BookFrameError) -> Range<Int> {
        let start = reader.offset
        guard case .string(let text) = try PolymarketBookDecoder.token(&reader) else {
            throw BookFrameError(.wrongType, field, at: start)
        }
        return text
    }

    /// Nobody bids nothing or asks for a whole dollar: a level lies strictly between.
    private func price(
        _ bytes: Span<UInt8>,
        at offset: Int
    ) throws(BookFrameError) -> Price {
        let raw = try PolymarketBookDecoder.decimal(bytes, decimals: 4, field, at: offset)
        guard raw > 0 && raw < Price.one.raw else {
            throw BookFrameError(.outOfRange, field, at: offset)
        }
        return Price(raw: raw)
    }

    private func size(_ bytes: Span<UInt8>, at offset: Int) throws(BookFrameError) -> Quantity {
        let raw = try PolymarketBookDecoder.decimal(bytes, decimals: 6, field, at: offset)
        guard raw <= OrderBook.levelSizeMax.raw else {
            throw BookFrameError(.outOfRange, field, at: offset)
        }
        return Quantity(raw: raw)
    }

    private mutating func note(_ price: Price) {
        if let previous {
            isAscending = isAscending && previous < price
            isDescending = isDescending && price < previous
        }
        previous = price
        lowest = lowest.map { min($0, price) } ?? price
        highest = highest.map { max($0, price) } ?? price
    }

    private func hasDuplicate(_ levels: [PriceLevel]) -> Bool {
        // A bit for every price, 0 ... 10,000.
        var seen = InlineArray<157, UInt64>(repeating: 0)
        for level in levels {
            let raw = Int(level.price.raw)
            let bit: UInt64 = 1 << UInt64(raw & 63)
            if seen[raw >> 6] & bit != 0 { return true }
            seen[raw >> 6] |= bit
        }
        return false
    }
}
