/// A number's decimal digits, in place.
struct DecimalDigits {
    private var digits = InlineArray<20, UInt8>(repeating: 0)
    private var count = 0

    init(_ number: UInt64) {
        var rest = number
        var index = digits.count
        repeat {
            index -= 1
            digits[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        count = digits.count - index
    }

    var span: Span<UInt8> {
        @_lifetime(borrow self) get { digits.span.extracting((digits.count - count)...) }
    }
}
