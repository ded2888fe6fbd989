/// Why a text is no address.
public enum AddressError: Error, Equatable, Sendable {
    /// Not `0x` and 40 hexadecimal digits.
    case malformed
    /// Upper and lower case mixed in another way than EIP-55 has it: most likely a typing error.
    case wrongChecksum
}

extension AddressError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed: "an address is 0x and 40 hexadecimal digits"
        case .wrongChecksum: "the address's upper and lower case do not fit (EIP-55): mistyped?"
        }
    }
}

/// The 20 bytes of an account or a contract.
public struct EthereumAddress: Hashable, Sendable {
    /// Bytes of the text that `appendText` writes: `0x` and 40 digits.
    public static let textByteCount = 42

    public static let zero = EthereumAddress(lastBytesOf: .zero)

    /// The address as the ABI and EIP-712 encode it: twelve zeros, then the address.
    public let word: Word256

    /// The last 20 bytes of `word`: how an address comes out of a hash.
    public init(lastBytesOf word: Word256) {
        var word = word
        for index in 0..<12 { word.bytes[index] = 0 }
        self.word = word
    }

    /// - Parameter text: `0x` and 40 hexadecimal digits. All of one case are taken as they are;
    ///   mixed cases must be EIP-55's.
    public init(hexadecimal text: Span<UInt8>) throws(AddressError) {
        guard text.count == Self.textByteCount, Hexadecimal.hasPrefix(text) else {
            throw .malformed
        }
        let digits = text.extracting(2...)
        var bytes = InlineArray<20, UInt8>(repeating: 0)
        var target = bytes.mutableSpan
        guard Hexadecimal.decode(digits, into: &target) else { throw .malformed }
        var word = Word256()
        for index in bytes.indices { word.bytes[12 + index] = bytes[index] }
        self.word = word
        guard Self.isMixed(digits) else { return }
        let expected = checksumText
        for index in digits.indices where digits[index] != expected[index + 2] {
            throw .wrongChecksum
        }
    }

    /// An address that stands in the source.
    /// - Precondition: it is one, as `init(hexadecimal:)` has it.
    public init(constant text: StaticString) {
        // The literal's bytes are constant and outlive the span.
        let address = text.withUTF8Buffer { bytes in
            try? EthereumAddress(hexadecimal: unsafe Span(_unsafeElements: bytes))
        }
        guard let address else { preconditionFailure("not an address: \(text)") }
        self = address
    }

    /// The address's 20 bytes.
    public var span: Span<UInt8> {
        @_lifetime(borrow self) get { word.bytes.span.extracting(12...) }
    }

    /// Appends the address in EIP-55's mixed case.
    /// - Precondition: there is room for `textByteCount` bytes.
    public func appendText(to output: inout OutputSpan<UInt8>) {
        let text = checksumText
        for index in text.indices { output.append(text[index]) }
    }

    /// `0x` and 40 digits; a letter is upper case where the digit at the same place of the
    /// Keccak-256 of the lower-case text is 8 or more (EIP-55).
    public var checksumText: InlineArray<42, UInt8> {
        var text = InlineArray<42, UInt8>(repeating: UInt8(ascii: "0"))
        text[1] = UInt8(ascii: "x")
        for index in 0..<20 {
            let byte = word.bytes[12 + index]
            text[2 + index * 2] = Hexadecimal.digit(byte >> 4)
            text[3 + index * 2] = Hexadecimal.digit(byte & 0xF)
        }
        let hash = Keccak256.hash(text.span.extracting(2...))
        for index in 0..<40 where text[2 + index] >= UInt8(ascii: "a") {
            let byte = hash.bytes[index / 2]
            if (index % 2 == 0 ? byte >> 4 : byte & 0xF) >= 8 { text[2 + index] -= 0x20 }
        }
        return text
    }

    /// Where a contract is put that `factory` makes with the instruction CREATE2 (EIP-1014).
    ///
    /// - Parameter initCodeHash: the Keccak-256 of the code that makes it, arguments included.
    public static func create2(
        factory: EthereumAddress,
        salt: Word256,
        initCodeHash: Word256
    ) -> EthereumAddress {
        var hasher = Keccak256Hasher()
        let mark: InlineArray<1, UInt8> = [0xFF]
        hasher.update(mark.span)
        hasher.update(factory.span)
        hasher.update(salt)
        hasher.update(initCodeHash)
        return EthereumAddress(lastBytesOf: hasher.finalize())
    }

    private static func isMixed(_ digits: Span<UInt8>) -> Bool {
        var hasUpper = false
        var hasLower = false
        for index in digits.indices where digits[index] > UInt8(ascii: "9") {
            if digits[index] < UInt8(ascii: "a") { hasUpper = true } else { hasLower = true }
        }
        return hasUpper && hasLower
    }
}

extension EthereumAddress: CustomStringConvertible {
    /// In EIP-55's mixed case.
    public var description: String {
        unsafe String(unsafeUninitializedCapacity: Self.textByteCount) { buffer in
            // The closure is lent room for `textByteCount` bytes, and that many are written.
            var output = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
            appendText(to: &output)
            return unsafe output.finalize(for: buffer)
        }
    }
}
