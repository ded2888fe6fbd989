import Server
import Testing
import Wire

@testable import Server

@Suite struct AllowedOriginsTests {
    @Test("the default allows every port of this machine's names and nothing else")
    func localhost() {
        let table: [(String, Bool)] = [
            ("http://localhost", true),
            ("http://localhost:3000", true),
            ("http://LOCALHOST:3000", true),
            ("http://127.0.0.1:8080", true),
            ("https://localhost:3000", false),
            ("http://localhost.evil.example", false),
            ("http://localhost:3000.evil.example", false),
            ("http://localhost:", false),
            ("http://localhost:3000/", false),
            ("http://localhost:123456", false),
            ("http://evil.example", false),
            ("null", false),
            ("", false),
        ]
        for (origin, isAllowed) in table {
            #expect(AllowedOrigins.localhost.allows(origin) == isAllowed, "\(origin)")
        }
    }

    @Test("a list is parsed, and what is no origin is refused")
    func parsing() throws {
        let origins = try #require(
            AllowedOrigins(parsing: "https://desk.example, http://[::1]:*, http://10.0.0.1:8443")
        )
        #expect(origins.allows("https://desk.example"))
        #expect(!origins.allows("https://desk.example:444"))
        #expect(origins.allows("http://[::1]:5173"))
        #expect(origins.allows("http://10.0.0.1:8443"))
        #expect(!origins.allows("http://10.0.0.1:8444"))
        #expect(!origins.isAny)

        let any = try #require(AllowedOrigins(parsing: "*"))
        #expect(any.isAny)
        #expect(any.allows("https://anything.example"))
        let none = try #require(AllowedOrigins(parsing: ""))
        #expect(!none.allows("http://localhost:3000"))

        for bad in [
            "desk.example", "ftp://desk.example", "https://", "https://a/b", "https://a:b",
            "https://a:70000", "https://*.example", "https:desk", "https://u@h", "https://a/",
        ] {
            #expect(AllowedOrigins(parsing: bad) == nil, "\(bad)")
        }
        let many = (0...AllowedOrigins.countMax).map { "http://h\($0)" }.joined(separator: ",")
        #expect(AllowedOrigins(parsing: many) == nil)
    }
}

@Suite struct CORSTests {
    private let listed = CORS(allowed: .localhost)
    private let any = CORS(allowed: AllowedOrigins(parsing: "*")!)

    private func text(_ fields: [(name: StaticString, value: String)]) -> [String] {
        fields.map { "\($0.name): \($0.value)" }
    }

    @Test("an allowed origin is named, with credentials; another one gets nothing")
    func fields() {
        #expect(
            text(listed.fields(origin: "http://localhost:3000")) == [
                "access-control-allow-origin: http://localhost:3000",
                "access-control-allow-credentials: true", "vary: Origin",
            ]
        )
        #expect(text(listed.fields(origin: "https://evil.example")) == ["vary: Origin"])
        #expect(text(listed.fields(origin: nil)) == ["vary: Origin"])
    }

    @Test("any origin means no credentials")
    func anyOrigin() {
        #expect(
            text(any.fields(origin: "https://evil.example")) == ["access-control-allow-origin: *"]
        )
        #expect(any.fields(origin: nil).isEmpty)
    }

    @Test("a preflight is granted or refused with a word")
    func preflight() {
        let local = "http://localhost:3000"
        let table: [(Preflight, Int, String)] = [
            (Preflight(origin: local, method: "PATCH", headers: "x-api-key"), 200, "OK"),
            (Preflight(origin: local, method: "FOO", headers: nil), 400, "Disallowed CORS method"),
            (
                Preflight(origin: "https://evil.example", method: "PATCH", headers: nil), 400,
                "Disallowed CORS origin"
            ),
            (
                Preflight(origin: "https://evil.example", method: "patch", headers: nil), 400,
                "Disallowed CORS origin, method"
            ),
        ]
        for (preflight, status, body) in table {
            let answer = listed.preflight(preflight)
            #expect(answer.status.code == status)
            guard case .shared(let bytes) = answer.body else {
                Issue.record("a preflight has content")
                continue
            }
            let text = String(decoding: (0..<bytes.count).map { bytes.span[$0] }, as: UTF8.self)
            #expect(text == body)
            let headers = answer.fields.first { "\($0.name)" == "access-control-allow-headers" }
            #expect(headers?.value == (status == 200 ? preflight.headers : nil))
        }
    }
}
