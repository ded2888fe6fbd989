internal import Crypto
internal import TestSupport
internal import Testing

@Suite struct Base64Tests {
    /// RFC 4648 section 10, and the accept key of RFC 6455 section 1.3.
    private static let table: [([UInt8], String)] = [
        ([], ""), (Array("f".utf8), "Zg=="), (Array("fo".utf8), "Zm8="),
        (Array("foo".utf8), "Zm9v"), (Array("foob".utf8), "Zm9vYg=="),
        (Array("fooba".utf8), "Zm9vYmE="), (Array("foobar".utf8), "Zm9vYmFy"),
        ([0xFB, 0xFF, 0xBE], "+/++"), ([0xFF], "/w=="), ([0, 0, 0], "AAAA"), ([0], "AA=="),
        (
            [
                0xB3, 0x7A, 0x4F, 0x2C, 0xC0, 0x62, 0x4F, 0x16, 0x90, 0xF6, 0x46, 0x06, 0xCF, 0x38,
                0x59, 0x45, 0xB2, 0xBE, 0xC4, 0xEA,
            ],
            "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
        ),
    ]

    @Test("bytes become the text of the table, and the text the bytes", arguments: table)
    func bothWays(_ bytes: [UInt8], _ text: String) {
        #expect(Base64.encode(bytes.span) == Array(text.utf8))
        #expect(Base64.decode(Array(text.utf8).span) == bytes)
    }

    @Test(
        "what is not canonical is refused",
        arguments: [
            // Groups that are not whole.
            "Z", "Zg", "Zg=", "Zm9vY", "Zm9vYg=",
            // Padding where none belongs.
            "====", "Z===", "=Zg=", "Zg==Zm9v", "Zm=v", "Zm9v====",
            // Bits that the last byte does not use.
            "Zh==", "Zm9=", "//==", "AAB=",
            // Letters of other alphabets, blanks, line ends.
            "Zm9-", "Zm9_", "Zm 9", "Zm9\n", "Zm9\u{0}", "Zmé", ".m9v",
        ]
    )
    func refused(_ text: String) {
        #expect(Base64.decode(Array(text.utf8).span) == nil)
    }

    @Test("every length of random bytes comes back")
    func roundTrip() {
        var random = SplitMix64(seed: 4_648)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let text = Base64.encode(bytes.span)
            #expect(text.count == (count + 2) / 3 * 4, "\(count) bytes")
            #expect(Base64.decode(text.span) == bytes, "\(count) bytes")
        }
    }
}
