/// The checksum of a record: CRC-32C (Castagnoli), as in RFC 3720 section 12.1 and appendix B.4.
///
/// It finds accidents: every error of up to three bits in a record, every burst of up to 32.
enum CRC32C {
    /// What eight turns of the division do to each byte; the reflected polynomial is 0x82F63B78.
    private static let table: [UInt32] = (0..<256).map { byte in
        var remainder = UInt32(byte)
        for _ in 0..<8 {
            remainder = remainder & 1 == 0 ? remainder >> 1 : remainder >> 1 ^ 0x82F6_3B78
        }
        return remainder
    }

    static func checksum(of bytes: Span<UInt8>) -> UInt32 {
        let table = table.span
        var remainder = UInt32.max
        for index in bytes.indices {
            let entry = Int(UInt8(truncatingIfNeeded: remainder) ^ bytes[index])
            remainder = remainder >> 8 ^ table[entry]
        }
        return ~remainder
    }
}
