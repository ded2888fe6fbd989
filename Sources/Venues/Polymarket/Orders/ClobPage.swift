public import Trading
internal import Wire

/// One page of a list: where its elements stand in the body, and where it goes on.
public struct ClobPage: Equatable, Sendable {
    /// Elements of one page.
    public static let elementsMax = 5_000

    /// Of each object in `data`, with its braces.
    public let elements: [Range<Int>]
    /// To be asked for next; `nil` on the last page.
    public let nextCursor: InlineText?

    /// - Parameter body: an object with `data` and `next_cursor`.
    public static func decode(_ body: Span<UInt8>) throws(ClobAnswerError) -> ClobPage {
        var elements: [Range<Int>]?
        var cursor = InlineText()
        var reader = JSONReader(body)
        try ClobReader.beginObject(&reader)
        while case .key(let name) = try ClobReader.token(&reader) {
            if reader.matches(name, "data") {
                elements = try readElements(&reader)
            } else if reader.matches(name, "next_cursor") {
                cursor = try ClobReader.text(&reader)
            } else {
                try ClobReader.skipValue(&reader)
            }
        }
        try ClobReader.end(&reader)
        // Without a cursor nobody could tell whether something is missing; a page that is taken
        // for the last must say so.
        guard let elements, !cursor.isEmpty else { throw .incomplete }
        return ClobPage(elements: elements, nextCursor: isLast(cursor) ? nil : cursor)
    }

    @_lifetime(reader: copy reader)
    private static func readElements(
        _ reader: inout JSONReader
    ) throws(ClobAnswerError) -> [Range<Int>] {
        switch try ClobReader.token(&reader) {
        case .null: return []
        case .beginArray: break
        default: throw .malformed
        }
        var elements: [Range<Int>] = []
        while true {
            switch try ClobReader.token(&reader) {
            case .endArray: return elements
            case .beginObject:
                guard elements.count < elementsMax else { throw .tooMany }
                let start = reader.offset - 1
                do { try reader.skipContainer() } catch { throw .notJSON(error) }
                elements.append(start..<reader.offset)
            default: throw .malformed
            }
        }
    }

    private static func isLast(_ cursor: InlineText) -> Bool {
        let last = ClobRequest.lastCursor
        guard cursor.count == last.utf8CodeUnitCount else { return false }
        // The literal's bytes are constant; as many are read as it has.
        return last.withUTF8Buffer { expected in
            for index in expected.indices where unsafe expected[index] != cursor.span[index] {
                return false
            }
            return true
        }
    }
}

extension ClobPage {
    /// A page of open orders.
    public static func openOrders(
        _ body: Span<UInt8>
    ) throws(ClobAnswerError) -> (orders: [OpenOrder], nextCursor: InlineText?) {
        let page = try decode(body)
        var orders: [OpenOrder] = []
        orders.reserveCapacity(page.elements.count)
        for element in page.elements {
            orders.append(try OpenOrder.decode(body.extracting(element)))
        }
        return (orders, page.nextCursor)
    }
}
