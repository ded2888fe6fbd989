internal import Reactor
internal import Wire

/// One client of the echo server.
///
///     HTTP ──101──► WebSocket ──close either way──► ending: flushes, waits for the peer's FIN
///       └── any other answer ───────────────────────►
final class EchoPeer {
    /// Bytes waiting for a client that does not read, beyond which nothing is read from it either.
    static let backlogBytesMax = 1_024 * 1_024
    /// How long a peer may take to end a connection that we have ended.
    static let lingerMilliseconds = 2_000

    private enum Phase {
        case http, webSocket, ending
    }

    private let stream: TCPStream
    private let limits: WebSocketLimits
    private let linger: LoopTimer
    private var phase = Phase.http
    private var http = HTTPRequestDecoder()
    private var connection: WebSocketConnection

    init(_ stream: TCPStream, on loop: EventLoop, limits: WebSocketLimits) {
        self.stream = stream
        self.limits = limits
        connection = WebSocketConnection(limits: limits)
        linger = LoopTimer(on: loop) { stream.close() }
    }

    /// The handlers hold the peer; the stream drops them when it is closed.
    func start() {
        stream.onBytes = { bytes in self.receive(bytes) }
        stream.onEnd = { self.end() }
        stream.onDrain = { self.resume() }
        stream.onClose = { _ in self.linger.close() }
        stream.startReading()
    }

    private func receive(_ bytes: Span<UInt8>) {
        switch phase {
        case .http:
            http.receive(bytes)
            shakeHands()
        case .webSocket:
            connection.receive(bytes)
            echo()
        case .ending: break
        }
    }

    private func shakeHands() {
        do throws(HTTPError) {
            while phase == .http, let event = try http.next() {
                guard case .head(let head) = event else { continue }
                answer(head)
            }
        } catch {
            stream.write(HTTPResponse(error).encoded(date: Span(), closes: true))
            end()
        }
    }

    private func answer(_ head: HTTPRequestHead) {
        guard WebSocketHandshake.isRequested(by: head) else {
            stream.write(HTTPResponse(.notFound).encoded(date: Span(), closes: true))
            return end()
        }
        do throws(WebSocketHandshake.Refusal) {
            stream.write(try WebSocketHandshake.accept(head, date: Span()))
            phase = .webSocket
            connection = WebSocketConnection(limits: limits, input: http.takeRemainder())
            echo()
        } catch {
            stream.write(error.response.encoded(date: Span(), closes: true))
            end()
        }
    }

    /// Answers what has been received, as long as the client takes the answers.
    private func echo() {
        while phase == .webSocket {
            guard stream.backlogBytes <= Self.backlogBytesMax else { return stream.stopReading() }
            guard let event = connection.next() else { return }
            switch event {
            case .text: stream.write(connection.withPayload { WebSocketFrame.text($0) })
            case .binary: stream.write(connection.withPayload { WebSocketFrame.binary($0) })
            case .pong: break
            case .send(let bytes): stream.write(bytes)
            case .ended: end()
            }
        }
    }

    /// Everything that waited is with the client.
    private func resume() {
        guard phase == .webSocket else { return }
        stream.startReading()
        echo()
    }

    /// Ends our direction behind what is written. Reading goes on: closing with unread bytes would
    /// reset the connection, and the client might never see the answer.
    private func end() {
        guard phase != .ending else { return }
        phase = .ending
        stream.shutdown()
        stream.startReading()
        linger.start(afterMilliseconds: Self.lingerMilliseconds)
    }
}
