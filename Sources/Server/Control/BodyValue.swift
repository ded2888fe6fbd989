internal import Wire

/// A JSON value of a control body, kept so that it can be coerced and echoed. A small tree: this is
/// the control path, and the body's size and depth are bounded.
indirect enum BodyValue {
    case null
    case bool(Bool)
    /// The digits of a number without point and exponent, of any length, a minus in front if it is
    /// negative.
    case integer([UInt8])
    /// A number with point or exponent, or one of Python's names for what is no number. Infinite
    /// when it is too large.
    case float(Double)
    case string(BodyText)
    case array([BodyValue])
    case object(BodyObject)
}

/// The text that a JSON string stands for.
struct BodyText {
    /// U+FFFD stands where the string had half a surrogate pair.
    var utf8: [UInt8] = []
    /// Whether the string had no such half.
    var isUnicode = true
}

/// The members of a JSON object in the order in which each name first came; of equal names the last
/// one's value counts.
struct BodyObject {
    private(set) var members: [(name: [UInt8], value: BodyValue)] = []
    /// Where each name is in `members`.
    private var places: [[UInt8]: Int] = [:]

    init() {}

    mutating func set(_ name: [UInt8], to value: BodyValue) {
        if let place = places[name] {
            members[place].value = value
        } else {
            places[name] = members.count
            members.append((name, value))
        }
    }

    subscript(name: StaticString) -> BodyValue? {
        let key = name.withUTF8Buffer { unsafe Array($0) }
        return places[key].map { members[$0].value }
    }
}

/// Why a body is no value.
enum BodyParseError: Error {
    /// It is not JSON.
    case syntax(JSONError)
    /// It is nested too deep, or a number has too many digits.
    case beyondLimits
}

extension BodyValue {
    /// Digits of an integer: what Python converts at most.
    static let digitCountMax = 4_300

    /// The value that `document`, which is UTF-8, consists of; with Python's additions `NaN`,
    /// `Infinity` and `-Infinity`.
    init(parsing document: Span<UInt8>) throws(BodyParseError) {
        var reader = JSONReader(document, takesNonFinite: true)
        self = try Self.read(try Self.next(&reader), &reader)
        // The end, or the error that something follows.
        _ = try Self.next(&reader)
    }

    private static func next(_ reader: inout JSONReader) throws(BodyParseError) -> JSONToken {
        do {
            return try reader.next()
        } catch {
            throw error.reason == .tooDeep ? .beyondLimits : .syntax(error)
        }
    }

    /// The value that begins with `token`. Recursive: the reader bounds the depth.
    private static func read(
        _ token: JSONToken,
        _ reader: inout JSONReader
    ) throws(BodyParseError) -> BodyValue {
        switch token {
        case .null: return .null
        case .true: return .bool(true)
        case .false: return .bool(false)
        case .number(let range): return try number(reader.bytes(range))
        case .string(let range): return .string(BodyText(escaped: reader.bytes(range)))
        case .beginArray:
            var elements: [BodyValue] = []
            var element = try next(&reader)
            while element != .endArray {
                elements.append(try read(element, &reader))
                element = try next(&reader)
            }
            return .array(elements)
        case .beginObject:
            var object = BodyObject()
            while case .key(let range) = try next(&reader) {
                let name = BodyText(escaped: reader.bytes(range))
                object.set(name.utf8, to: try read(try next(&reader), &reader))
            }
            return .object(object)
        case .endArray, .endObject, .key, .end:
            // The reader's grammar has no such token where a value begins.
            preconditionFailure("a value cannot begin here")
        }
    }

    private static func number(_ text: Span<UInt8>) throws(BodyParseError) -> BodyValue {
        let isNegative = text[0] == UInt8(ascii: "-")
        let digits = text.extracting((isNegative ? 1 : 0)...)
        if digits[0] == UInt8(ascii: "N") { return .float(.nan) }
        if digits[0] == UInt8(ascii: "I") { return .float(isNegative ? -.infinity : .infinity) }
        for index in digits.indices where !(0x30...0x39).contains(digits[index]) {
            // What the reader calls a number is one.
            return .float(DoubleText.parse(text) ?? .nan)
        }
        guard digits.count <= digitCountMax else { throw .beyondLimits }
        let isZero = digits[0] == UInt8(ascii: "0")
        var literal: [UInt8] = isNegative && !isZero ? [UInt8(ascii: "-")] : []
        for index in digits.indices { literal.append(digits[index]) }
        return .integer(literal)
    }
}

extension BodyText {
    /// - Parameter utf8: the text itself.
    init(utf8 text: Span<UInt8>) {
        utf8.reserveCapacity(text.count)
        for index in text.indices { utf8.append(text[index]) }
    }

    /// - Parameter text: the bytes of a string or key token.
    init(escaped text: Span<UInt8>) {
        self.init()
        do {
            utf8 = try Self.decode(text, loneSurrogate: .refused)
        } catch {
            isUnicode = false
            // Well-formed, as the reader has established, but for the half pair.
            utf8 = (try? Self.decode(text, loneSurrogate: .replaced)) ?? []
        }
    }

    private static func decode(
        _ text: Span<UInt8>,
        loneSurrogate: JSONText.LoneSurrogate
    ) throws(JSONError) -> [UInt8] {
        var buffer = ByteBuffer(capacity: text.count)
        try buffer.append(upTo: text.count) { output throws(JSONError) in
            try JSONText.decode(text, loneSurrogate: loneSurrogate, into: &output)
        }
        return BodyText(utf8: buffer.span).utf8
    }
}

extension BodyValue {
    /// Appends the value as Python's `json.dumps` does with compact separators and without escaping
    /// what is not ASCII. What is no number becomes a string, which JSON can carry.
    func write(to buffer: inout ByteBuffer) {
        switch self {
        case .null: buffer.append("null")
        case .bool(let value): buffer.append(value ? "true" : "false")
        case .integer(let literal): buffer.append(literal.span)
        case .float(let value):
            if value.isFinite {
                buffer.append(upTo: DoubleText.byteCountMax) { output in
                    DoubleText.append(value, to: &output)
                }
            } else {
                buffer.append(
                    value.isNaN ? #""NaN""# : value < 0 ? #""-Infinity""# : #""Infinity""#
                )
            }
        case .string(let text): JSONWriter.append(string: text.utf8.span, to: &buffer)
        case .array(let elements):
            buffer.append("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { buffer.append(",") }
                element.write(to: &buffer)
            }
            buffer.append("]")
        case .object(let object):
            buffer.append("{")
            for (index, member) in object.members.enumerated() {
                if index > 0 { buffer.append(",") }
                JSONWriter.append(string: member.name.span, to: &buffer)
                buffer.append(":")
                member.value.write(to: &buffer)
            }
            buffer.append("}")
        }
    }
}
