internal import Wire

/// What the API serves.
enum Endpoint: CaseIterable {
    case dashboard
    case docs
    case openAPI
    case health
    case metrics
    case parameters
    case emergencyStop
    case stream

    /// The path, exactly: no other spelling of it is known.
    var path: StaticString {
        switch self {
        case .dashboard: "/"
        case .docs: "/docs"
        case .openAPI: "/openapi.json"
        case .health: "/health"
        case .metrics: "/metrics"
        case .parameters: "/api/v1/control/parameters"
        case .emergencyStop: "/api/v1/control/emergency-stop"
        case .stream: "/api/v1/ws/stream"
        }
    }

    /// The one method of the endpoint, as the `allow` field of a 405 names it; `HEAD` goes without
    /// saying where it is `GET` (RFC 9110 section 9.1). `nil` for the stream, which is no resource
    /// of HTTP.
    var method: HTTPMethod? {
        switch self {
        case .dashboard, .docs, .openAPI, .health, .metrics: .get
        case .parameters: .patch
        case .emergencyStop: .post
        case .stream: nil
        }
    }

    /// What an `allow` field says of `method`.
    var allow: StaticString {
        switch self {
        case .dashboard, .docs, .openAPI, .health, .metrics, .stream: "GET"
        case .parameters: "PATCH"
        case .emergencyStop: "POST"
        }
    }

    /// Whether a request by this method is for the endpoint and not a 405.
    func takes(_ method: HTTPMethod) -> Bool {
        method == self.method || method == .head && self.method == .get
    }

    /// The endpoint at exactly these bytes.
    fileprivate init?(path: Span<UInt8>) {
        for endpoint in Endpoint.allCases where path.isEqual(to: endpoint.path) {
            self = endpoint
            return
        }
        return nil
    }
}

/// Where a request path leads, before its method is looked at.
enum Route: Equatable {
    case endpoint(Endpoint)
    /// A known path with slashes too many at its end: 307 to the path without them, whatever the
    /// method, as existing clients were answered.
    case redirect(Endpoint)
    case unknown

    /// - Parameter path: the target up to its query, as received. Escapes are decoded once; a
    ///   target that is no path (absolute form, `*`) or has a broken escape leads nowhere.
    init(path: Span<UInt8>) {
        guard let decoded = try? PercentCoding.decode(path) else {
            self = .unknown
            return
        }
        let bytes = decoded.span
        if let endpoint = Endpoint(path: bytes) {
            self = .endpoint(endpoint)
            return
        }
        var end = bytes.count
        while end > 0 && bytes[end - 1] == UInt8(ascii: "/") { end -= 1 }
        // Only slashes: the dashboard's path is the slash itself.
        if end < bytes.count, end > 0, let endpoint = Endpoint(path: bytes.extracting(0..<end)) {
            self = .redirect(endpoint)
        } else {
            self = .unknown
        }
    }
}

extension Span where Element == UInt8 {
    /// Whether these are exactly the literal's bytes.
    fileprivate func isEqual(to literal: StaticString) -> Bool {
        guard count == literal.utf8CodeUnitCount else { return false }
        return literal.withUTF8Buffer { text in
            for index in indices where unsafe self[index] != text[index] { return false }
            return true
        }
    }
}
