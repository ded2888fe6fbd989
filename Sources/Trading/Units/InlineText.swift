/// A short ASCII text held in place, so that values which carry it never allocate: token ids
/// (a 256-bit number has at most 78 digits), condition ids, slugs.
public struct InlineText: Hashable, Sendable {
    /// The longest text that fits, in bytes.
    public static let countMax = 80

    private var bytes = InlineArray<80, UInt8>(repeating: 0)
    private var length: UInt8 = 0

    /// The empty text.
    public init() {}

    /// `nil` when `bytes` is longer than `countMax` or holds anything but printable ASCII without
    /// `"` and `\` (so that it can stand in a JSON string as it is).
    public init?(_ bytes: Span<UInt8>) {
        guard bytes.count <= Self.countMax else { return nil }
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte >= 0x20 && byte < 0x7F && byte != 0x22 && byte != 0x5C else { return nil }
            self.bytes[index] = byte
        }
        length = UInt8(bytes.count)
    }

    /// `nil` under the same conditions as `init(_:)` of bytes.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        self.init(bytes.span)
    }

    public var count: Int { Int(length) }
    public var isEmpty: Bool { length == 0 }

    /// The text's bytes.
    public var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span.extracting(0..<Int(length)) }
    }

    /// For people: logs, reports.
    public var description: String {
        var text = ""
        for index in 0..<count { text.unicodeScalars.append(Unicode.Scalar(bytes[index])) }
        return text
    }

    public static func == (lhs: InlineText, rhs: InlineText) -> Bool {
        guard lhs.length == rhs.length else { return false }
        for index in 0..<lhs.count where lhs.bytes[index] != rhs.bytes[index] { return false }
        return true
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(length)
        for index in 0..<count { hasher.combine(bytes[index]) }
    }
}

extension InlineText: CustomStringConvertible {}
