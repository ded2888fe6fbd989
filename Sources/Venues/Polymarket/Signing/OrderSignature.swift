public import Crypto

/// An order's signature as it goes to the venue (polymarket 6.2).
public struct OrderSignature: Hashable, Sendable {
    /// Bytes of the longest text that `appendText` writes: that of a session key's signature.
    public static let textByteCountMax = 2 + 2 * 480

    /// What the key itself made.
    public let inner: RecoverableSignature
    private let form: Form

    enum Form: Hashable, Sendable {
        /// Those 65 bytes alone.
        case plain
        /// A deposit wallet's: followed by the exchange's separator, the order's hash, the order's
        /// type and its length, so that the wallet can compute what was signed.
        case wallet(separator: Word256, structHash: Word256)
        /// The same, made by a key that the wallet's owner has allowed: the ABI's encoding of the
        /// key's address, a zero and those bytes, and a mark.
        case session(key: EthereumAddress, separator: Word256, structHash: Word256)
    }

    init(_ inner: RecoverableSignature, _ form: Form) {
        self.inner = inner
        self.form = form
    }

    /// 65, 317 or 480.
    public var byteCount: Int {
        switch form {
        case .plain: RecoverableSignature.byteCount
        case .wallet: Self.walletByteCount
        // Four words in front; padding to whole words and the mark behind.
        case .session: 4 * 32 + (Self.walletByteCount + 31) / 32 * 32 + 32
        }
    }

    /// Appends `0x` and two digits for each byte.
    /// - Precondition: there is room for `2 + 2 * byteCount` bytes.
    public func appendText(to output: inout OutputSpan<UInt8>) {
        output.append(UInt8(ascii: "0"))
        output.append(UInt8(ascii: "x"))
        switch form {
        case .plain:
            inner.appendHexadecimal(to: &output)
        case .wallet(let separator, let structHash):
            appendWallet(separator, structHash, to: &output)
        case .session(let key, let separator, let structHash):
            // (bytes32, bytes32, bytes): two words, where the bytes begin, how many they are.
            Hexadecimal.append(key.word.span, to: &output)
            Hexadecimal.append(Word256.zero.span, to: &output)
            Hexadecimal.append(Word256(3 * 32).span, to: &output)
            Hexadecimal.append(Word256(UInt64(Self.walletByteCount)).span, to: &output)
            appendWallet(separator, structHash, to: &output)
            let padding = InlineArray<3, UInt8>(repeating: 0)
            Hexadecimal.append(padding.span, to: &output)
            let mark: InlineArray<2, UInt8> = [0x64, 0x92]
            for _ in 0..<16 { Hexadecimal.append(mark.span, to: &output) }
        }
    }

    /// Of a deposit wallet's signature: the key's, two words, the type, two bytes of length.
    private static let walletByteCount =
        RecoverableSignature.byteCount + 2 * Word256.byteCount
        + ExchangeOrder.typeText.utf8CodeUnitCount + 2

    private func appendWallet(
        _ separator: Word256,
        _ structHash: Word256,
        to output: inout OutputSpan<UInt8>
    ) {
        inner.appendHexadecimal(to: &output)
        Hexadecimal.append(separator.span, to: &output)
        Hexadecimal.append(structHash.span, to: &output)
        // The literal's bytes are constant and outlive the span.
        ExchangeOrder.typeText.withUTF8Buffer { bytes in
            Hexadecimal.append(unsafe Span(_unsafeElements: bytes), to: &output)
        }
        let length = UInt16(ExchangeOrder.typeText.utf8CodeUnitCount)
        let lengthBytes: InlineArray<2, UInt8> = [UInt8(length >> 8), UInt8(length & 0xFF)]
        Hexadecimal.append(lengthBytes.span, to: &output)
    }
}
