/// The methods this project answers to. Anything else that is a token is `other`: it can be
/// routed (and refused with 405), but not told apart.
public enum HTTPMethod: Sendable {
    case get, head, post, put, patch, delete, options, other

    /// The method spelled by `token`. Methods are case-sensitive (RFC 9110 section 9.1).
    init(_ token: Span<UInt8>) {
        self =
            if HTTPSyntax.equal(token, "GET") {
                .get
            } else if HTTPSyntax.equal(token, "POST") {
                .post
            } else if HTTPSyntax.equal(token, "PATCH") {
                .patch
            } else if HTTPSyntax.equal(token, "OPTIONS") {
                .options
            } else if HTTPSyntax.equal(token, "HEAD") {
                .head
            } else if HTTPSyntax.equal(token, "PUT") {
                .put
            } else if HTTPSyntax.equal(token, "DELETE") {
                .delete
            } else {
                .other
            }
    }
}

/// The version a request is served as. `HTTP/1.2` and later minors are served as 1.1 (RFC 9110
/// section 2.5); other majors are refused.
public enum HTTPVersion: Sendable {
    case http1_0, http1_1
}

/// A status code with its standard reason phrase (RFC 9110 section 15).
public struct HTTPStatus: Equatable, Sendable {
    /// Three digits, 100 to 599.
    public let code: Int

    /// - Precondition: `code` is 100 to 599.
    public init(_ code: Int) {
        precondition((100...599).contains(code), "a status code has three digits, 100 to 599")
        self.code = code
    }

    public static let ok = HTTPStatus(200)
    public static let temporaryRedirect = HTTPStatus(307)
    public static let badRequest = HTTPStatus(400)
    public static let forbidden = HTTPStatus(403)
    public static let notFound = HTTPStatus(404)
    public static let methodNotAllowed = HTTPStatus(405)
    public static let requestTimeout = HTTPStatus(408)
    public static let contentTooLarge = HTTPStatus(413)
    public static let uriTooLong = HTTPStatus(414)
    public static let unprocessableContent = HTTPStatus(422)
    public static let upgradeRequired = HTTPStatus(426)
    public static let tooManyRequests = HTTPStatus(429)
    public static let fieldsTooLarge = HTTPStatus(431)
    public static let internalServerError = HTTPStatus(500)
    public static let notImplemented = HTTPStatus(501)
    public static let serviceUnavailable = HTTPStatus(503)
    public static let versionNotSupported = HTTPStatus(505)

    /// The standard phrase; empty for a code that has none here.
    public var reason: StaticString {
        switch code {
        case 100: "Continue"
        case 101: "Switching Protocols"
        case 200: "OK"
        case 204: "No Content"
        case 307: "Temporary Redirect"
        case 400: "Bad Request"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }
}
