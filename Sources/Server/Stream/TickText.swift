internal import Trading
internal import Wire

/// The tick's numbers as JSON: exact decimals that always carry a point, integers that never do.
extension OutputSpan where Element == UInt8 {
    /// `value`, at most 20 bytes.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func append(integer value: Int64) {
        DecimalText.append(value, to: &self)
    }

    /// `raw` divided by ten to the power of `decimals`, with at least one digit behind the point:
    /// `15.0`, `-0.505`. At most 22 bytes.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func append(decimal raw: Int64, decimals: Int) {
        DecimalText.append(raw, decimals: decimals, minimumDecimals: 1, to: &self)
    }

    /// The same, or `null`.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func append(decimal raw: Int64?, decimals: Int) {
        guard let raw else {
            append(literal: "null")
            return
        }
        append(decimal: raw, decimals: decimals)
    }

    @inline(__always)
    @_lifetime(self: copy self)
    mutating func append(_ price: Price) { append(decimal: price.raw, decimals: 4) }

    @inline(__always)
    @_lifetime(self: copy self)
    mutating func append(_ quantity: Quantity) { append(decimal: quantity.raw, decimals: 6) }

    @inline(__always)
    @_lifetime(self: copy self)
    mutating func append(_ money: Money) { append(decimal: money.raw, decimals: 6) }

    @inline(__always)
    @_lifetime(self: copy self)
    mutating func append(_ price: ReferencePrice) { append(decimal: price.raw, decimals: 8) }

    /// Milliseconds with up to three decimals, rounded toward zero.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func append(milliseconds duration: Duration) {
        append(decimal: duration.nanoseconds / 1_000, decimals: 3)
    }

    /// Seconds with up to three decimals, rounded toward zero.
    @inline(__always)
    @_lifetime(self: copy self)
    mutating func append(seconds duration: Duration) {
        append(decimal: duration.nanoseconds / 1_000_000, decimals: 3)
    }
}
