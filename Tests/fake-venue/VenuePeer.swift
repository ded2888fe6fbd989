internal import Foundation
internal import Reactor
internal import Wire

/// One client of the venue.
///
///     HTTP ──101──► WebSocket ──close either way──► closed
///      │ └─ a fault: mute, bytes are taken and nothing is answered
///      └─ waiting while an answer is late; what comes meanwhile is answered after it
final class VenuePeer {
    private let stream: any ByteStream
    private let venue: Venue
    private let delay: LoopTimer
    private var http: HTTPRequestDecoder
    /// The request whose end has not come.
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []
    private var isWaiting = false
    private var isMute = false
    private var late: Answer?
    /// The client wants no more than one answer.
    private var isLast = false
    private var connection = WebSocketConnection(limits: WebSocketLimits(messageBytesMax: 65_536))
    private(set) var feed: Venue.Feed?
    /// What was subscribed to, by token, on the market socket.
    var tokens: [String] = []
    /// Whether the price socket was asked for prices, and the user socket for events by somebody
    /// who may ask.
    var isSubscribed = false
    /// Whether the market socket was asked for the events that need `custom_feature_enabled`.
    var wantsMore = false
    /// Seconds for which every market asked for on the market socket has been settled.
    var settledSeconds = 0
    /// The markets that the user socket was asked about; empty for all.
    var conditions: Set<String> = []

    /// A thousand ids to cancel are longer than what the decoder takes as it is.
    private static let bodyBytesMax = 256 * 1_024

    init(_ stream: any ByteStream, on loop: EventLoop, of venue: Venue) {
        self.stream = stream
        self.venue = venue
        var limits = HTTPLimits()
        limits.bodyBytesMax = Self.bodyBytesMax
        http = HTTPRequestDecoder(limits: limits)
        var fire: () -> Void = {}
        delay = LoopTimer(on: loop) { fire() }
        fire = { [unowned self] in self.delayPassed() }
    }

    /// The handlers hold the peer; the stream drops them when it is closed.
    func start() {
        stream.onBytes = { bytes in self.receive(bytes) }
        stream.onEnd = { self.cut() }
        stream.whenClosed { _ in
            self.delay.close()
            self.venue.left(self)
        }
        venue.opened(self)
        stream.startReading()
    }

    /// As a network does it: without a word.
    func cut() { stream.close() }

    func send(_ text: String) {
        guard connection.isOpen else { return }
        let bytes = Array(text.utf8)
        stream.write(WebSocketFrame.text(bytes.span))
    }

    func ping() {
        if connection.isOpen { stream.write(WebSocketFrame.ping()) }
    }

    /// Ends a WebSocket.
    func close(_ code: WebSocketCloseCode, reason: StaticString) {
        if let bytes = connection.close(code, reason: reason) { stream.write(bytes) }
        stream.shutdown()
    }

    private func receive(_ bytes: Span<UInt8>) {
        if isMute { return }
        if feed != nil {
            connection.receive(bytes)
            listen()
        } else {
            http.receive(bytes)
            proceed()
        }
    }

    // MARK: - HTTP

    private func proceed() {
        do throws(HTTPError) {
            while feed == nil, !isWaiting, !isMute, let event = try http.next() {
                switch event {
                case .head(let head):
                    if WebSocketHandshake.isRequested(by: head) {
                        upgrade(head)
                    } else {
                        self.head = head
                        body = []
                    }
                case .bodyPiece:
                    http.withBodyPiece { piece in
                        for index in piece.indices { body.append(piece[index]) }
                    }
                case .end: finish()
                }
            }
        } catch {
            stream.write(HTTPResponse(error).encoded(date: Span(), closes: true))
            cut()
        }
    }

    private func finish() {
        guard let head else { return }
        self.head = nil
        isLast = !head.keepsAlive
        switch venue.reply(to: VenueRequest(head, body: body)) {
        case .answer(let answer, let milliseconds) where milliseconds > 0:
            late = answer
            isWaiting = true
            delay.start(afterMilliseconds: milliseconds)
        case .answer(let answer, _): write(answer)
        case .hangUp: cut()
        case .silence: isMute = true
        }
    }

    private func delayPassed() {
        isWaiting = false
        if let late { write(late) }
        late = nil
        proceed()
    }

    private func write(_ answer: Answer) {
        stream.write(answer.encoded(closes: isLast))
        if isLast { stream.shutdown() }
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

    // MARK: - WebSocket

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
