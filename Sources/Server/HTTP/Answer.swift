internal import Trading
internal import Wire

/// An answer before it is bytes: what it says, not how it is framed.
struct Answer {
    enum Body {
        case none
        case shared(SharedBytes)
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
        body = .shared(SharedBytes(text))
    }

    /// JSON as it is given: compact, UTF-8.
    init(_ status: HTTPStatus, json: consuming ByteBuffer) {
        self.status = status
        contentType = "application/json"
        body = .shared(SharedBytes(copying: json.span))
    }

    /// `{"detail":…}`: how the API says that something was refused.
    init(_ status: HTTPStatus, detail: StaticString) {
        var json = ByteBuffer(capacity: 128)
        json.append(#"{"detail":""#)
        json.append(detail)
        json.append(#""}"#)
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
    /// - Parameter connections: clients of the stream.
    static func health(connections: Int) -> Answer {
        var json = ByteBuffer(capacity: 64)
        json.append(#"{"status":"ok","connections":"#)
        json.append(upTo: DecimalText.byteCountMax) {
            DecimalText.append(UInt64(connections), to: &$0)
        }
        json.append("}")
        return Answer(.ok, json: json)
    }
}

extension Answer {
    /// The last answer on a connection that did not speak HTTP as it should. What existing clients
    /// know without content (400, 501) stays without.
    init(_ error: HTTPError) {
        switch error {
        case .targetTooLong: self.init(error.status, detail: "Request target too long")
        case .headTooLarge: self.init(error.status, detail: "Request head too large")
        case .bodyTooLarge: self.init(error.status, detail: "Request body too large")
        case .unsupportedVersion:
            self.init(error.status, detail: "Only HTTP/1.0 and HTTP/1.1 are spoken here")
        case .malformedRequestLine, .malformedField, .badHost, .ambiguousLength, .malformedChunk,
            .unsupportedTransferCoding:
            self.init(error.status)
        }
    }

    /// The answer to a handshake that cannot be granted (RFC 6455 sections 4.2.2 and 4.4).
    init(_ refusal: WebSocketHandshake.Refusal) {
        let isVersion = refusal == .unsupportedVersion
        self.init(isVersion ? .upgradeRequired : .badRequest, detail: refusal.detail)
        if isVersion {
            fields = [
                ("upgrade", "websocket"), ("connection", "Upgrade"),
                ("sec-websocket-version", "13"),
            ]
        }
    }

    /// The answer as bytes, fields of the answer first, then those of CORS.
    func encoded(
        cors: [(name: StaticString, value: String)],
        date: Span<UInt8>,
        closes: Bool,
        omitsBody: Bool
    ) -> SharedBytes {
        var response = HTTPResponse(status)
        if let contentType { response.add("content-type", contentType.description) }
        for field in fields { response.add(field.name, field.value) }
        for field in cors { response.add(field.name, field.value) }
        switch body {
        case .none: return response.encoded(date: date, closes: closes)
        case .shared(let bytes):
            return response.encoded(
                body: bytes.span,
                date: date,
                closes: closes,
                omitsBody: omitsBody
            )
        case .page(let page):
            return response.encoded(
                body: page.content.span,
                date: date,
                closes: closes,
                omitsBody: omitsBody
            )
        }
    }
}
