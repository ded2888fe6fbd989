internal import Crypto
internal import Testing
internal import Trading
internal import Venues

func credentials(
    secret: String,
    key: String = "f6fadfa7-e5c1-4b62-a362-da5cc13da58a",
    passphrase: String = "pass"
) throws -> APICredentials {
    try APICredentials(
        address: .zero,
        key: Array(key.utf8).span,
        secret: Array(secret.utf8).span,
        passphrase: Array(passphrase.utf8).span
    )
}

func requestSignature(
    secret: String,
    timestamp: UInt64,
    method: String,
    path: String,
    body: String
) throws -> String {
    let credentials = try credentials(secret: secret)
    return written { output in
        credentials.appendSignature(
            timestamp: timestamp,
            method: Array(method.utf8).span,
            path: Array(path.utf8).span,
            body: Array(body.utf8).span,
            to: &output
        )
    }
}

@Suite struct RequestSignatureTests {
    @Test("the check value of the venue's clients comes out")
    func published() throws {
        let text = try requestSignature(
            secret: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            timestamp: 1_000_000,
            method: "test-sign",
            path: "/orders",
            body: "{\"hash\": \"0x123\"}"
        )
        #expect(text == "ZwAdJKvoYRlEKDkNMwd5BuwNNtg93kNaR_oU2HrfVvc=")
    }

    @Test("the proof of an account that the venue's clients test with comes out")
    func publishedClobAuth() throws {
        let key = try privateKey("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80")
        let auth = ClobAuth(address: key.address, timestamp: 10_000_000, nonce: 23)
        let signature = auth.sign(with: key, chainID: 80_002)
        #expect(
            written { signature.appendHexadecimal(to: &$0) }
                == "f62319a987514da40e57e2f4d7529f7bac38f0355bd88bb5adbb3768d80de6c1"
                + "682518e0af677d5260366425f4361e7b70c25ae232aff0ab2331e2b164a1aedc1b"
        )
        #expect(signature.signer(of: auth.digest(chainID: 80_002))?.address == key.address)
        for other in [
            ClobAuth(address: key.address, timestamp: 10_000_001, nonce: 23),
            ClobAuth(address: key.address, timestamp: 10_000_000, nonce: 22),
            ClobAuth(address: .zero, timestamp: 10_000_000, nonce: 23),
        ] {
            #expect(signature.signer(of: other.digest(chainID: 80_002))?.address != key.address)
        }
        #expect(signature.signer(of: auth.digest())?.address != key.address)
    }

    @Test("padding and the alphabet of a secret make no difference; time, path and body do")
    func differences() throws {
        func sign(_ secret: String, _ time: UInt64, _ path: String, _ body: String) throws -> String
        {
            try requestSignature(
                secret: secret,
                timestamp: time,
                method: "POST",
                path: path,
                body: body
            )
        }
        let expected = try sign("-_-_-_-_-_8=", 1, "/order", "{}")
        #expect(try sign("-_-_-_-_-_8", 1, "/order", "{}") == expected)
        #expect(try sign("+/+/+/+/+/8=", 1, "/order", "{}") == expected)
        #expect(try sign("-_-_-_-_-_9=", 1, "/order", "{}") == expected)
        #expect(try sign("-_-_-_-_-_4=", 1, "/order", "{}") != expected)
        #expect(try sign("-_-_-_-_-_8=", 2, "/order", "{}") != expected)
        #expect(try sign("-_-_-_-_-_8=", 1, "/orders", "{}") != expected)
        #expect(try sign("-_-_-_-_-_8=", 1, "/order", "{ }") != expected)
        #expect(try sign("-_-_-_-_-_8=", 1, "/order", "") != expected)
    }

    @Test("what are no credentials is refused for its reason, and errors tell nothing of them")
    func refused() throws {
        for (secret, key, passphrase, reason) in [
            ("", "k", "p", .secret), ("A", "k", "p", .secret), ("hush!", "k", "p", .secret),
            (String(repeating: "A", count: 4_100), "k", "p", .secret),
            ("AAAA", "", "p", .key), ("AAAA", "hush hush", "p", .key),
            ("AAAA", String(repeating: "k", count: 81), "p", .key),
            ("AAAA", "k", "", .passphrase), ("AAAA", "k", "hush\r\nX: y", .passphrase),
            ("AAAA", "k", String(repeating: "p", count: 257), .passphrase),
        ] as [(String, String, String, APICredentialsError)] {
            #expect(throws: reason) {
                try credentials(secret: secret, key: key, passphrase: passphrase)
            }
            #expect(!"\(reason) \(String(reflecting: reason))".contains("hush"))
        }
    }

    @Test("no description, dump or mirror shows secret or passphrase")
    func redacted() throws {
        let value = try credentials(secret: "hushhushhush", passphrase: "quietquiet")
        var dumped = ""
        dump(value, to: &dumped)
        dump([value], to: &dumped)
        let texts = [
            "\(value)", String(reflecting: value), "\([value])", dumped, "\(value.passphrase)",
            String(reflecting: value.secretText),
        ]
        for text in texts {
            #expect(!text.contains("hush") && !text.contains("quiet"), "\(text)")
        }
        #expect("\(value)" == "<API credentials of \(EthereumAddress.zero)>")
        #expect(value.key.description == "f6fadfa7-e5c1-4b62-a362-da5cc13da58a")
    }
}
