internal import Wire

/// What a value is taken for where a field wants an integer, a number or a boolean: pydantic's lax
/// mode, with the range of the field.
extension BodyValue {
    func integer(in range: ClosedRange<Int64>) throws(BodyIssue.Kind) -> Int64 {
        let value: Int64
        switch self {
        case .bool(let bool):
            value = bool ? 1 : 0
        case .integer(let literal):
            value = Self.saturated(literal)
        case .float(let float):
            guard float.isFinite else { throw .finiteNumber }
            // A float that large has no fraction, and an `Int64` does not hold it.
            guard float.magnitude < 0x1p63 else { throw .intParsingSize }
            guard let whole = float.wholeNumber else { throw .intFromFloat }
            value = whole
        case .string(let text):
            guard text.isUnicode else { throw .stringUnicode }
            guard let literal = NumberText(text.utf8)?.integerLiteral else { throw .intParsing }
            guard literal.count <= Self.digitCountMax else { throw .intParsingSize }
            value = Self.saturated(literal)
        case .null, .array, .object:
            throw .intType
        }
        guard value >= range.lowerBound else { throw .below(.integer(range.lowerBound)) }
        guard value <= range.upperBound else { throw .above(.integer(range.upperBound)) }
        return value
    }

    func float(from lowerBound: Double, to upperBound: Double?) throws(BodyIssue.Kind) -> Double {
        let value: Double
        switch self {
        case .bool(let bool):
            value = bool ? 1 : 0
        case .integer(let literal):
            // As Python: an integer too large for a float is no float.
            guard let float = DoubleText.parse(literal.span), float.isFinite else {
                throw .floatType
            }
            value = float
        case .float(let float):
            value = float
        case .string(let text):
            guard text.isUnicode else { throw .stringUnicode }
            if NumberText.namesNonFinite(text.utf8) { throw .finiteNumber }
            guard let literal = NumberText(text.utf8)?.literal,
                let float = DoubleText.parse(literal.span)
            else { throw .floatParsing }
            value = float
        case .null, .array, .object:
            throw .floatType
        }
        guard value.isFinite else { throw .finiteNumber }
        guard value >= lowerBound else { throw .below(.float(lowerBound)) }
        if let upperBound, value > upperBound { throw .above(.float(upperBound)) }
        return value
    }

    func bool() throws(BodyIssue.Kind) -> Bool {
        switch self {
        case .bool(let bool):
            return bool
        case .integer(let literal):
            // An integer beyond 64 bits is of no type that a boolean comes from.
            guard let value = try? DecimalText.parse(literal.span, decimals: 0, sign: .allowed)
            else { throw .boolType }
            return try Self.bool(value)
        case .float(let float):
            guard let whole = float.wholeNumber else { throw .boolType }
            return try Self.bool(whole)
        case .string(let text):
            guard text.isUnicode else { throw .stringUnicode }
            let word = text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            if Self.trueWords.contains(where: { word.elementsEqual($0.utf8) }) { return true }
            if Self.falseWords.contains(where: { word.elementsEqual($0.utf8) }) { return false }
            throw .boolParsing
        case .null, .array, .object:
            throw .boolType
        }
    }

    private static let trueWords = ["1", "true", "t", "yes", "y", "on"]
    private static let falseWords = ["0", "false", "f", "no", "n", "off"]

    private static func bool(_ value: Int64) throws(BodyIssue.Kind) -> Bool {
        switch value {
        case 0: return false
        case 1: return true
        default: throw .boolParsing
        }
    }

    /// The value of a literal, or the nearest that an `Int64` holds: outside every field's range.
    private static func saturated(_ literal: [UInt8]) -> Int64 {
        let value = try? DecimalText.parse(literal.span, decimals: 0, sign: .allowed)
        return value ?? (literal.first == UInt8(ascii: "-") ? .min : .max)
    }
}

extension Double {
    /// The same number as an integer; `nil` with a fraction, and when an `Int64` does not hold it.
    var wholeNumber: Int64? {
        // False for what is no number, too.
        guard magnitude < 0x1p63 else { return nil }
        let whole = Int64(self)
        return Double(whole) == self ? whole : nil
    }
}

/// A number as people write it into a string: ` +20.0 `, `.5`, `5.`, `1e-3`.
struct NumberText {
    private var isNegative = false
    /// Without zeros in front; perhaps empty.
    private var integer: ArraySlice<UInt8>
    /// `nil` without a point; perhaps empty with one.
    private var fraction: ArraySlice<UInt8>?
    /// Sign and digits; `nil` without an `e`.
    private var exponent: ArraySlice<UInt8>?
    /// Whether there was a digit before the point.
    private var hasIntegerDigits: Bool

    /// `nil` when the text is no number.
    init?(_ text: [UInt8]) {
        var rest = text.trimmingBlanks()
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
            isNegative = sign == UInt8(ascii: "-")
            rest = rest.dropFirst()
        }
        let digits = rest.prefix(while: Self.isDigit)
        hasIntegerDigits = !digits.isEmpty
        integer = digits.drop { $0 == UInt8(ascii: "0") }
        rest = rest.dropFirst(digits.count)
        if rest.first == UInt8(ascii: ".") {
            let decimals = rest.dropFirst().prefix(while: Self.isDigit)
            fraction = decimals
            rest = rest.dropFirst(decimals.count + 1)
        }
        guard hasIntegerDigits || fraction?.isEmpty == false else { return nil }
        if let letter = rest.first, letter | 0x20 == UInt8(ascii: "e") {
            exponent = rest.dropFirst()
            rest = rest.dropFirst()
            if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
                rest = rest.dropFirst()
            }
            guard !rest.isEmpty else { return nil }
            rest = rest.drop(while: Self.isDigit)
        }
        guard rest.isEmpty else { return nil }
    }

    /// The number as JSON has it.
    var literal: [UInt8] {
        var text: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
        text += integer.isEmpty ? [UInt8(ascii: "0")] : integer
        if let fraction, !fraction.isEmpty { text += [UInt8(ascii: ".")] + fraction }
        if let exponent { text += [UInt8(ascii: "e")] + exponent }
        return text
    }

    /// The number as an integer of JSON; `nil` when it is not written as one: with an exponent,
    /// with a fraction other than zeros, without a digit on each side of its point.
    var integerLiteral: [UInt8]? {
        guard exponent == nil, hasIntegerDigits else { return nil }
        if let fraction {
            guard !fraction.isEmpty, fraction.allSatisfy({ $0 == UInt8(ascii: "0") }) else {
                return nil
            }
        }
        guard !integer.isEmpty else { return [UInt8(ascii: "0")] }
        return (isNegative ? [UInt8(ascii: "-")] : []) + integer
    }

    /// Whether the text is a name for what is no finite number: `nan`, `-inf`, `Infinity`.
    static func namesNonFinite(_ text: [UInt8]) -> Bool {
        var word = text.trimmingBlanks().map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        if word.first == UInt8(ascii: "+") || word.first == UInt8(ascii: "-") {
            word.removeFirst()
        }
        return ["nan", "inf", "infinity"].contains { word.elementsEqual($0.utf8) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

extension [UInt8] {
    /// Without the ASCII blanks at both ends.
    func trimmingBlanks() -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard let first = firstIndex(where: { !isBlank($0) }),
            let last = lastIndex(where: { !isBlank($0) })
        else { return [] }
        return self[first...last]
    }
}
