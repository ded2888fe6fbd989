/// How much of a request is taken before it is refused. Every value is the largest still accepted.
public struct HTTPLimits: Equatable, Sendable {
    /// Bytes of the request target; more is 414.
    public var targetBytesMax = 12 * 1_024
    /// Bytes of the whole head, request line and empty line included; more is 431.
    public var headBytesMax = 16 * 1_024
    /// Field lines of a head, and of a trailer; more is 431.
    public var fieldCountMax = 256
    /// Bytes of the body after chunk decoding; more is 413.
    public var bodyBytesMax = 64 * 1_024
    /// Bytes of a chunk's size line with its extensions and line end; more is 400.
    public var chunkLineBytesMax = 256
    /// Bytes of a trailer; more is 431.
    public var trailerBytesMax = 4 * 1_024
    /// Empty lines ignored before a request line (RFC 9112 section 2.2); more is 400.
    public var emptyLinesMax = 2

    /// Bytes of a method; more is 400.
    static let methodBytesMax = 32

    public init() {}
}
