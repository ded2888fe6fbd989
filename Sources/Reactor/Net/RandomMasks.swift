internal import Crypto

/// Masks from the system's generator, drawn sixty-four at a time: one for each frame, and nobody who sees
/// one can guess the next (RFC 6455 section 10.3).
final class RandomMasks {
    private static let count = 64

    private var bytes: [UInt8] = []
    private var index = 0

    func next() -> UInt32 {
        if index == bytes.count {
            bytes = randomBytes(4 * Self.count)
            index = 0
        }
        var mask: UInt32 = 0
        for offset in 0..<4 { mask |= UInt32(bytes[index + offset]) << UInt32(8 * offset) }
        index += 4
        return mask
    }
}
