/// Why a text is not a decimal of the scale asked for.
public enum DecimalError: Error, Equatable, Sendable {
    /// There is no text.
    case empty
    /// Not of the form that the function takes.
    case malformed
    /// A digit other than zero stands behind the last decimal of the scale.
    case tooPrecise
    /// The scaled value does not fit in 64 bits.
    case outOfRange
}

/// Decimal text of scaled integers, both ways, exactly: `10924.61` at 6 decimals is
/// `10_924_610_000`. Integers only, no allocation.
public enum DecimalText {
    /// The greatest scale: ten to this power is the last that an `Int64` holds.
    public static let decimalsMax = 18
    /// Bytes of the longest text that is written: sign, 19 digits, a zero before the point, the
    /// point.
    public static let byteCountMax = 22

    /// Whether a minus may stand in front.
    public enum Sign: Sendable {
        case refused
        case allowed
    }

    /// The value of `text` times ten to the power of `decimals`.
    ///
    /// Takes what venues send: digits, and perhaps a point with digits after it (`1`, `0.51`,
    /// `100.0`). Zeros behind the last decimal of the scale are exact and fine. No plus, no
    /// exponent, no blank, no zero in front of another digit, a digit on each side of the point.
    ///
    /// - Precondition: `decimals` is in 0 ... 18.
    public static func parse(
        _ text: Span<UInt8>,
        decimals: Int,
        sign: Sign = .refused
    ) throws(DecimalError) -> Int64 {
        precondition(decimals >= 0 && decimals <= decimalsMax, "no such scale")
        guard !text.isEmpty else { throw .empty }
        var index = 0
        let isNegative = text[0] == UInt8(ascii: "-")
        if isNegative {
            guard sign == .allowed else { throw .malformed }
            index = 1
        }
        var significand = Significand()
        let integer = index
        index = significand.take(digitsOf: text, from: index)
        guard index > integer, text[integer] != UInt8(ascii: "0") || index == integer + 1 else {
            throw .malformed
        }
        var decimalsTaken = 0
        if index < text.count {
            guard text[index] == UInt8(ascii: ".") else { throw .malformed }
            let fraction = index + 1
            index = significand.take(digitsOf: text, from: fraction, atMost: decimals)
            decimalsTaken = index - fraction
            let rest = index
            while index < text.count, text[index] == UInt8(ascii: "0") { index += 1 }
            if index < text.count {
                // Wrong in form, or only too fine: the digits go to the end in the second case.
                var ignored = Significand()
                guard ignored.take(digitsOf: text, from: rest) == text.count else {
                    throw .malformed
                }
                throw .tooPrecise
            }
            guard index > fraction else { throw .malformed }
        }
        return try significand.scaled(by: decimals - decimalsTaken, isNegative: isNegative)
    }

    /// As `parse(_:decimals:sign:)` with a sign allowed, for a number of JSON (RFC 8259 section 6),
    /// which may have an exponent: `1e-05`, `1.5E+3`.
    /// - Precondition: `decimals` is in 0 ... 18.
    public static func parseNumber(
        _ text: Span<UInt8>,
        decimals: Int
    ) throws(DecimalError) -> Int64 {
        var exponentAt = 0
        while exponentAt < text.count, text[exponentAt] | 0x20 != UInt8(ascii: "e") {
            exponentAt += 1
        }
        let mantissa = text.extracting(0..<exponentAt)
        guard exponentAt < text.count else {
            return try parse(mantissa, decimals: decimals, sign: .allowed)
        }
        let exponent = try exponent(of: text.extracting((exponentAt + 1)...))
        return try parse(mantissa, shiftedBy: exponent, decimals: decimals)
    }

    /// The value of `text`, which is one to 19 digits and nothing else, zeros in front allowed.
    public static func parseInteger(_ text: Span<UInt8>) throws(DecimalError) -> Int64 {
        guard !text.isEmpty else { throw .empty }
        var significand = Significand()
        guard significand.take(digitsOf: text, from: 0) == text.count else { throw .malformed }
        return try significand.scaled(by: 0, isNegative: false)
    }

