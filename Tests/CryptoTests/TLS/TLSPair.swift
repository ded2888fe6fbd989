import Glibc
import TestSupport

@testable import Crypto

/// The certificates that the TLS tests share: made once, because each costs a process.
enum TLSFixture {
    static let ca = Result { try ThrowawayCA() }
    static let good = Result { try ca.get().issue(names: "DNS:localhost,IP:127.0.0.1") }

    /// The numbers of the versions in records (RFC 8446 section 4.2.1).
    static let tls10: Int32 = 0x0301
    static let tls11: Int32 = 0x0302
    static let tls12: Int32 = 0x0303
    static let tls13: Int32 = 0x0304

    /// Seconds since 1970, a day from now: within the 30 days of every certificate made here.
    static var now: Int64 { daysFromNow(1) }

    static func daysFromNow(_ days: Int64) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) + days * 86_400
    }

    static func client() throws -> TLSContext {
        try TLSContext(trust: .file(ca.get().rootFile))
    }

    static func server(_ change: (inout TLSServerPolicy) -> Void = { _ in }) throws -> TLSContext {
        var policy = TLSServerPolicy(
            certificateFile: try good.get().certificateFile,
            keyFile: try good.get().keyFile
        )
        change(&policy)
        return try TLSContext(server: policy)
    }
}

/// One end of a connection in memory, and what it has seen.
final class TLSEnd {
    let session: TLSSession
    var isConnected = false
    var received: [UInt8] = []
    var hasEnded = false
    var error: TLSError?

    init(_ session: TLSSession) { self.session = session }

    /// What the session wants to send.
    func output() -> [UInt8] {
        var bytes: [UInt8] = []
        session.drain { span in
            for index in span.indices { bytes.append(span[index]) }
        }
        return bytes
    }

    /// Hands `bytes` over in pieces of `step`, and takes out everything after each.
    func receive(_ bytes: [UInt8], step: Int) {
        var index = 0
        while index < bytes.count {
            let piece = Array(bytes[index..<min(index + step, bytes.count)])
            session.receive(piece.span)
            index += step
            takeAll()
        }
    }

    func receiveEnd() {
        session.receiveEnd()
        takeAll()
    }

    func takeAll() {
        do throws(TLSError) {
            while let event = try session.next() {
                switch event {
                case .connected: isConnected = true
                case .plaintext:
                    session.withPlaintext { span in
                        for index in span.indices { received.append(span[index]) }
                    }
                case .end: hasEnded = true
                }
            }
        } catch {
            self.error = error
        }
    }

    func write(_ bytes: [UInt8]) throws { try session.write(bytes.span) }
}

/// A client and a server joined in memory.
final class TLSPair {
    let client: TLSEnd
    let server: TLSEnd
    /// Bytes that a piece has at most.
    let step: Int
    private(set) var flights = 0

    init(
        _ client: TLSContext,
        _ server: TLSContext,
        host: String = "localhost",
        step: Int = .max,
        at now: Int64 = TLSFixture.now
    ) throws {
        self.client = TLSEnd(try TLSSession(client, host: host, at: now))
        self.server = TLSEnd(TLSSession(server: server))
        self.step = step
    }

    /// Carries bytes both ways until there are none.
    func run() {
        client.takeAll()
        server.takeAll()
        while true {
            let up = client.output()
            server.receive(up, step: min(step, up.count + 1))
            let down = server.output()
            client.receive(down, step: min(step, down.count + 1))
            if up.isEmpty && down.isEmpty { return }
            flights += 1
        }
    }
}
