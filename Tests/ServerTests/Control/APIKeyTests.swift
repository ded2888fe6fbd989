import Server
import Testing

@testable import Server

@Suite struct APIKeyTests {
    private func check(_ key: String?, _ presented: String?) -> APIKey.Verdict {
        guard let presented else { return APIKey(key).check(nil) }
        let bytes = Array(presented.utf8)
        return APIKey(key).check(bytes.span)
    }

    @Test("only the key itself is the key")
    func verdicts() {
        let table: [(String?, String?, APIKey.Verdict)] = [
            ("testkey", "testkey", .granted),
            ("testkey", "TESTKEY", .refused),
            ("testkey", "testkey ", .refused),
            ("testkey", "testke", .refused),
            ("testkey", "", .refused),
            ("testkey", nil, .refused),
            ("schlüssel", "schlüssel", .granted),
            (nil, "testkey", .notConfigured),
            ("", "", .notConfigured),
            (nil, nil, .notConfigured),
        ]
        for (key, presented, verdict) in table { #expect(check(key, presented) == verdict) }
    }

    @Test("a fingerprint is the beginning of the SHA-256")
    func fingerprint() {
        let bytes = Array("testkey".utf8)
        // printf testkey | sha256sum
        #expect(APIKey.fingerprint(of: bytes.span) == "98483c6e")
        #expect(APIKey.fingerprint(of: nil) == "")
    }
}