    // MARK: - Exponents

    /// Larger exponents are all the same: every digit that is not zero is out of range or too fine.
    private static let exponentMax = 1_000_000

    private static func exponent(of text: Span<UInt8>) throws(DecimalError) -> Int {
        var index = 0
        let isNegative = !text.isEmpty && text[0] == UInt8(ascii: "-")
        if isNegative || !text.isEmpty && text[0] == UInt8(ascii: "+") { index = 1 }
        guard index < text.count else { throw .malformed }
        var value = 0
        while index < text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { throw .malformed }
            value = min(value * 10 + Int(digit), exponentMax)
            index += 1
        }
        return isNegative ? -value : value
    }

    /// The scaled value of a mantissa whose point moves `exponent` places to the right: its digits
    /// up to the last decimal of the scale are the value, and the ones behind must be zeros.
    private static func parse(
        _ mantissa: Span<UInt8>,
        shiftedBy exponent: Int,
        decimals: Int
    ) throws(DecimalError) -> Int64 {
        // For its form only; how fine and how large it is depends on the exponent.
        do {
            _ = try parse(mantissa, decimals: 0, sign: .allowed)
        } catch .empty {
            throw .malformed
        } catch .malformed {
            throw .malformed
        } catch {}
        let isNegative = mantissa[0] == UInt8(ascii: "-")
        let integer = isNegative ? 1 : 0
        var significand = Significand()
        let point = significand.take(digitsOf: mantissa, from: integer)
        // Digits up to the last decimal of the scale; negative when that is left of all of them.
        let kept = point - integer + exponent + decimals
        significand = Significand()
        var taken = 0
        for index in integer..<mantissa.count where index != point {
            let digit = mantissa[index] &- UInt8(ascii: "0")
            if taken < kept {
                significand.take(digit)
            } else if digit != 0 {
                throw .tooPrecise
            }
            taken += 1
        }
        return try significand.scaled(by: max(kept - taken, 0), isNegative: isNegative)
    }
}

/// Digits read so far, as a number.
private struct Significand {
    private var value: UInt64 = 0
    private var isTooLarge = false

    /// The greatest value that another digit may follow: far above what an `Int64` holds after it.
    private static let valueMax = (UInt64.max - 9) / 10

    @inline(__always)
    mutating func take(_ digit: UInt8) {
        if value > Self.valueMax {
            isTooLarge = true
        } else {
            value = value &* 10 &+ UInt64(digit)
        }
    }

    /// Takes the digits from `start` on, at most `limit` of them; where they end.
    @inline(__always)
    mutating func take(digitsOf text: Span<UInt8>, from start: Int, atMost limit: Int = .max) -> Int
    {
        var index = start
        let end = limit < text.count &- start ? start &+ limit : text.count
        while index < end {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            take(digit)
            index &+= 1
        }
        return index
    }

    /// The number times ten to the power of `zeros`.
    @inline(__always)
    func scaled(by zeros: Int, isNegative: Bool) throws(DecimalError) -> Int64 {
        if value == 0 && !isTooLarge { return 0 }
        guard !isTooLarge, zeros <= DecimalText.decimalsMax else { throw .outOfRange }
        let (magnitude, overflow) = value.multipliedReportingOverflow(by: powersOfTen[zeros])
        let limit = UInt64(Int64.max) + (isNegative ? 1 : 0)
        guard !overflow, magnitude <= limit else { throw .outOfRange }
        return isNegative ? Int64(truncatingIfNeeded: 0 &- magnitude) : Int64(magnitude)
    }
}

/// Ten to the power of the index, 0 ... 19.
let powersOfTen: InlineArray<20, UInt64> = [
    1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000,
    10_000_000_000, 100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000,
    1_000_000_000_000_000, 10_000_000_000_000_000, 100_000_000_000_000_000,
    1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
]
