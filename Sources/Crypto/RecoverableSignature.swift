/// An ECDSA signature from which the signer's public key can be computed: r, s and v, as Ethereum
/// writes it.
public struct RecoverableSignature: Hashable, Sendable {
    /// Bytes of r, s and v one after another.
    public static let byteCount = 65

    public let r: Word256
    /// At most half of the group's order in what we make (EIP-2).
    public let s: Word256
    /// 27, or 28 when the y coordinate of the nonce's point is odd.
    public let v: UInt8

    /// `nil` unless `v` is 27 or 28. Whether r and s are possible shows in `signer(of:)`.
    public init?(r: Word256, s: Word256, v: UInt8) {
        guard v == 27 || v == 28 else { return nil }
        self.r = r
        self.s = s
        self.v = v
    }

    /// `nil` unless `bytes` are 65 and the last is 27 or 28.
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count == Self.byteCount else { return nil }
        self.init(
            r: Word256(bytes.extracting(0..<32)),
            s: Word256(bytes.extracting(32..<64)),
            v: bytes[64]
        )
    }

    /// Appends the 65 bytes.
    /// - Precondition: there is room.
    public func append(to output: inout OutputSpan<UInt8>) {
        for index in 0..<Word256.byteCount { output.append(r.span[index]) }
        for index in 0..<Word256.byteCount { output.append(s.span[index]) }
        output.append(v)
    }

    /// Appends the 65 bytes as 130 hexadecimal digits, without a prefix.
    /// - Precondition: there is room.
    public func appendHexadecimal(to output: inout OutputSpan<UInt8>) {
        Hexadecimal.append(r.span, to: &output)
        Hexadecimal.append(s.span, to: &output)
        output.append(Hexadecimal.digit(v >> 4))
        output.append(Hexadecimal.digit(v & 0xF))
    }

    /// Whether `s` is in the lower half. The other half is a second signature of the same digest
    /// that anybody can compute; contracts refuse it.
    public var isLow: Bool {
        for index in 0..<Word256.byteCount where s.span[index] != Self.halfOrder[index] {
            return s.span[index] < Self.halfOrder[index]
        }
        return true
    }

    /// The public key whose owner signed `digest`; `nil` when nobody can have made this signature,
    /// or when `s` is in the upper half.
    ///
    /// Any other digest gives a key too, only somebody else's: compare it with the one expected.
    public func signer(of digest: Word256) -> PublicKey? {
        guard isLow else { return nil }
        return Secp256k1.shared.recover(self, of: digest)
    }

    /// Half of the order of the curve's group (SEC 2, section 2.4.1), rounded down.
    private static let halfOrder: InlineArray<32, UInt8> = [
        0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
        0xFF, 0x5D, 0x57, 0x6E, 0x73, 0x57, 0xA4, 0x50, 0x1D, 0xDF, 0xE9, 0x2F, 0x46, 0x68, 0x1B,
        0x20, 0xA0,
    ]
}
