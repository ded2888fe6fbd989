internal import Trading
internal import Wire

/// The members of an answer to an order, and of every complaint. Ranges are offsets in the body;
/// what is `null` or empty is `nil`.
struct AnswerFields {
    /// Trades of one answer that are told.
    static let tradesMax = 64

    var success: Bool?
    /// `errorMsg`, `error_msg`, `error` or `message`, whichever says something.
    var error: Range<Int>?
    var code: Range<Int>?
    var retryAfter: Int64?
    var orderID: Range<Int>?
    var status: Range<Int>?
    var makingAmount: Quantity?
    var takingAmount: Quantity?
    var trades: [InlineText] = []

    /// A whole body that is one object.
    mutating func read(_ body: Span<UInt8>) throws(ClobAnswerError) {
        var reader = JSONReader(body)
        try ClobReader.beginObject(&reader)
        try readMembers(&reader)
        try ClobReader.end(&reader)
    }

    /// What follows the opening brace.
    @_lifetime(reader: copy reader)
    mutating func readMembers(_ reader: inout JSONReader) throws(ClobAnswerError) {
        while case .key(let name) = try ClobReader.token(&reader) {
            if reader.matches(name, "success") {
                success = try ClobReader.boolean(&reader)
            } else if Self.isError(name, reader) {
                if let text = try ClobReader.scalar(&reader) { error = text }
            } else if reader.matches(name, "code") {
                code = try ClobReader.scalar(&reader)
            } else if reader.matches(name, "retry_after_seconds") {
                retryAfter = try ClobReader.decimal(&reader, decimals: 0)
            } else if reader.matches(name, "orderID") {
                orderID = try ClobReader.scalar(&reader)
            } else if reader.matches(name, "status") {
                status = try ClobReader.scalar(&reader)
            } else if reader.matches(name, "makingAmount") {
                makingAmount = try Self.amount(&reader)
            } else if reader.matches(name, "takingAmount") {
                takingAmount = try Self.amount(&reader)
            } else if reader.matches(name, "tradeIDs") {
                try readTrades(&reader)
            } else {
                try ClobReader.skipValue(&reader)
            }
        }
    }

    private static func isError(_ name: Range<Int>, _ reader: borrowing JSONReader) -> Bool {
        reader.matches(name, "errorMsg") || reader.matches(name, "error")
            || reader.matches(name, "error_msg") || reader.matches(name, "message")
    }

    @_lifetime(reader: copy reader)
    private static func amount(_ reader: inout JSONReader) throws(ClobAnswerError) -> Quantity? {
        try ClobReader.decimal(&reader, decimals: 6).map { Quantity(raw: $0) }
    }

    @_lifetime(reader: copy reader)
    private mutating func readTrades(_ reader: inout JSONReader) throws(ClobAnswerError) {
        switch try ClobReader.token(&reader) {
        case .null: return
        case .beginArray: break
        default: throw .malformed
        }
        while true {
            switch try ClobReader.token(&reader) {
            case .endArray: return
            case .string(let text):
                guard let id = InlineText(reader.bytes(text)) else { throw .malformed }
                if trades.count < Self.tradesMax { trades.append(id) }
            default: throw .malformed
            }
        }
    }

    // MARK: - Texts for people

    func errorText(in body: Span<UInt8>) -> String { text(error, in: body) }

    /// What a range of the body says, without escapes and control characters.
    func text(_ range: Range<Int>?, in body: Span<UInt8>) -> String {
        guard let range else { return "" }
        let source = body.extracting(range)
        let decoded = [UInt8](capacity: source.count) { output in
            do {
                try JSONText.decode(source, loneSurrogate: .replaced, into: &output)
            } catch {
                // The reader has checked every escape; what there is so far will do.
            }
        }
        return Self.plain(decoded.span)
    }

    /// Bytes from outside as a text that can stand in a log.
    static func plain(
        _ bytes: Span<UInt8>,
        countMax: Int = VenueRefusal.textCountMax
    ) -> String {
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in bytes.indices {
            copy.append(bytes[index] < 0x20 || bytes[index] == 0x7F ? 0x20 : bytes[index])
        }
        return String(String(decoding: copy, as: UTF8.self).prefix(countMax))
    }
}
