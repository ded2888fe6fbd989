internal import Wire

/// Cuts what comes in pieces into lines and reads each as a signing request. Blank lines are
/// nothing.
///
///     reader.receive(chunk)                        // until the input ends, then finish()
///     while let item = reader.next() { ... }
public struct SigningRequestReader: ~Copyable {
    /// A request is about 1 kB; the longest of the fixtures is 5 kB.
    public static let lineByteCountMax = 65_536

    public enum Item: Sendable {
        case request(line: Int, SigningRequest)
        case refused(line: Int, SigningRequestError)
    }

    private var lines = TextLines(byteCountMax: lineByteCountMax)

    public init() {}

    public mutating func receive(_ bytes: Span<UInt8>) { lines.receive(bytes) }

    /// There are no more bytes.
    public mutating func finish() { lines.finish() }

    /// The next line's request; `nil` when more bytes are needed or none will come.
    public mutating func next() -> Item? {
        while true {
            switch lines.next() {
            case .needMore, .end: return nil
            case .tooLong: return .refused(line: lines.number, SigningRequestError(.tooLong))
            case .line:
                if Self.isBlank(lines.line) { continue }
                do {
                    let request = try SigningRequestDecoder.decode(lines.line)
                    return .request(line: lines.number, request)
                } catch {
                    return .refused(line: lines.number, error)
                }
            }
        }
    }

    private static func isBlank(_ line: Span<UInt8>) -> Bool {
        for index in line.indices where line[index] != 0x20 && line[index] != 0x09 {
            return false
        }
        return true
    }
}
