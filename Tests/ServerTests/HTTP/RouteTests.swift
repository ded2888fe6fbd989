import Server
import Testing
import Wire

@testable import Server

@Suite struct RouteTests {
    private func route(_ path: String) -> Route {
        let bytes = Array(path.utf8)
        return Route(path: bytes.span)
    }

    @Test("each path leads to its endpoint, escaped or not, and no other spelling does")
    func paths() {
        let table: [(String, Route)] = [
            ("/", .endpoint(.dashboard)),
            ("/health", .endpoint(.health)),
            ("/docs", .endpoint(.docs)),
            ("/openapi.json", .endpoint(.openAPI)),
            ("/metrics", .endpoint(.metrics)),
            ("/api/v1/control/parameters", .endpoint(.parameters)),
            ("/api/v1/control/emergency-stop", .endpoint(.emergencyStop)),
            ("/api/v1/ws/stream", .endpoint(.stream)),
            ("/%68ealth", .endpoint(.health)),
            ("/%2568ealth", .unknown),
            ("/%6", .unknown),
            ("/health%00", .unknown),
            ("/Health", .unknown),
            ("//health", .unknown),
            ("/api//v1/control/parameters", .unknown),
            ("/api/v1/../v1/control/parameters", .unknown),
            ("//", .unknown),
            ("*", .unknown),
            ("http://localhost:8002/health", .unknown),
            ("/favicon.ico", .unknown),
            ("/nope/", .unknown),
            ("", .unknown),
        ]
        for (path, expected) in table { #expect(route(path) == expected, "\(path)") }
    }

    @Test("slashes too many at the end redirect")
    func slashes() {
        #expect(route("/health/") == .redirect(.health))
        #expect(route("/health///") == .redirect(.health))
        #expect(route("/health%2F") == .redirect(.health))
        #expect(route("/api/v1/control/emergency-stop/") == .redirect(.emergencyStop))
    }

    @Test("each endpoint takes its one method, and HEAD where that is GET")
    func methods() {
        let all: [HTTPMethod] = [.get, .head, .post, .put, .patch, .delete, .options, .other]
        for endpoint in Endpoint.allCases {
            let expected: [HTTPMethod] =
                switch endpoint {
                case .parameters: [.patch]
                case .emergencyStop: [.post]
                case .stream: []
                case .dashboard, .docs, .openAPI, .health, .metrics: [.get, .head]
                }
            #expect(all.filter { endpoint.takes($0) } == expected)
        }
    }
}
