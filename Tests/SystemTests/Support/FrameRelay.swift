internal import Foundation
internal import Reactor
internal import Wire

/// Stands between a backend and one socket of a venue on loopback, and changes what the venue says.
///
///     backend ──bytes as they are──────────────────► venue
///             ◄──handshake as it is, then each text changed──
final class FrameRelay {
    /// Where the backend connects.
    let port: UInt16
    private let ending: MailboxSender<Void>
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameters:
    ///   - venue: the venue's port.
    ///   - change: what becomes of a text; called on the relay's thread.
    init(to venue: UInt16, change: @escaping @Sendable (String) -> String) throws {
        let (start, ended) = (Start(), ended)
        Thread.detachNewThread {
            Self.run(venue, change, start)
            ended.signal()
        }
        guard let (port, ending) = start.wait() else { throw Missing("a port of the relay") }
        self.port = port
        self.ending = ending
    }

    /// Cuts every connection.
    func end() {
        _ = ending.send(())
        ended.wait()
    }

    private static func run(
        _ venue: UInt16,
        _ change: @escaping (String) -> String,
        _ start: Start
    ) {
        let loop = EventLoop()
        let listener = try? TCPListener(
            on: loop,
            address: SocketAddress(host: "127.0.0.1", port: 0)
        ) { RelayedLink($0, change).connect(to: venue, on: loop) }
        guard let listener else { return start.came(nil) }
        let mailbox = Mailbox<Void>(on: loop, capacity: 1) { loop.stop() }
        start.came((listener.address.port, mailbox.sender))
        loop.run()
    }

    /// Where the relay listens, told by its thread.
    private final class Start: @unchecked Sendable {
        // `result` is written before the semaphore is raised, and read after.
        private let semaphore = DispatchSemaphore(value: 0)
        private var result: (UInt16, MailboxSender<Void>)?

        func came(_ result: (UInt16, MailboxSender<Void>)?) {
            self.result = result
            semaphore.signal()
        }

        func wait() -> (UInt16, MailboxSender<Void>)? {
            semaphore.wait()
            return result
        }
    }
}

/// One connection through the relay. The streams' handlers hold it until both are closed.
private final class RelayedLink {
    private let backend: TCPStream
    private let change: (String) -> String
    private var venue: TCPStream?
    /// The venue's answer to the handshake, until it is whole.
    private var head: [UInt8] = []
    private var decoder: WebSocketDecoder?

    init(_ backend: TCPStream, _ change: @escaping (String) -> String) {
        self.backend = backend
        self.change = change
    }

    func connect(to port: UInt16, on loop: EventLoop) {
        guard let address = try? SocketAddress(host: "127.0.0.1", port: port) else { return }
        TCPStream.connect(on: loop, to: address) { result in
            guard case .success(let venue) = result else { return self.backend.close() }
            self.start(venue)
        }
    }

    private func start(_ venue: TCPStream) {
        self.venue = venue
        backend.onBytes = { venue.write(copying: $0) }
        venue.onBytes = { self.receive($0) }
        for (stream, other) in [(backend, venue), (venue, backend)] {
            stream.onEnd = { other.close() }
            stream.onClose = { _ in other.close() }
            stream.startReading()
        }
    }

    private func receive(_ bytes: Span<UInt8>) {
        if decoder != nil {
            decoder?.receive(bytes)
        } else {
            for index in bytes.indices { head.append(bytes[index]) }
            let text = String(decoding: head, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n") else { return }
            let count = text[..<end.upperBound].utf8.count
            let (answer, rest) = (Array(head[..<count]), Array(head[count...]))
            backend.write(copying: answer.span)
            decoder = WebSocketDecoder(role: .client)
            decoder?.receive(rest.span)
        }
        relay()
    }

    private func relay() {
        do {
            while let event = try decoder?.next() {
                guard case .text = event else { continue }
                let text = decoder?.withPayload { payload in
                    String(decoding: payload.indices.map { payload[$0] }, as: UTF8.self)
                }
                backend.write(WebSocketFrame.text(Array(change(text ?? "").utf8).span))
            }
        } catch {
            backend.close()
        }
    }
}
