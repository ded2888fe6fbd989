internal import Trading
internal import Wire

/// An answer before it is bytes: what it says, not how it is framed.
struct Answer {
    enum Body {
        case none
        case bytes([UInt8])
        /// A page that is part of the program.
        case page(Page)
    }

    var status: HTTPStatus
    var contentType: StaticString?
    var body: Body
    var fields: [(name: StaticString, value: String)] = []
    /// The connection ends after this answer, whatever the client asked for.
    var closes = false

    /// An answer without content.
    init(_ status: HTTPStatus) {
        self.status = status
        body = .none
    }

    /// Plain text.
    init(_ status: HTTPStatus, text: String) {
        self.status = status
        contentType = "text/plain; charset=utf-8"
        body = .bytes(Array(text.utf8))
    }

    /// JSON as it is given: compact, UTF-8.
    init(_ status: HTTPStatus, json: [UInt8]) {
        self.status = status
        contentType = "application/json"
        body = .bytes(json)
    }

    /// `{"detail":…}`: how the API says that something was refused.
    init(_ status: HTTPStatus, detail: StaticString) {
        var json = Array(#"{"detail":""#.utf8)
        detail.withUTF8Buffer { unsafe json.append(contentsOf: $0) }
        json.append(contentsOf: #""}"#.utf8)
        self.init(status, json: json)
    }

    /// A page of the program, with the fields that keep it from loading or being loaded by others.
    init(page: Page) {
        status = .ok
        contentType = page.contentType
        body = .page(page)
        if page.isHTML {
            fields = [
                (
                    "content-security-policy",
                    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
                        + "connect-src 'self' ws: wss:; img-src data:; base-uri 'none'; "
                        + "form-action 'none'; frame-ancestors 'none'"
                ),
                ("x-content-type-options", "nosniff"),
                ("referrer-policy", "no-referrer"),
            ]
        }
    }

    static let notFound = Answer(.notFound, detail: "Not Found")
    static let keyRefused = Answer(.forbidden, detail: "Invalid or missing X-API-KEY")
    static let keyNotConfigured = Answer(
        .internalServerError,
        detail: "Security key not configured on server"
    )

    static func methodNotAllowed(allow: StaticString) -> Answer {
        var answer = Answer(.methodNotAllowed, detail: "Method Not Allowed")
        answer.fields = [("allow", allow.description)]
        return answer
    }

    /// - Parameter host: the request's `Host`; without one (HTTP/1.0) the location is a path.
    static func redirect(to endpoint: Endpoint, host: String?, query: String) -> Answer {
        var answer = Answer(.temporaryRedirect)
        let origin = host.map { "http://\($0)" } ?? ""
        answer.fields = [("location", origin + endpoint.path.description + query)]
        return answer
    }

    /// `GET /health`
    static func health(connections: Int) -> Answer {
        Answer(.ok, json: Array(#"{"status":"ok","connections":\#(connections)}"#.utf8))
    }
}
