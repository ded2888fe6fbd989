internal import Reactor
internal import Wire

/// One client of the venue.
///
///     HTTP ──101──► WebSocket ──close either way──► closed
final class VenuePeer {
    private let stream: TCPStream
    private let venue: Venue
    private var http = HTTPRequestDecoder()
    private var connection = WebSocketConnection(limits: WebSocketLimits(messageBytesMax: 65_536))
    private(set) var feed: Venue.Feed?
    /// What was subscribed to, by token, on the market socket.
    var tokens: [String] = []
    /// Whether the price socket was asked for prices.
    var isSubscribed = false

    init(_ stream: TCPStream, of venue: Venue) {
        self.stream = stream
        self.venue = venue
    }

    /// The handlers hold the peer; the stream drops them when it is closed.
    func start() {
        stream.onBytes = { bytes in self.receive(bytes) }
        stream.onEnd = { self.cut() }
        stream.onClose = { _ in self.venue.left(self) }
        stream.startReading()
    }

    /// As a network does it: without a word.
    func cut() { stream.close() }

    func send(_ text: String) {
        let bytes = Array(text.utf8)
        stream.write(WebSocketFrame.text(bytes.span))
    }

    func ping() { stream.write(WebSocketFrame.ping()) }

    private func receive(_ bytes: Span<UInt8>) {
        if feed != nil {
            connection.receive(bytes)
            listen()
        } else {
            http.receive(bytes)
            answer()
        }
    }

    private func answer() {
        do throws(HTTPError) {
            while feed == nil, let event = try http.next() {
                guard case .head(let head) = event else { continue }
                if WebSocketHandshake.isRequested(by: head) {
                    upgrade(head)
                } else {
                    let (status, body) = venue.answer(head.targetText)
                    let bytes = Array(body.utf8)
                    stream.write(HTTPResponse(status).encoded(body: bytes.span, date: Span()))
                }
            }
        } catch {
            cut()
        }
    }

    private func upgrade(_ head: HTTPRequestHead) {
        guard let feed = Venue.Feed(target: head.targetText) else {
            return stream.write(HTTPResponse(.notFound).encoded(date: Span(), closes: true))
        }
        do throws(WebSocketHandshake.Refusal) {
            stream.write(try WebSocketHandshake.accept(head, date: Span()))
            self.feed = feed
            connection = WebSocketConnection(
                limits: WebSocketLimits(messageBytesMax: 65_536),
                input: http.takeRemainder()
            )
            venue.came(self)
            listen()
        } catch {
            stream.write(error.response.encoded(date: Span(), closes: true))
        }
    }

    private func listen() {
        while let event = connection.next() {
            switch event {
            case .text:
                let text = connection.withPayload { payload in
                    String(decoding: payload.indices.map { payload[$0] }, as: UTF8.self)
                }
                venue.heard(text, from: self)
            case .binary, .pong: break
            case .send(let bytes): stream.write(bytes)
            case .ended:
                cut()
                return
            }
        }
    }
}
