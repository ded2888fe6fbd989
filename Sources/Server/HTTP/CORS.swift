internal import Wire

/// What an answer says to a browser that asks on behalf of a page of another origin (the Fetch
/// standard, section 3.2). Whoever is not allowed gets the same answer without these fields, and
/// the browser keeps it from the page.
struct CORS {
    let allowed: AllowedOrigins

    /// The fields of an answer to a request with this `Origin`.
    func fields(origin: String?) -> [(name: StaticString, value: String)] {
        if allowed.isAny {
            // Any page, and therefore no credentials.
            return origin == nil ? [] : [("access-control-allow-origin", "*")]
        }
        guard let origin, allowed.allows(origin) else {
            // The answer to another origin would look different (RFC 9110 section 12.5.5).
            return [("vary", "Origin")]
        }
        return [
            ("access-control-allow-origin", origin),
            ("access-control-allow-credentials", "true"),
            ("vary", "Origin"),
        ]
    }

    /// The answer to a preflight: an `OPTIONS` request with `Origin` and
    /// `Access-Control-Request-Method`, on any path.
    func preflight(_ request: Preflight) -> Answer {
        let refusal: String? =
            switch (allowed.allows(request.origin), Self.methods.contains(request.method)) {
            case (true, true): nil
            case (false, true): "Disallowed CORS origin"
            case (true, false): "Disallowed CORS method"
            case (false, false): "Disallowed CORS origin, method"
            }
        guard refusal == nil else {
            return Answer(.badRequest, text: refusal ?? "")
        }
        var answer = Answer(.ok, text: "OK")
        answer.fields = [
            ("access-control-allow-methods", Self.methods.joined(separator: ", ")),
            ("access-control-max-age", "600"),
        ]
        if let headers = request.headers {
            answer.fields.append(("access-control-allow-headers", headers))
        }
        return answer
    }

    private static let methods = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
}

/// The question that a browser asks before it sends a request that a plain form could not.
struct Preflight: Equatable {
    let origin: String
    /// `Access-Control-Request-Method`
    let method: String
    /// `Access-Control-Request-Headers`, given back as it came.
    let headers: String?

    init(origin: String, method: String, headers: String?) {
        self.origin = origin
        self.method = method
        self.headers = headers
    }

    /// `nil` for every request that is not a preflight.
    init?(_ head: HTTPRequestHead) {
        guard head.method == .options,
            let origin = head.text(of: "origin"),
            let method = head.text(of: "access-control-request-method")
        else { return nil }
        self.init(
            origin: origin,
            method: method,
            headers: head.text(of: "access-control-request-headers")
        )
    }
}
