internal import Crypto
internal import Trading
public import Wire

/// Why an answer is not what was asked for.
public enum ClobAnswerError: Error, Equatable, Sendable {
    /// Another status than 200.
    case status(Int)
    case notJSON(JSONError)
    /// A value has another type, or says what cannot be.
    case malformed
    /// Something that cannot be done without is not there.
    case incomplete
    /// More of something than its limit.
    case tooMany
}

/// Values of the venue's answers. It is generous with forms: numbers as texts, `null` for what is
/// not there.
enum ClobReader {
    @_lifetime(reader: copy reader)
    static func token(_ reader: inout JSONReader) throws(ClobAnswerError) -> JSONToken {
        do { return try reader.next() } catch { throw .notJSON(error) }
    }

    @_lifetime(reader: copy reader)
    static func skipValue(_ reader: inout JSONReader) throws(ClobAnswerError) {
        do { try reader.skipValue() } catch { throw .notJSON(error) }
    }

    @_lifetime(reader: copy reader)
    static func beginObject(_ reader: inout JSONReader) throws(ClobAnswerError) {
        guard try token(&reader) == .beginObject else { throw .malformed }
    }

    /// Nothing but blanks may follow.
    @_lifetime(reader: copy reader)
    static func end(_ reader: inout JSONReader) throws(ClobAnswerError) {
        guard try token(&reader) == .end else { throw .malformed }
    }

    /// The text of a string or a number; `nil` for `null` and for the empty string.
    @_lifetime(reader: copy reader)
    static func scalar(_ reader: inout JSONReader) throws(ClobAnswerError) -> Range<Int>? {
        switch try token(&reader) {
        case .string(let text), .number(let text): text.isEmpty ? nil : text
        case .null: nil
        default: throw .malformed
        }
    }

    @_lifetime(reader: copy reader)
    static func boolean(_ reader: inout JSONReader) throws(ClobAnswerError) -> Bool? {
        switch try token(&reader) {
        case .true: true
        case .false: false
        case .null: nil
        default: throw .malformed
        }
    }

    /// A short text; empty for `null`.
    @_lifetime(reader: copy reader)
    static func text(_ reader: inout JSONReader) throws(ClobAnswerError) -> InlineText {
        guard let range = try scalar(&reader) else { return InlineText() }
        guard let text = InlineText(reader.bytes(range)) else { throw .malformed }
        return text
    }

    /// A decimal number of the scale, exact.
    @_lifetime(reader: copy reader)
    static func decimal(
        _ reader: inout JSONReader,
        decimals: Int
    ) throws(ClobAnswerError) -> Int64? {
        guard let range = try scalar(&reader) else { return nil }
        do {
            return try DecimalText.parseNumber(reader.bytes(range), decimals: decimals)
        } catch {
            throw .malformed
        }
    }

    /// A whole number that is not negative.
    @_lifetime(reader: copy reader)
    static func whole(_ reader: inout JSONReader) throws(ClobAnswerError) -> Word256? {
        guard let range = try scalar(&reader) else { return nil }
        guard let number = Word256(decimal: reader.bytes(range)) else { throw .malformed }
        return number
    }

    @_lifetime(reader: copy reader)
    static func side(_ reader: inout JSONReader) throws(ClobAnswerError) -> Side {
        guard let range = try scalar(&reader) else { throw .incomplete }
        if reader.matches(range, "BUY") { return .buy }
        if reader.matches(range, "SELL") { return .sell }
        throw .malformed
    }
}
