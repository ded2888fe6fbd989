/// What was wrong with a response. The connection cannot be used any more after one of these.
public enum HTTPResponseError: Error, Equatable, Sendable {
    /// Not `HTTP/d.d SP 3DIGIT SP [phrase] CRLF` (RFC 9112 section 4): often no HTTP at all.
    case malformedStatusLine
    /// A major version other than 1.
    case unsupportedVersion
    /// A field line as in `HTTPError.malformedField`.
    case malformedField
    /// Lengths that contradict each other, a length beside a transfer coding, or either of them where
    /// no body may be (RFC 9112 sections 6.1 to 6.3).
    case ambiguousLength
    /// A chunk whose size, extension or line end is not as in RFC 9112 section 7.1.
    case malformedChunk
    /// A transfer coding other than exactly `chunked`.
    case unsupportedTransferCoding
    /// The head or the trailer is longer, or has more fields, than `HTTPResponseLimits` allows.
    case headTooLarge
    /// The body is longer than `HTTPResponseLimits.bodyBytesMax`.
    case bodyTooLarge
    /// More interim responses (1xx) than `HTTPResponseLimits.interimCountMax`.
    case tooManyInterims
    /// 101 without having been asked for.
    case unexpectedUpgrade
    /// Bytes behind a response, or without a request.
    case unexpectedBytes
    /// The connection ended before the first byte of a response.
    case noResponse
    /// The connection ended within a response; or without a length, and not cleanly (RFC 9112
    /// sections 8 and 9.8).
    case truncated

    /// The client's view of what both roles check alike.
    init(_ error: HTTPError) {
        self =
            switch error {
            case .malformedField, .malformedRequestLine, .badHost, .targetTooLong: .malformedField
            case .ambiguousLength: .ambiguousLength
            case .malformedChunk: .malformedChunk
            case .headTooLarge: .headTooLarge
            case .bodyTooLarge: .bodyTooLarge
            case .unsupportedTransferCoding: .unsupportedTransferCoding
            case .unsupportedVersion: .unsupportedVersion
            }
    }

    /// A sentence for a log.
    public var text: StaticString {
        switch self {
        case .malformedStatusLine: "the answer does not begin like HTTP"
        case .unsupportedVersion: "the answer is of another HTTP than 1.x"
        case .malformedField: "a malformed header field in the answer"
        case .ambiguousLength: "the answer contradicts itself about its length"
        case .malformedChunk: "a malformed chunk in the answer"
        case .unsupportedTransferCoding: "a transfer coding that nobody asked for"
        case .headTooLarge: "the answer's head is too large"
        case .bodyTooLarge: "the answer's body is too large"
        case .tooManyInterims: "too many interim answers"
        case .unexpectedUpgrade: "the server changed the protocol unasked"
        case .unexpectedBytes: "the server sent bytes that no request asked for"
        case .noResponse: "the connection ended without an answer"
        case .truncated: "the connection ended within the answer"
        }
    }
}

/// How much of a response is taken before it is refused. Every value is the largest still accepted.
public struct HTTPResponseLimits: Equatable, Sendable {
    /// Bytes of the whole head, status line and empty line included.
    public var headBytesMax = 32 * 1_024
    /// Field lines of a head, and of a trailer.
    public var fieldCountMax = 256
    /// Bytes of the body after chunk decoding.
    public var bodyBytesMax = 8 * 1_024 * 1_024
    /// Bytes of a chunk's size line with its extensions and line end.
    public var chunkLineBytesMax = 256
    /// Bytes of a trailer.
    public var trailerBytesMax = 4 * 1_024
    /// Interim responses before the final one.
    public var interimCountMax = 8

    /// Bytes of the status line with its line end.
    static let statusLineBytesMax = 1_024

    public init() {}

    public init(bodyBytesMax: Int) {
        self.bodyBytesMax = bodyBytesMax
    }

    /// The same for what both roles decode alike.
    var shared: HTTPLimits {
        var limits = HTTPLimits()
        limits.headBytesMax = headBytesMax
        limits.fieldCountMax = fieldCountMax
        limits.bodyBytesMax = bodyBytesMax
        limits.chunkLineBytesMax = chunkLineBytesMax
        limits.trailerBytesMax = trailerBytesMax
        return limits
    }
}
