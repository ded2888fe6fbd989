internal import Crypto
internal import Wire

/// One answer object of JSON-RPC: its members, as far as they matter.
struct ChainReader {
    /// `nil` for `null`, which is the id of an answer to something that could not be read.
    private(set) var id: Int64?
    private(set) var refusal: ChainRefusal?
    /// Of the result's text in the document, when it is a text.
    private var text: Range<Int>?
    private var hasResult = false
    private var hasID = false

    /// Reads what follows the opening brace.
    @_lifetime(reader: copy reader)
    init(_ reader: inout JSONReader) throws(ChainAnswerError) {
        while case .key(let name) = try Self.token(&reader) {
            if reader.matches(name, "id") {
                guard !hasID else { throw .malformed }
                hasID = true
                id = try Self.readID(&reader)
            } else if reader.matches(name, "result") {
                guard !hasResult else { throw .malformed }
                hasResult = true
                try readResult(&reader)
            } else if reader.matches(name, "error") {
                guard refusal == nil else { throw .malformed }
                refusal = try Self.readError(&reader)
            } else {
                try Self.skip(&reader)
            }
        }
        guard hasResult != (refusal != nil) else { throw .malformed }
    }

    /// What the answer says to the question.
    func result(
        of read: ChainRead,
        in body: Span<UInt8>
    ) -> Result<ChainValue, ChainReadError> {
        if let refusal { return .failure(.refused(refusal)) }
        guard let text else { return .failure(.malformed) }
        let digits = body.extracting(text)
        guard digits.count >= 2, digits[0] == UInt8(ascii: "0"), digits[1] == UInt8(ascii: "x")
        else { return .failure(.malformed) }
        let value: ChainValue?
        switch read.form {
        case .quantity: value = Self.quantity(digits.extracting(2...)).map { .number($0) }
        case .word, .truth, .words:
            // A call to where no code is succeeds and gives nothing.
            guard digits.count > 2 else { return .failure(.noContract) }
            value = Self.value(of: digits.extracting(2...), read.form)
        }
        guard let value else { return .failure(.malformed) }
        return .success(value)
    }

    private static func value(of digits: Span<UInt8>, _ form: ChainRead.Form) -> ChainValue? {
        switch form {
        case .quantity: return quantity(digits).map { .number($0) }
        case .word: return digits.count == 64 ? quantity(digits).map { .number($0) } : nil
        case .truth:
            guard digits.count == 64, let word = quantity(digits) else { return nil }
            switch word.number {
            case 0: return .truth(false)
            case 1: return .truth(true)
            default: return nil
            }
        case .words(let count):
            // Where the array begins, how long it is, and its words.
            guard digits.count == 64 * (count + 2),
                quantity(digits.extracting(0..<64))?.number == 32,
                quantity(digits.extracting(64..<128))?.number == UInt64(count)
            else { return nil }
            var words: [Word256] = []
            for index in 2..<count + 2 {
                guard let word = quantity(digits.extracting(64 * index..<64 * (index + 1))) else {
                    return nil
                }
                words.append(word)
            }
            return .numbers(words)
        }
    }

    /// One to 64 digits, padded on the left to a word. Zeros in front are taken: some nodes write
    /// them.
    private static func quantity(_ digits: Span<UInt8>) -> Word256? {
        guard (1...64).contains(digits.count) else { return nil }
        var text = InlineArray<66, UInt8>(repeating: UInt8(ascii: "0"))
        text[1] = UInt8(ascii: "x")
        for index in digits.indices { text[66 - digits.count + index] = digits[index] }
        return Word256(hexadecimal: text.span)
    }

    // MARK: - Members

    @_lifetime(reader: copy reader)
    private static func readID(_ reader: inout JSONReader) throws(ChainAnswerError) -> Int64? {
        switch try token(&reader) {
        case .null: return nil
        case .number(let text):
            guard let id = try? DecimalText.parse(reader.bytes(text), decimals: 0) else {
                throw .wrongID
            }
            return id
        // Our ids are numbers, and an answer repeats them as they are (section 5).
        case .string: throw .wrongID
        default: throw .malformed
        }
    }

    @_lifetime(reader: copy reader)
    private mutating func readResult(_ reader: inout JSONReader) throws(ChainAnswerError) {
        switch try Self.token(&reader) {
        case .string(let text): self.text = text
        case .beginObject, .beginArray:
            do { try reader.skipContainer() } catch { throw .notJSON(error) }
        default: break
        }
    }

    @_lifetime(reader: copy reader)
    private static func readError(
        _ reader: inout JSONReader
    ) throws(ChainAnswerError) -> ChainRefusal? {
        switch try token(&reader) {
        // Some nodes write both members, one of them `null`.
        case .null: return nil
        case .beginObject: break
        default: throw .malformed
        }
        var code: Int64 = 0
        var text = ""
        while case .key(let name) = try token(&reader) {
            if reader.matches(name, "code") {
                guard case .number(let digits) = try token(&reader),
                    let number = try? DecimalText.parseNumber(reader.bytes(digits), decimals: 0)
                else { throw .malformed }
                code = number
            } else if reader.matches(name, "message") {
                guard case .string(let message) = try token(&reader) else { throw .malformed }
                text = plain(reader.bytes(message))
            } else {
                try skip(&reader)
            }
        }
        return ChainRefusal(code: code, text: text)
    }

    /// A message as a text that can stand in a log: escapes resolved, control characters left out.
    private static func plain(_ source: Span<UInt8>) -> String {
        let decoded = [UInt8](capacity: source.count) { output in
            do {
                try JSONText.decode(source, loneSurrogate: .replaced, into: &output)
            } catch {
                // The reader has checked every escape; what there is so far will do.
            }
        }
        return AnswerFields.plain(decoded.span, countMax: ChainRefusal.textCountMax)
    }

    // MARK: - Tokens

    @_lifetime(reader: copy reader)
    static func token(_ reader: inout JSONReader) throws(ChainAnswerError) -> JSONToken {
        do { return try reader.next() } catch { throw .notJSON(error) }
    }

    @_lifetime(reader: copy reader)
    private static func skip(_ reader: inout JSONReader) throws(ChainAnswerError) {
        do { try reader.skipValue() } catch { throw .notJSON(error) }
    }

    /// Nothing but blanks may follow.
    @_lifetime(reader: copy reader)
    static func end(_ reader: inout JSONReader) throws(ChainAnswerError) {
        guard try token(&reader) == .end else { throw .malformed }
    }
}
