internal import Trading

/// What the tick's JSON is made of: constant pieces, integers and decimals, written into a span
/// without `String` and without `Double`.
extension OutputSpan where Element == UInt8 {
    /// The literal's bytes, in one piece.
    /// - Precondition: there is room.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func append(_ literal: StaticString) {
        let count = literal.utf8CodeUnitCount
        precondition(count <= freeCapacity, "the text does not fit")
        // A pointer literal has `count` constant bytes, and `count` more fit after those written.
        unsafe withUnsafeMutableBufferPointer { buffer, written in
            guard let base = buffer.baseAddress else { return }
            unsafe (base + written).initialize(from: literal.utf8Start, count: count)
            written += count
        }
    }

    /// The bytes of another span, which are ASCII that needs no escape.
    /// - Precondition: there is room.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func append(ascii bytes: Span<UInt8>) {
        precondition(bytes.count <= freeCapacity, "the text does not fit")
        unsafe withUnsafeMutableBufferPointer { buffer, written in
            // As above; the two never overlap, because one of them is being written.
            unsafe bytes.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
                unsafe (to + written).initialize(from: from, count: source.count)
            }
            written += bytes.count
        }
    }

    /// `value` in decimal digits, at most 20.
    @_lifetime(self: copy self)
    mutating func append(integer value: UInt64) {
        var digits = InlineArray<20, UInt8>(repeating: 0)
        var start = 20
        var rest = value
        repeat {
            let quotient = rest / 10
            start -= 1
            digits[start] = UInt8(truncatingIfNeeded: rest &- quotient &* 10) &+ 0x30
            rest = quotient
        } while rest != 0
        append(ascii: digits.span.extracting(start..<20))
    }

    /// `value` in decimal digits with its sign, at most 20.
    @_lifetime(self: copy self)
    mutating func append(integer value: Int64) {
        if value < 0 { append(UInt8(ascii: "-")) }
        append(integer: value.magnitude)
    }

    /// `raw` divided by ten to the power of `scale`, exactly, with at least one digit on each side
    /// of the point and no zero at the end beyond that: `15.0`, `-0.505`. At most 22 bytes.
    @_lifetime(self: copy self)
    mutating func append(decimal raw: Int64, scale: DecimalScale) {
        if raw < 0 { append(UInt8(ascii: "-")) }
        let (whole, fraction) = raw.magnitude.quotientAndRemainder(dividingBy: scale.divisor)
        if whole < 10 {
            append(UInt8(truncatingIfNeeded: whole) &+ 0x30)
        } else {
            append(integer: whole)
        }
        append(fraction: fraction, digits: scale.digits)
    }

    /// The point and the digits after it, without the zeros at the end but the first.
    @_lifetime(self: copy self)
    private mutating func append(fraction: UInt64, digits: Int) {
        append(UInt8(ascii: "."))
        guard fraction != 0 else {
            append(UInt8(ascii: "0"))
            return
        }
        var text = InlineArray<8, UInt8>(repeating: 0)
        var rest = fraction
        var end = 0
        for index in stride(from: digits - 1, through: 0, by: -1) {
            let quotient = rest / 10
            let digit = UInt8(truncatingIfNeeded: rest &- quotient &* 10)
            text[index] = digit &+ 0x30
            if end == 0 && digit != 0 { end = index + 1 }
            rest = quotient
        }
        append(ascii: text.span.extracting(0..<end))
    }

    /// `raw` as `append(decimal:scale:)` does, or `null`.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func append(decimal raw: Int64?, scale: DecimalScale) {
        guard let raw else {
            append("null")
            return
        }
        append(decimal: raw, scale: scale)
    }

    /// Exactly `digits` (at most 8) decimal digits of `value`, zeros in front.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func append(padded value: Int64, digits: Int) {
        var text = InlineArray<8, UInt8>(repeating: 0x30)
        var rest = value
        for index in stride(from: digits - 1, through: 0, by: -1) {
            text[index] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30
            rest /= 10
        }
        append(ascii: text.span.extracting(0..<digits))
    }

    /// `2026-01-19T14:30:00.123456`: 26 characters, UTC without a zone, as the API's clients have
    /// always seen it. Years 1970 ... 2261.
    @_lifetime(self: copy self)
    mutating func append(time: Timestamp) {
        let microseconds = max(time.nanoseconds, 0) / 1_000
        let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        let (days, secondOfDay) = seconds.quotientAndRemainder(dividingBy: 86_400)
        let date = CivilDate(daysSince1970: days)
        append(padded: date.year, digits: 4)
        append(UInt8(ascii: "-"))
        append(padded: date.month, digits: 2)
        append(UInt8(ascii: "-"))
        append(padded: date.day, digits: 2)
        append(UInt8(ascii: "T"))
        append(padded: secondOfDay / 3_600, digits: 2)
        append(UInt8(ascii: ":"))
        append(padded: secondOfDay / 60 % 60, digits: 2)
        append(UInt8(ascii: ":"))
        append(padded: secondOfDay % 60, digits: 2)
        append(UInt8(ascii: "."))
        append(padded: fraction, digits: 6)
    }
}

/// How many decimals a scaled integer has.
enum DecimalScale {
    /// 1e-3: milliseconds from microseconds, seconds from milliseconds.
    case thousandths
    /// 1e-4: prices of the venue.
    case tenThousandths
    /// 1e-5: half ticks.
    case hundredThousandths
    /// 1e-6: money and shares.
    case millionths
    /// 1e-8: reference prices.
    case hundredMillionths

    var digits: Int {
        switch self {
        case .thousandths: 3
        case .tenThousandths: 4
        case .hundredThousandths: 5
        case .millionths: 6
        case .hundredMillionths: 8
        }
    }

    var divisor: UInt64 {
        switch self {
        case .thousandths: 1_000
        case .tenThousandths: 10_000
        case .hundredThousandths: 100_000
        case .millionths: 1_000_000
        case .hundredMillionths: 100_000_000
        }
    }
}
