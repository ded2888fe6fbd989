/// What was wrong with a request. The connection cannot be used any more after one of these: where
/// the next request begins is unknown.
public enum HTTPError: Error, Equatable, Sendable {
    /// Not `method SP target SP HTTP/d.d CRLF` (RFC 9112 section 3).
    case malformedRequestLine
    /// A field line that is folded, has a blank before the colon, no name, a byte that no value may
    /// hold, or a line that does not end in CRLF (RFC 9112 sections 2.2, 5.1, 5.2; RFC 9110 5.5).
    case malformedField
    /// No `Host` in HTTP/1.1, more than one, or one that is no host (RFC 9112 section 3.2).
    case badHost
    /// A length that is no number, two that differ, or a length together with a transfer coding:
    /// two readers could disagree about where the body ends (RFC 9112 sections 6.1, 6.3).
    case ambiguousLength
    /// A chunk whose size, extension or line end is not as in RFC 9112 section 7.1.
    case malformedChunk
    /// The target is longer than `HTTPLimits.targetBytesMax`.
    case targetTooLong
    /// The head or the trailer is longer, or has more fields, than `HTTPLimits` allows.
    case headTooLarge
    /// The body is longer than `HTTPLimits.bodyBytesMax`.
    case bodyTooLarge
    /// A transfer coding other than exactly `chunked`.
    case unsupportedTransferCoding
    /// A major version other than 1.
    case unsupportedVersion

    /// The status to answer with before closing.
    public var status: HTTPStatus {
        switch self {
        case .malformedRequestLine, .malformedField, .badHost, .ambiguousLength, .malformedChunk:
            .badRequest
        case .targetTooLong: .uriTooLong
        case .headTooLarge: .fieldsTooLarge
        case .bodyTooLarge: .contentTooLarge
        case .unsupportedTransferCoding: .notImplemented
        case .unsupportedVersion: .versionNotSupported
        }
    }
}
