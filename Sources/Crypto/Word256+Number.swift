/// A word as a number, most significant byte first.
extension Word256 {
    /// Digits of the greatest number, 2^256 - 1.
    public static let decimalByteCountMax = 78

    public init(_ number: UInt64) {
        self.init()
        for index in 0..<8 {
            bytes[24 + index] = UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64(index)))
        }
    }

    /// The number that `text` spells: one to 78 digits without a zero in front, below 2^256.
    /// `nil` for anything else.
    public init?(decimal text: Span<UInt8>) {
        guard !text.isEmpty, text.count <= Self.decimalByteCountMax else { return nil }
        guard text[0] != UInt8(ascii: "0") || text.count == 1 else { return nil }
        // The least significant limb first.
        var limbs = InlineArray<4, UInt64>(repeating: 0)
        for index in text.indices {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            var carry = UInt64(digit)
            for limb in 0..<4 {
                let (high, low) = limbs[limb].multipliedFullWidth(by: 10)
                let (sum, overflow) = low.addingReportingOverflow(carry)
                limbs[limb] = sum
                carry = high + (overflow ? 1 : 0)
            }
            guard carry == 0 else { return nil }
        }
        self.init()
        for index in bytes.indices {
            let limb = limbs[3 - index / 8]
            bytes[index] = UInt8(truncatingIfNeeded: limb >> (56 - 8 * UInt64(index % 8)))
        }
    }

    /// The number, if it is below 2^64.
    public var number: UInt64? {
        guard lane(0) | lane(1) | lane(2) == 0 else { return nil }
        return lane(3).byteSwapped
    }

    /// Appends the number in decimal digits, without a zero in front.
    /// - Precondition: there is room, at most `decimalByteCountMax` bytes.
    public func appendDecimal(to output: inout OutputSpan<UInt8>) {
        // The most significant limb first, divided by 10^18 until nothing is left; each remainder
        // is 18 digits, the last ones first.
        var limbs: InlineArray<4, UInt64> = [
            lane(0).byteSwapped, lane(1).byteSwapped, lane(2).byteSwapped, lane(3).byteSwapped,
        ]
        let chunk: UInt64 = 1_000_000_000_000_000_000
        var digits = InlineArray<90, UInt8>(repeating: UInt8(ascii: "0"))
        var start = digits.count - 1
        var end = digits.count
        while limbs[0] | limbs[1] | limbs[2] | limbs[3] != 0 {
            var remainder: UInt64 = 0
            for index in limbs.indices {
                (limbs[index], remainder) = chunk.dividingFullWidth((remainder, limbs[index]))
            }
            var index = end
            while remainder != 0 {
                index -= 1
                digits[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: remainder % 10)
                remainder /= 10
            }
            start = min(start, index)
            end -= 18
        }
        for index in start..<digits.count { output.append(digits[index]) }
    }
}
