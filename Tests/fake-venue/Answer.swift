internal import Foundation
internal import Wire

/// A request that is complete.
struct VenueRequest {
    let method: String
    /// Without the query.
    let path: String
    let query: [String: String]
    let body: [UInt8]
    let fields: AuthenticationFields

    init(_ head: HTTPRequestHead, body: [UInt8]) {
        let method = head.methodText
        self.method = String(decoding: method.indices.map { method[$0] }, as: UTF8.self)
        let parts = head.targetText.split(separator: "?", maxSplits: 1).map(String.init)
        path = parts.first ?? "/"
        var query: [String: String] = [:]
        for pair in (parts.count > 1 ? parts[1] : "").split(separator: "&") {
            let sides = pair.split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            ).map(String.init)
            query[sides[0]] = sides.count > 1 ? sides[1].removingPercentEncoding : ""
        }
        self.query = query
        self.body = body
        fields = AuthenticationFields(head)
    }

    /// The parts of the path.
    var words: [String] { path.split(separator: "/").map(String.init) }

    /// The body as a tree of JSON.
    var json: Any? {
        try? JSONSerialization.jsonObject(with: Data(body), options: .fragmentsAllowed)
    }

    /// A number of the query, at most a decade of seconds either way.
    func number(_ name: String) -> Int? {
        query[name].flatMap { Int($0) }.map { min(max($0, -400_000_000), 400_000_000) }
    }
}

/// What is answered.
struct Answer {
    let status: HTTPStatus
    let body: String
    let isJSON: Bool
    /// Seconds of `Retry-After`.
    var retryAfter: Int?
    /// Tokens left in the signer's bucket.
    var remaining: Int?

    init(status: Int = 200, json: JSONValue) {
        self.status = HTTPStatus(status)
        body = json.written
        isJSON = true
    }

    init(status: Int = 200, plain body: String) {
        self.status = HTTPStatus(status)
        self.body = body
        isJSON = false
    }

    /// `{"error":"…"}`, as the venue complains.
    init(status: Int, error: String) { self.init(status: status, json: ["error": .text(error)]) }

    static let notFound = Answer(status: 404, error: "Not Found")

    /// - Parameter closes: whether the connection ends with it.
    func encoded(closes: Bool) -> SharedBytes {
        var response = HTTPResponse(status)
        response.add("content-type", isJSON ? "application/json" : "text/plain")
        if let retryAfter { response.add("retry-after", "\(retryAfter)") }
        if let remaining {
            response.add("poly-ratelimit-remaining", "\(remaining)")
            response.add("poly-ratelimit-tier", "standard")
        }
        return response.encoded(body: Array(body.utf8).span, date: Span(), closes: closes)
    }
}

/// What becomes of a request.
enum Reply {
    case answer(Answer, afterMilliseconds: Int = 0)
    /// The connection is closed without a word.
    case hangUp
    /// Nothing is answered, now or ever on this connection.
    case silence
}
