/// 32 bytes as Ethereum has them: a hash, a `bytes32`, or, read with the most significant byte
/// first, a `uint256`.
public struct Word256: Sendable {
    public static let byteCount = 32
    /// Bytes of the text that `appendText` writes: `0x` and 64 digits.
    public static let textByteCount = 66

    public static let zero = Word256()

    var bytes: InlineArray<32, UInt8>

    /// Zero.
    public init() { bytes = InlineArray(repeating: 0) }

    public init(_ bytes: InlineArray<32, UInt8>) { self.bytes = bytes }

    /// - Precondition: there are 32 bytes.
    public init(_ bytes: Span<UInt8>) {
        precondition(bytes.count == Self.byteCount, "a word has 32 bytes")
        self.init()
        for index in bytes.indices { self.bytes[index] = bytes[index] }
    }

    /// The word that `text` spells: `0x` and 64 hexadecimal digits, in either case. `nil` for
    /// anything else.
    public init?(hexadecimal text: Span<UInt8>) {
        guard Hexadecimal.hasPrefix(text) else { return nil }
        self.init()
        var target = bytes.mutableSpan
        guard Hexadecimal.decode(text.extracting(2...), into: &target) else { return nil }
    }

    /// A word that stands in the source.
    /// - Precondition: it is one, as `init(hexadecimal:)` has it.
    public init(constant text: StaticString) {
        // The literal's bytes are constant and outlive the span.
        let word = text.withUTF8Buffer { bytes in
            Word256(hexadecimal: unsafe Span(_unsafeElements: bytes))
        }
        guard let word else { preconditionFailure("not a word: \(text)") }
        self = word
    }

    /// The bytes, in order.
    public var span: Span<UInt8> {
        @_lifetime(borrow self) get { bytes.span }
    }

    /// Appends `0x` and 64 lower-case digits.
    /// - Precondition: there is room for `textByteCount` bytes.
    public func appendText(to output: inout OutputSpan<UInt8>) {
        output.append(UInt8(ascii: "0"))
        output.append(UInt8(ascii: "x"))
        Hexadecimal.append(span, to: &output)
    }

    /// Eight bytes from `index * 8` on, the first of them in the lowest bits.
    @inline(__always)
    func lane(_ index: Int) -> UInt64 {
        precondition(index >= 0 && index < 4, "a word has four lanes")
        // The eight bytes are inside the word, as the line above says.
        return UInt64(
            littleEndian: unsafe bytes.span.bytes.unsafeLoadUnaligned(
                fromByteOffset: index &* 8,
                as: UInt64.self
            )
        )
    }
}

extension Word256: Hashable {
    /// Not in constant time: for what everybody may know.
    public static func == (lhs: Word256, rhs: Word256) -> Bool {
        for index in 0..<4 where lhs.lane(index) != rhs.lane(index) { return false }
        return true
    }

    public func hash(into hasher: inout Hasher) {
        for index in 0..<4 { hasher.combine(lane(index)) }
    }
}

extension Word256: CustomStringConvertible {
    /// As `appendText` writes it.
    public var description: String {
        unsafe String(unsafeUninitializedCapacity: Self.textByteCount) { buffer in
            // The closure is lent room for `textByteCount` bytes, and that many are written.
            var output = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
            appendText(to: &output)
            return unsafe output.finalize(for: buffer)
        }
    }
}
