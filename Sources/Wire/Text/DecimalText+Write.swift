/// Scaled integers into text.
extension DecimalText {
    /// Appends `value` divided by ten to the power of `decimals`, without the zeros at the end but
    /// with at least `minimumDecimals` digits behind the point: at scale 6, `15_000_000` is `15`
    /// with 0, `15.0` with 1, `15.000000` with 6. Without digits behind it there is no point.
    ///
    /// - Precondition: 0 <= `minimumDecimals` <= `decimals` <= 18, and there is room (at most
    ///   `byteCountMax` bytes).
    public static func append(
        _ value: Int64,
        decimals: Int,
        minimumDecimals: Int,
        to output: inout OutputSpan<UInt8>
    ) {
        precondition(
            minimumDecimals >= 0 && minimumDecimals <= decimals && decimals <= decimalsMax,
            "no such scale"
        )
        if value < 0 { output.append(UInt8(ascii: "-")) }
        let (whole, fraction) = value.magnitude.quotientAndRemainder(
            dividingBy: powersOfTen[decimals]
        )
        append(whole, to: &output)
        var rest = fraction
        var digits = decimals
        // Every turn takes one zero off the end.
        while digits > minimumDecimals {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            guard digit == 0 else { break }
            rest = quotient
            digits -= 1
        }
        guard digits > 0 else { return }
        output.append(UInt8(ascii: "."))
        appendDigits(of: rest, count: digits, to: &output)
    }

    /// Appends `value` in digits, at most 20.
    /// - Precondition: there is room.
    public static func append(_ value: UInt64, to output: inout OutputSpan<UInt8>) {
        appendDigits(of: value, count: digitCount(value), to: &output)
    }

    /// Appends `value` in digits, with a minus if it is negative, at most 20 bytes.
    /// - Precondition: there is room.
    public static func append(_ value: Int64, to output: inout OutputSpan<UInt8>) {
        if value < 0 { output.append(UInt8(ascii: "-")) }
        append(value.magnitude, to: &output)
    }

    /// Appends exactly `digits` digits of `value`, zeros in front: `07`.
    /// - Precondition: `value` has no more than `digits` digits, and there is room.
    public static func append(
        _ value: UInt64,
        digits: Int,
        to output: inout OutputSpan<UInt8>
    ) {
        precondition(digits >= digitCount(value), "the number has more digits than its field")
        appendDigits(of: value, count: digits, to: &output)
    }

    private static func digitCount(_ value: UInt64) -> Int {
        var count = 1
        while count < 20 && value >= powersOfTen[count] { count += 1 }
        return count
    }

    /// Appends the last `count` digits of `value`, from the back, two at a time.
    private static func appendDigits(
        of value: UInt64,
        count: Int,
        to output: inout OutputSpan<UInt8>
    ) {
        precondition(count <= output.freeCapacity, "the number does not fit")
        // There is room for `count` bytes, and each of them is written once.
        unsafe output.withUnsafeMutableBufferPointer { buffer, written in
            var rest = value
            var index = written + count
            while index &- written >= 2 {
                let pair = rest % 100
                rest /= 100
                index &-= 2
                unsafe buffer.initializeElement(at: index, to: digit(pair / 10))
                unsafe buffer.initializeElement(at: index &+ 1, to: digit(pair % 10))
            }
            if index > written {
                unsafe buffer.initializeElement(at: written, to: digit(rest % 10))
            }
            written += count
        }
    }

    @inline(__always)
    private static func digit(_ value: UInt64) -> UInt8 {
        UInt8(truncatingIfNeeded: value) &+ UInt8(ascii: "0")
    }
}
