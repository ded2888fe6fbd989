import Crypto
import TestSupport
import Wire

@testable import Reactor

/// Certificates that the tests of this module share.
enum TestCA {
    static let ca = Result { try ThrowawayCA() }
    static let identity = Result { try ca.get().issue(names: "DNS:localhost,DNS:pinned.test") }

    static func client() throws -> TLSContext {
        try TLSContext(trust: .file(ca.get().rootFile))
    }

    static func server() throws -> TLSContext {
        let identity = try identity.get()
        return try TLSContext(
            certificateFile: identity.certificateFile,
            keyFile: identity.keyFile
        )
    }
}

/// A server on the test's own loop, in the clear or under TLS, that hands each connection to the test.
final class TestServer {
    let listener: TCPListener
    var connectionCount = 0
    /// Those that were handed out and are not closed by the test.
    var streams: [any ByteStream] = []
    var handshakeErrors: [NetError] = []
    private let isSecure: Bool

    init(
        on loop: EventLoop,
        tls: TLSContext? = nil,
        _ handler: @escaping (any ByteStream) -> Void
    ) throws {
        isSecure = tls != nil
        var accept: (TCPStream) -> Void = { _ in }
        listener = try TCPListener(on: loop, address: try .loopback()) { accept($0) }
        accept = { [unowned self] stream in
            self.connectionCount += 1
            guard let tls else {
                self.streams.append(stream)
                return handler(stream)
            }
            let session = TLSSession(server: tls)
            _ = TLSStream(over: stream, session: session, host: "client") { result in
                switch result {
                case .success(let stream):
                    self.streams.append(stream)
                    handler(stream)
                case .failure(let error): self.handshakeErrors.append(error)
                }
            }
        }
    }

    /// Where clients find it.
    func url(_ scheme: String, _ target: String = "/") throws -> ServiceURL {
        try ServiceURL(
            "\(scheme)\(isSecure ? "s" : "")://localhost:\(listener.address.port)\(target)"
        )
    }
}

/// A server that answers each request with what the test says, in order.
///
/// Answers are bytes, so that they can be wrong.
final class ScriptedHTTPServer {
    enum Answer {
        /// Sent, and the connection kept.
        case bytes(String)
        /// Sent, and the connection ended in order.
        case last(String)
        /// Sent, and the connection cut: under TLS without close_notify.
        case cut(String)
        /// Nothing.
        case silence
    }

    private(set) var requests: [String] = []
    var answers: [Answer] = []
    private(set) var server: TestServer?

    init(on loop: EventLoop, tls: TLSContext? = nil) throws {
        server = try TestServer(on: loop, tls: tls) { [unowned self] stream in
            self.serve(stream)
        }
    }

    func url(_ target: String = "/") throws -> ServiceURL {
        guard let server else { throw WebSocketOutcome.abandoned }
        return try server.url("http", target)
    }

    func close() { server?.listener.close() }

    private func serve(_ stream: any ByteStream) {
        var decoder = HTTPRequestDecoder()
        var line = ""
        stream.onBytes = { bytes in
            decoder.receive(bytes)
            do {
                while let event = try decoder.next() {
                    switch event {
                    case .head(let head): line = head.targetText
                    case .bodyPiece:
                        let body = decoder.withBodyPiece { piece in
                            var bytes: [UInt8] = []
                            append(piece, to: &bytes)
                            return bytes
                        }
                        line += " " + String(decoding: body, as: UTF8.self)
                    case .end:
                        self.requests.append(line)
                        self.answer(stream)
                    }
                }
            } catch {
                self.requests.append("\(error)")
            }
        }
        stream.onEnd = { stream.shutdown() }
        stream.startReading()
    }

    private func answer(_ stream: any ByteStream) {
        guard !answers.isEmpty else { return }
        switch answers.removeFirst() {
        case .bytes(let text): stream.write(SharedBytes(text))
        case .last(let text):
            stream.write(SharedBytes(text))
            stream.shutdown()
        case .cut(let text):
            stream.write(SharedBytes(text))
            if let stream = stream as? TLSStream {
                stream.tcp.shutdown()
            } else {
                stream.shutdown()
            }
        case .silence: break
        }
    }
}

extension WebSocketOutcome: Error {}

/// A request.
func request(
    _ method: HTTPMethod = .get,
    _ target: String = "/",
    body: String = ""
) throws -> HTTPRequestWriter {
    var writer = HTTPRequestWriter()
    try writer.begin(method, host: "localhost", target: target)
    let bytes = Array(body.utf8)
    writer.finish(body: bytes.span)
    return writer
}
