internal import Crypto
internal import TestSupport
internal import Testing

@Suite struct DigestTests {
    /// FIPS 180-4's examples, and the sample handshake of RFC 6455 section 1.3.
    private static let sha1Vectors: [(String, String)] = [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
        ),
        (
            "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11",
            "b37a4f2cc0624f1690f64606cf385945b2bec4ea"
        ),
    ]

    @Test("SHA-1 gives the published digests", arguments: sha1Vectors)
    func sha1(_ text: String, _ digest: String) {
        let bytes = Array(text.utf8)
        #expect(hexadecimal(SHA1.hash(bytes.span).span) == digest)
    }

    @Test("SHA-1 of a million letters, in pieces of an odd length, is the published one")
    func sha1Million() {
        let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 997)
        var hasher = SHA1Hasher()
        var left = 1_000_000
        while left > 0 {
            let count = min(left, piece.count)
            hasher.update(piece.span.extracting(0..<count))
            left -= count
        }
        #expect(
            hexadecimal(hasher.finalize().span) == "34aa973cd4c4daa4f61eeb2bdbad27316534016f"
        )
    }

    @Test(
        "SHA-256 gives the published digests",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ]
    )
    func sha256(_ text: String, _ digest: String) {
        let bytes = Array(text.utf8)
        #expect(hexadecimal(SHA256.hash(bytes.span).span) == digest)
    }

    @Test("a text hashed in pieces has the digest of the whole, wherever it is cut")
    func pieces() {
        for (text, digest) in Self.sha1Vectors {
            for way in DripFeed.ways(Array(text.utf8)) {
                var hasher = SHA1Hasher()
                for piece in way { hasher.update(piece.span) }
                #expect(hexadecimal(hasher.finalize().span) == digest)
            }
        }
    }

    @Test("a copy taken midway goes on by itself, and leaves the original alone")
    func copies() {
        let beginning = Array("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmno".utf8)
        var hasher = SHA1Hasher()
        hasher.update(beginning.span)
        for ending in ["mnopnopq", "", "x", String(repeating: "y", count: 200)] {
            var copy = hasher
            copy.update(Array(ending.utf8).span)
            let whole = SHA1.hash((beginning + Array(ending.utf8)).span)
            #expect(hexadecimal(copy.finalize().span) == hexadecimal(whole.span), "\(ending)")
        }
        #expect(hexadecimal(hasher.finalize().span) == hexadecimal(SHA1.hash(beginning.span).span))
    }
}

func hexadecimal(_ bytes: Span<UInt8>) -> String {
    var text = ""
    for index in bytes.indices {
        let digits = String(bytes[index], radix: 16)
        text += digits.count == 1 ? "0" + digits : digits
    }
    return text
}
