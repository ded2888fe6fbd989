/// `Double` as text, both ways, for the control path. It allocates; market data is decimal
/// (`DecimalText`).
public enum DoubleText {
    /// Bytes of the longest text that is written: `-1.2345678901234567e-308`.
    public static let byteCountMax = 24

    /// Appends the text that Python's `repr` gives: the shortest that reads back as the same value,
    /// with a point or an exponent always. The exponent form begins at 1e16 and below 1e-4; its
    /// exponent has a sign and at least two digits. `nan`, `inf` and `-inf` for what is no number.
    ///
    /// - Precondition: `output` has room for `byteCountMax` bytes.
    public static func append(_ value: Double, to output: inout OutputSpan<UInt8>) {
        guard value.isFinite else {
            output.append(literal: value.isNaN ? "nan" : value < 0 ? "-inf" : "inf")
            return
        }
        if value.sign == .minus { output.append(UInt8(ascii: "-")) }
        guard value != 0 else {
            output.append(literal: "0.0")
            return
        }
        let shortest = ShortestDigits(value)
        let digits = shortest.digits
        let point = shortest.point
        switch point {
        case -3...0:
            output.append(literal: "0.")
            for _ in 0..<(-point) { output.append(UInt8(ascii: "0")) }
            output.append(copying: digits.span)
        case 1...16:
            for index in 0..<max(point, digits.count) {
                if index == point { output.append(UInt8(ascii: ".")) }
                output.append(index < digits.count ? digits[index] : UInt8(ascii: "0"))
            }
            if point >= digits.count { output.append(literal: ".0") }
        default:
            output.append(digits[0])
            if digits.count > 1 {
                output.append(UInt8(ascii: "."))
                output.append(copying: digits.span.extracting(1...))
            }
            let exponent = point - 1
            output.append(UInt8(ascii: "e"))
            output.append(exponent < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
            let magnitude = UInt64(exponent.magnitude)
            DecimalText.append(magnitude, digits: magnitude < 100 ? 2 : 3, to: &output)
        }
    }

    /// The nearest `Double` of a number of JSON (RFC 8259 section 6): infinite when it is too
    /// large, zero when it is too small; `nil` when `text` is no such number.
    public static func parse(_ text: Span<UInt8>) -> Double? {
        var reader = JSONReader(text)
        guard case .number(let range)? = try? reader.next(), range == 0..<text.count else {
            return nil
        }
        // ASCII, as the reader has established.
        var copy = ""
        copy.reserveCapacity(text.count)
        for index in text.indices { copy.unicodeScalars.append(Unicode.Scalar(text[index])) }
        return Double(copy)
    }
}

/// The shortest digits that read back as a value, and where the point lies.
private struct ShortestDigits {
    /// Decimal digits in ASCII, the first and the last not zero.
    var digits: [UInt8] = []
    /// The value is 0.`digits` times ten to this power.
    var point: Int

    /// - Precondition: `value` is finite and not zero.
    init(_ value: Double) {
        // The standard library's text has the shortest digits, laid out after its own fashion.
        var exponent = 0
        var exponentIsNegative = false
        var isInExponent = false
        var integerDigits: Int?
        digits.reserveCapacity(24)
        for character in value.magnitude.description.utf8 {
            switch character {
            case UInt8(ascii: "."):
                integerDigits = digits.count
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                isInExponent = true
            case UInt8(ascii: "-"):
                exponentIsNegative = true
            case UInt8(ascii: "0")...UInt8(ascii: "9") where isInExponent:
                exponent = exponent * 10 + Int(character - UInt8(ascii: "0"))
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                digits.append(character)
            default:
                break
            }
        }
        point = (integerDigits ?? digits.count) + (exponentIsNegative ? -exponent : exponent)
        let leadingZeros = digits.prefix { $0 == UInt8(ascii: "0") }.count
        digits.removeFirst(leadingZeros)
        point -= leadingZeros
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    }
}
