/// Percent-encoding (RFC 3986 section 2.1).
public enum PercentCoding {
    /// Why a path could not be decoded.
    public enum Failure: Error, Equatable, Sendable {
        /// A `%` that is not followed by two hexadecimal digits.
        case malformedEscape
        /// `%00`: no path holds it, and C would stop reading there.
        case nulByte
    }

    /// The bytes of `path` with every escape replaced by its byte. They may be no UTF-8. Decoded
    /// once: `%2541` becomes `%41`.
    public static func decode(_ path: Span<UInt8>) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(path.count)
        var index = 0
        while index < path.count {
            guard path[index] == UInt8(ascii: "%") else {
                bytes.append(path[index])
                index += 1
                continue
            }
            guard index + 2 < path.count, let high = hexadecimalValue(path[index + 1]),
                let low = hexadecimalValue(path[index + 2])
            else { throw .malformedEscape }
            let byte = high << 4 | low
            guard byte != 0 else { throw .nulByte }
            bytes.append(byte)
            index += 3
        }
        return bytes
    }
}
