/// Keccak-256 as Ethereum has it: the sponge of SHA3-256 with the padding of the original
/// submission (one bit 1, zeros, one bit 1) instead of FIPS 202's, which puts `01` in front.
public enum Keccak256 {
    /// The digest of `bytes`.
    public static func hash(_ bytes: Span<UInt8>) -> Word256 {
        var hasher = Keccak256Hasher()
        hasher.update(bytes)
        return hasher.finalize()
    }

    /// The digest of a literal's bytes.
    public static func hash(_ text: StaticString) -> Word256 {
        var hasher = Keccak256Hasher()
        hasher.update(text)
        return hasher.finalize()
    }
}

/// Keccak-256 in pieces, without allocation. A copy taken midway goes on by itself.
public struct Keccak256Hasher: Sendable {
    /// Bytes taken in between two permutations (the rate: 1600 bits less twice 256).
    public static let blockByteCount = 136

    private var lanes = InlineArray<25, UInt64>(repeating: 0)
    /// Bytes of the present block taken in so far, always below `blockByteCount`.
    private var position = 0

    public init() {}

    public mutating func update(_ bytes: Span<UInt8>) {
        var index = 0
        while bytes.count &- index >= 8 {
            // The eight bytes are inside `bytes`, as the line above says.
            let lane = unsafe bytes.bytes.unsafeLoadUnaligned(
                fromByteOffset: index,
                as: UInt64.self
            )
            absorb(UInt64(littleEndian: lane))
            index &+= 8
        }
        while index < bytes.count {
            absorb(bytes[index])
            index &+= 1
        }
    }

    /// The 32 bytes of a word.
    public mutating func update(_ word: Word256) {
        absorb(word.lane(0))
        absorb(word.lane(1))
        absorb(word.lane(2))
        absorb(word.lane(3))
    }

    /// The bytes of a literal.
    public mutating func update(_ text: StaticString) {
        // The literal's bytes are constant and outlive the span.
        text.withUTF8Buffer { bytes in update(unsafe Span(_unsafeElements: bytes)) }
    }

    /// The bytes that a literal's hexadecimal digits stand for: code that stands in the source.
    /// - Precondition: there is an even number of digits and nothing else.
    public mutating func update(hexadecimal text: StaticString) {
        text.withUTF8Buffer { characters in
            // The literal's bytes are constant and outlive the span.
            let digits = unsafe Span(_unsafeElements: characters)
            var index = 0
            while index < digits.count {
                let pair = digits.extracting(index..<(index + 2))
                var byte = InlineArray<1, UInt8>(repeating: 0)
                var target = byte.mutableSpan
                let isByte = Hexadecimal.decode(pair, into: &target)
                precondition(isByte, "not hexadecimal digits")
                absorb(byte[0])
                index += 2
            }
        }
    }

    public consuming func finalize() -> Word256 {
        // The padding's first bit follows the message, its last one ends the block; they may
        // share a byte.
        lanes[position &>> 3] ^= 1 &<< UInt64(position & 7 &* 8)
        lanes[Self.blockByteCount / 8 - 1] ^= 1 << 63
        KeccakPermutation.apply(to: &lanes)
        var digest = InlineArray<32, UInt8>(repeating: 0)
        for index in 0..<32 {
            digest[index] = UInt8(truncatingIfNeeded: lanes[index &>> 3] &>> UInt64(index & 7 &* 8))
        }
        return Word256(digest)
    }

    /// Eight bytes, the first in the lowest bits, wherever the block stands.
    @inline(__always)
    private mutating func absorb(_ lane: UInt64) {
        let shift = UInt64(position & 7) &* 8
        lanes[position &>> 3] ^= lane &<< shift
        position &+= 8
        if position >= Self.blockByteCount {
            KeccakPermutation.apply(to: &lanes)
            position &-= Self.blockByteCount
        }
        // What did not fit belongs to the next lane.
        if shift != 0 { lanes[position &>> 3] ^= lane &>> (64 &- shift) }
    }

    @inline(__always)
    private mutating func absorb(_ byte: UInt8) {
        lanes[position &>> 3] ^= UInt64(byte) &<< UInt64(position & 7 &* 8)
        position &+= 1
        if position == Self.blockByteCount {
            KeccakPermutation.apply(to: &lanes)
            position = 0
        }
    }
}
