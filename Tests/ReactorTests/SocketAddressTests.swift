import Reactor
import Testing

@Suite struct SocketAddressTests {
    @Test(
        "an address is read from the text that it prints",
        arguments: [
            ("127.0.0.1:8002", "127.0.0.1:8002"), ("127.0.0.1", "127.0.0.1:80"),
            ("localhost:1", "127.0.0.1:1"), ("0.0.0.0:65535", "0.0.0.0:65535"),
            ("[::1]:8002", "[::1]:8002"), ("[::1]", "[::1]:80"), ("::1", "[::1]:80"),
            ("::", "[::]:80"), ("[2001:db8::7]:443", "[2001:db8::7]:443"),
            ("255.1.2.3:0", "255.1.2.3:0"),
        ]
    )
    func parsing(text: String, printed: String) throws {
        let address = try SocketAddress(parsing: text, defaultPort: 80)
        #expect(address.description == printed)
        #expect(try SocketAddress(parsing: printed, defaultPort: 1) == address)
    }

    @Test(
        "what is no address is refused with a sentence",
        arguments: [
            "", ":8002", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1",
            "127.0.0.1:8o", "1.2.3", "256.1.1.1", "example.com:80", "[::1", "[::1]x", "[::1]8002",
            "[127.0.0.1]:80", "::1::2:80", "127.0.0.1 ", "127.0.0.1\u{0}", "[]:1",
            String(repeating: "1", count: 1_000),
        ]
    )
    func refused(text: String) {
        let error = #expect(throws: SystemError.self) {
            try SocketAddress(parsing: text, defaultPort: 80)
        }
        #expect(error?.name == "EINVAL")
        #expect(error?.description.hasSuffix("as HOST:PORT: invalid argument (EINVAL)") == true)
    }

    @Test("only this host's own addresses are loopback")
    func loopback() throws {
        for (text, isLoopback) in [
            ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("0.0.0.0", false),
            ("::", false), ("128.0.0.1", false), ("10.0.0.1", false), ("::2", false),
        ] {
            let address = try SocketAddress(parsing: text, defaultPort: 1)
            #expect(address.isLoopback == isLoopback, "\(text)")
        }
    }
}
