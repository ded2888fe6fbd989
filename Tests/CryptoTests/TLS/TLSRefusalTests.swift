import TestSupport
import Testing

@testable import Crypto

/// Servers that must not be trusted. Each is refused with its reason, and gets no byte of plaintext.
@Suite(.enabled(if: ThrowawayCA.isPresent, Comment(rawValue: ThrowawayCA.absenceMessage)))
struct TLSRefusalTests {
    /// Shakes hands, and expects that the client refuses.
    private func expectRefusal(
        _ error: TLSError,
        by server: TLSContext,
        host: String = "localhost",
        at now: Int64 = TLSFixture.now,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for step in [1, .max] {
            let pair = try TLSPair(TLSFixture.client(), server, host: host, step: step, at: now)
            pair.run()
            #expect(pair.client.error == error, sourceLocation: sourceLocation)
            #expect(!pair.client.isConnected, sourceLocation: sourceLocation)
            #expect(pair.server.received.isEmpty, sourceLocation: sourceLocation)
            let secret = Array("secret".utf8)
            #expect(throws: error, sourceLocation: sourceLocation) {
                try pair.client.write(secret)
            }
            #expect(pair.client.output().isEmpty, sourceLocation: sourceLocation)
            #expect(!error.description.isEmpty)
        }
    }

    private func server(_ identity: ThrowawayCA.Identity) throws -> TLSContext {
        try TLSContext(
            certificateFile: identity.certificateFile,
            keyFile: identity.keyFile
        )
    }

    @Test("a self-signed certificate")
    func selfSigned() throws {
        let identity = try TLSFixture.ca.get().issueSelfSigned(names: "DNS:localhost")
        try expectRefusal(.selfSigned, by: server(identity))
    }

    @Test("a certificate of another root, and any certificate when only the system is trusted")
    func otherRoot() throws {
        let other = try ThrowawayCA()
        try expectRefusal(.unknownIssuer, by: server(other.issue(names: "DNS:localhost")))
        let pair = try TLSPair(TLSContext(trust: .system), TLSFixture.server())
        pair.run()
        #expect(pair.client.error == .unknownIssuer && !pair.server.isConnected)
    }

    @Test("a certificate for another name")
    func wrongName() throws {
        let server = try TLSFixture.server()
        let names = ["example.com", "localhost.example", "sub.localhost", "127.0.0.1.nip.io"]
        for name in names {
            try expectRefusal(.wrongName(expected: name), by: server, host: name)
        }
        let ca = try TLSFixture.ca.get()
        let wildcard = try self.server(ca.issue(names: "DNS:*.example.com,DNS:w*.partial.org"))
        let good = try TLSPair(TLSFixture.client(), wildcard, host: "a.example.com")
        good.run()
        #expect(good.client.isConnected)
        for name in ["example.com", "a.b.example.com", "www.partial.org"] {
            try expectRefusal(.wrongName(expected: name), by: wildcard, host: name)
        }
    }

    @Test("a name that only the common name holds (RFC 9525 section 6.3)")
    func commonNameOnly() throws {
        let identity = try TLSFixture.ca.get().issue(names: "", commonName: "localhost")
        try expectRefusal(.wrongName(expected: "localhost"), by: server(identity))
        let other = try TLSFixture.ca.get().issue(names: "DNS:other", commonName: "localhost")
        try expectRefusal(.wrongName(expected: "localhost"), by: server(other))
    }

    @Test("a certificate that is over its time, or before it")
    func time() throws {
        let server = try TLSFixture.server()
        try expectRefusal(.expired, by: server, at: TLSFixture.daysFromNow(31))
        try expectRefusal(.notYetValid, by: server, at: TLSFixture.daysFromNow(-2))
    }

    @Test("TLS 1.0 and 1.1")
    func oldVersions() throws {
        for version in [TLSFixture.tls10, TLSFixture.tls11] {
            let server = try TLSFixture.server { policy in
                policy.lowestVersion = version
                policy.highestVersion = version
                policy.ciphers = "ALL:@SECLEVEL=0"
                policy.securityLevel = 0
            }
            try expectRefusal(.protocolVersion, by: server)
        }
    }

    @Test("anonymous, NULL and otherwise weak ciphers")
    func ciphers() throws {
        for ciphers in ["aNULL", "eNULL", "AES128-SHA", "ECDHE-ECDSA-AES128-SHA"] {
            let server = try TLSFixture.server { policy in
                policy.highestVersion = TLSFixture.tls12
                policy.ciphers = ciphers + ":@SECLEVEL=0"
                policy.securityLevel = 0
            }
            try expectRefusal(.noCommonCipher, by: server)
        }
    }

    @Test("a ServerHello that picks an old version, or a cipher that was not offered")
    func forgedHello() throws {
        let cases: [(UInt8, [UInt8], TLSError)] = [
            (1, [0xC0, 0x2B], .protocolVersion), (2, [0xC0, 0x2B], .protocolVersion),
            // NULL with MD5, NULL with SHA256, anonymous ECDHE.
            (3, [0x00, 0x01], .noCommonCipher), (3, [0x00, 0x3B], .noCommonCipher),
            (3, [0xC0, 0x18], .noCommonCipher),
        ]
        for (minor, cipher, error) in cases {
            let client = try TLSFixture.client()
            let end = TLSEnd(try TLSSession(client, host: "localhost", at: TLSFixture.now))
            end.takeAll()
            // Version, 32 bytes of random, no session, cipher, no compression (RFC 5246 7.4.1.3).
            let random = (0..<32).map { UInt8($0) }
            let body = [3, minor] + random + [0] + cipher + [0]
            let message = [2, 0, 0, UInt8(body.count)] + body
            let record = [22, 3, minor, 0, UInt8(message.count)] + message
            end.receive(record, step: .max)
            #expect(end.error == error, "\(minor) \(cipher)")
        }
    }

    @Test("an alert is told in words")
    func alert() throws {
        let client = try TLSFixture.client()
        let end = TLSEnd(try TLSSession(client, host: "localhost", at: TLSFixture.now))
        end.takeAll()
        // Fatal, unrecognized_name (RFC 6066 section 3).
        end.receive([21, 3, 3, 0, 2, 2, 112], step: .max)
        #expect(end.error == .refusedByPeer(alert: "tlsv1 unrecognized name"))
    }
}
