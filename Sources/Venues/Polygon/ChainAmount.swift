public import Crypto

/// Numbers of the chain, which have 256 bits, as amounts of ours, which have 63.
extension Word256 {
    /// The number, if an `Int64` holds it. Dollars and shares of the venue have six decimals on the
    /// chain as they have here, so nothing is rounded.
    public var millionths: Int64? { number.flatMap { Int64(exactly: $0) } }

    /// A number of 1e-18 units (the chain's own coin) in millionths, rounded down; `nil` when an
    /// `Int64` does not hold it.
    public var millionthsOfCoins: Int64? {
        let bytes = span
        var number: UInt128 = 0
        for index in bytes.indices {
            guard index >= 16 || bytes[index] == 0 else { return nil }
            number = number << 8 | UInt128(bytes[index])
        }
        return Int64(exactly: number / 1_000_000_000_000)
    }
}
