import TestSupport
import Testing

@testable import Crypto

@Suite(.enabled(if: ThrowawayCA.isPresent, Comment(rawValue: ThrowawayCA.absenceMessage)))
struct TLSSessionTests {
    private func pattern(_ count: Int) -> [UInt8] {
        var random = SplitMix64(seed: 5)
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    @Test("both ends get what the other wrote, whole and byte by byte", arguments: [1, 7, .max])
    func exchange(step: Int) throws {
        for version in [TLSFixture.tls12, TLSFixture.tls13] {
            let server = try TLSFixture.server { $0.highestVersion = version }
            let pair = try TLSPair(TLSFixture.client(), server, step: step)
            pair.run()
            #expect(pair.client.isConnected && pair.server.isConnected)
            let details = pair.client.session.details
            #expect(details.version == (version == TLSFixture.tls13 ? "TLSv1.3" : "TLSv1.2"))
            #expect(!details.isResumed && pair.client.error == nil)
            // More than two records.
            let up = pattern(40_000)
            let down = Array(pattern(3).reversed())
            try pair.client.write(up)
            try pair.server.write(down)
            try pair.server.write(down)
            pair.run()
            #expect(pair.server.received == up)
            #expect(pair.client.received == down + down)
            pair.client.session.close()
            pair.client.session.close()
            pair.run()
            #expect(pair.server.hasEnded && !pair.client.hasEnded)
            pair.server.session.close()
            pair.run()
            #expect(pair.client.hasEnded)
            pair.client.receiveEnd()
            pair.server.receiveEnd()
            #expect(pair.client.error == nil && pair.server.error == nil)
        }
    }

    @Test("a certificate for an address serves that address")
    func address() throws {
        let pair = try TLSPair(TLSFixture.client(), TLSFixture.server(), host: "127.0.0.1")
        pair.run()
        #expect(pair.client.isConnected)
        let other = try TLSPair(TLSFixture.client(), TLSFixture.server(), host: "127.0.0.2")
        other.run()
        #expect(other.client.error == .wrongName(expected: "127.0.0.2"))
    }

    @Test("the second connection to a server takes the first one's session up, also after a cut")
    func resumption() throws {
        for version in [TLSFixture.tls12, TLSFixture.tls13] {
            let client = try TLSFixture.client()
            let server = try TLSFixture.server { $0.highestVersion = version }
            for round in 0..<3 {
                let pair = try TLSPair(client, server)
                pair.run()
                try pair.server.write([1])
                pair.run()
                #expect(pair.client.received == [1])
                #expect(pair.client.session.details.isResumed == (round > 0))
                // Without close_notify, as when the network goes.
                pair.client.receiveEnd()
                #expect(pair.client.error == .truncated)
            }
            // Another name is another server.
            let other = try TLSPair(client, server, host: "127.0.0.1")
            other.run()
            #expect(other.client.isConnected && !other.client.session.details.isResumed)
        }
    }

    @Test("a server that has forgotten the session is shaken hands with from the start")
    func forgottenSession() throws {
        let client = try TLSFixture.client()
        for _ in 0..<2 {
            let pair = try TLSPair(client, TLSFixture.server())
            pair.run()
            try pair.server.write([1])
            pair.run()
            #expect(pair.client.received == [1] && !pair.client.session.details.isResumed)
        }
    }

    @Test("an end without close_notify is told apart from a clean one")
    func truncation() throws {
        let pair = try TLSPair(TLSFixture.client(), TLSFixture.server())
        pair.run()
        try pair.server.write(pattern(1_000))
        let bytes = pair.server.output()
        pair.client.receive(Array(bytes.dropLast()), step: .max)
        pair.client.receiveEnd()
        #expect(pair.client.received.isEmpty && pair.client.error == .truncated)
        #expect(throws: TLSError.truncated) { try pair.client.session.next() }
    }

    @Test("at every point of the handshake, an end is an end in the handshake")
    func endInHandshake() throws {
        let whole = try TLSPair(TLSFixture.client(), TLSFixture.server())
        whole.client.takeAll()
        whole.server.receive(whole.client.output(), step: .max)
        let count = whole.server.output().count
        for cut in stride(from: 0, to: count, by: 37) {
            let pair = try TLSPair(TLSFixture.client(), TLSFixture.server())
            pair.client.takeAll()
            pair.server.receive(pair.client.output(), step: .max)
            pair.client.receive(Array(pair.server.output().prefix(cut)), step: .max)
            pair.client.receiveEnd()
            #expect(pair.client.error == .endedInHandshake, "cut at \(cut)")
        }
    }

    @Test("a byte changed under way is noticed, whichever it is")
    func tampering() throws {
        for seed in 0..<60 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let pair = try TLSPair(TLSFixture.client(), TLSFixture.server())
            pair.run()
            try pair.server.write(pattern(100))
            var bytes = pair.server.output()
            let index = Int.random(in: 0..<bytes.count, using: &random)
            bytes[index] ^= UInt8.random(in: 1...255, using: &random)
            pair.client.receive(bytes, step: .max)
            pair.client.receiveEnd()
            #expect(pair.client.received.isEmpty && pair.client.error != nil, "seed \(seed)")
            // The peer is told.
            #expect(pair.client.error == .truncated || !pair.client.output().isEmpty)
        }
    }

    @Test("garbage in place of the handshake never does worse than an error")
    func garbage() throws {
        let client = try TLSFixture.client()
        for seed in 0..<300 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            var bytes = (0..<200).map { _ in UInt8.random(in: 0...255, using: &random) }
            // Some look like a record at first.
            if seed % 2 == 0 { bytes.replaceSubrange(0..<5, with: [22, 3, 3, 0, 150]) }
            let end = TLSEnd(try TLSSession(client, host: "localhost", at: TLSFixture.now))
            end.takeAll()
            end.receive(bytes, step: Int.random(in: 1...200, using: &random))
            end.receiveEnd()
            #expect(end.error != nil && !end.isConnected, "seed \(seed)")
        }
    }

    @Test("another protocol is named as such")
    func otherProtocol() throws {
        for text in ["HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n"] {
            let client = try TLSFixture.client()
            let end = TLSEnd(try TLSSession(client, host: "localhost", at: TLSFixture.now))
            end.takeAll()
            end.receive(Array(text.utf8), step: .max)
            #expect(end.error == .notTLS, "\(text)")
        }
    }

    @Test("names that no certificate could hold are refused before a connection")
    func names() throws {
        let client = try TLSFixture.client()
        for name in ["", ".", "a b", "a\0b", "ä", String(repeating: "a", count: 254)] {
            #expect(throws: TLSError.badName(name)) {
                try TLSSession(client, host: name, at: TLSFixture.now)
            }
        }
    }

    @Test("what cannot be read is named")
    func contexts() throws {
        let error = #expect(throws: TLSContextError.self) {
            try TLSContext(trust: .file("/nonexistent/ca.pem"))
        }
        #expect(error?.description.contains("/nonexistent/ca.pem") == true)
        _ = try TLSContext(trust: .system)
    }

    @Test("nothing is kept alive by a connection that is gone")
    func memory() throws {
        weak var context: TLSContext?
        weak var session: TLSSession?
        do {
            let client = try TLSFixture.client()
            let pair = try TLSPair(client, TLSFixture.server())
            pair.run()
            #expect(pair.client.isConnected)
            (context, session) = (client, pair.client.session)
        }
        #expect(session == nil && context == nil)
    }
}
