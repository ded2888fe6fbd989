internal import Crypto
internal import TestSupport
internal import Testing

@Suite struct Base64URLTests {
    private func decoded(_ text: String) -> [UInt8]? {
        guard let secret = Base64URL.decodeSecret(Array(text.utf8).span) else { return nil }
        return (0..<secret.count).map { secret.span[$0] }
    }

    /// RFC 4648 section 10, and bytes that need the two letters of this alphabet.
    private static let table: [([UInt8], String)] = [
        ([], ""), (Array("f".utf8), "Zg=="), (Array("fo".utf8), "Zm8="),
        (Array("foo".utf8), "Zm9v"), (Array("foob".utf8), "Zm9vYg=="),
        (Array("fooba".utf8), "Zm9vYmE="), (Array("foobar".utf8), "Zm9vYmFy"),
        ([0xFB, 0xFF, 0xBE], "-_--"), ([0xFF], "_w=="), ([0, 0, 0], "AAAA"),
    ]

    @Test("bytes become the text of the table, and the text the bytes", arguments: table)
    func bothWays(_ bytes: [UInt8], _ text: String) {
        #expect(written { Base64URL.append(bytes.span, to: &$0) } == text)
        #expect(text.utf8.count == Base64URL.textByteCount(bytes.count))
        #expect(decoded(text) == bytes)
        // Without padding, and in the other alphabet.
        #expect(decoded(text.filter { $0 != "=" }) == bytes)
        let other = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        #expect(decoded(other) == bytes)
    }

    @Test(
        "what is no Base64 is refused",
        arguments: [
            "Z", "Zm9vY", "Z===", "====", "=", "Zg=", "Zm9v=", "Zm9v==", "Zg==Zg==", "Zm 9",
            "Zm9\n", "Zm9.", "Zmé", "Z=g=",
        ]
    )
    func refused(_ text: String) {
        #expect(decoded(text) == nil)
    }

    @Test("unused bits of the last character may be anything, as the venue's clients have it")
    func unusedBits() {
        #expect(decoded("Zh==") == Array("f".utf8))
        #expect(decoded("Zm9") == Array("fo".utf8))
    }

    @Test("every length of random bytes comes back; too long a text is no secret")
    func roundTrip() {
        var random = SplitMix64(seed: 4_648)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = written { Base64URL.append(bytes.span, to: &$0) }
            #expect(decoded(text) == bytes, "\(count) bytes")
        }
        #expect(decoded(String(repeating: "A", count: 4_096))?.count == 3_072)
        #expect(decoded(String(repeating: "A", count: 4_100)) == nil)
    }
}
