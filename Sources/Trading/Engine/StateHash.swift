/// A running 64-bit digest of everything the engine decided and every cent it booked: two runs of
/// one build over the same events end with the same value, or something was not deterministic.
///
/// FNV-1a over whole words, with a final mix; a check against accidents, not against an adversary.
public struct StateHash: Hashable, Sendable, CustomStringConvertible {
    public private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

    mutating func mix(_ word: some FixedWidthInteger) {
        value = (value ^ UInt64(truncatingIfNeeded: word)) &* 0x0000_0100_0000_01B3
        value ^= value >> 29
    }

    /// Sixteen hexadecimal digits.
    public var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
