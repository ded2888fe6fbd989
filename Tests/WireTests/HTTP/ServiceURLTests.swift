import Testing

@testable import Wire

@Suite struct ServiceURLTests {
    @Test("addresses are taken apart")
    func addresses() throws {
        let cases: [(String, ServiceURL.Scheme, String, UInt16, String, String)] = [
            ("https://clob.example", .https, "clob.example", 443, "/", "clob.example"),
            (
                "https://Clob.Example:443/a?b=c", .https, "clob.example", 443, "/a?b=c",
                "clob.example"
            ),
            ("wss://s.example:9443/ws", .wss, "s.example", 9443, "/ws", "s.example:9443"),
            ("WS://127.0.0.1?x", .ws, "127.0.0.1", 80, "/?x", "127.0.0.1"),
            ("http://[::1]:8002/", .http, "::1", 8002, "/", "[::1]:8002"),
            ("http://[FE80::A]", .http, "fe80::a", 80, "/", "[fe80::a]"),
        ]
        for (text, scheme, host, port, target, authority) in cases {
            let url = try ServiceURL(text)
            #expect(url.scheme == scheme && url.host == host && url.port == port, "\(text)")
            #expect(url.target == target && url.authority == authority, "\(text)")
            let again = try ServiceURL(url.description)
            #expect(again == url)
        }
        #expect(
            try ServiceURL("https://a:1/x").with(target: "/y?z").description == "https://a:1/y?z"
        )
    }

    @Test("what is none is refused with its reason")
    func refusals() {
        let cases: [(String, ServiceURL.Failure)] = [
            ("", .unknownScheme), ("ftp://a", .unknownScheme), ("https:a", .unknownScheme),
            ("a.example", .unknownScheme), ("https://", .badHost), ("https:///x", .badHost),
            ("https://:443", .badHost), ("https://a b", .malformed), ("https://a\r\n", .malformed),
            ("https://ä.example", .malformed), ("https://u:p@a", .userInformation),
            ("https://a/#f", .fragment), ("https://a:0", .badPort), ("https://a:65536", .badPort),
            ("https://a:", .badPort), ("https://a:8x", .badPort), ("https://[::1", .badHost),
            ("https://[a.b]", .badHost), ("https://[::1]x", .badHost), ("https://a*b", .badHost),
            ("https://" + String(repeating: "a", count: 254), .badHost),
            ("https://a/" + String(repeating: "a", count: 4_096), .malformed),
        ]
        for (text, failure) in cases {
            #expect(throws: failure, "\(text)") { try ServiceURL(text) }
        }
    }
}
