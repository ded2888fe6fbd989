internal import Testing
internal import Trading
internal import Venues
internal import Wire

/// The other end of a feed's connections, and the shell between: does what the session asks, at a
/// time that the test moves. The server's side is the one that our own server is made of.
final class FakePeer {
    let session: FeedSession
    private(set) var now: Timestamp
    /// What the session asked for and told, in words.
    private(set) var story: [String] = []
    /// Messages that the session lent.
    private(set) var messages: [[UInt8]] = []
    /// Texts that the session sent, by connection.
    private(set) var heard: [UInt32: [String]] = [:]
    private(set) var connects: [(number: UInt32, endpoint: FeedEndpoint, at: Timestamp)] = []
    /// What is done with each message; gives the channel that it was data of.
    var read: ([UInt8]) -> Int? = { _ in 0 }
    /// Whether TCP connects by itself.
    var connectsAtOnce = true
    /// The status that upgrades are answered with; 101 accepts, 0 says nothing.
    var status: (FeedEndpoint) -> Int = { _ in 101 }

    /// A field of refusals.
    var retryAfter: String?

    private var server: [UInt32: ServerSide] = [:]

    private final class ServerSide {
        var requests = HTTPRequestDecoder()
        var frames = WebSocketDecoder(role: .server)
        var isOpen = false
        let endpoint: FeedEndpoint
        init(_ endpoint: FeedEndpoint) { self.endpoint = endpoint }
    }

    init(
        _ description: FeedDescription,
        at now: Timestamp = Timestamp(seconds: 1_790_000_000),
        seed: UInt64 = 1
    ) {
        session = FeedSession(description, seed: seed)
        self.now = now
    }

    /// The newest connection.
    var newest: UInt32 { connects.last?.number ?? 0 }
    var openConnections: [UInt32] { server.filter(\.value.isOpen).keys.sorted() }

    func start() {
        session.start(at: now)
        drain()
    }

    /// Lets time pass, step by step as the session asks for it.
    func wait(_ duration: Trading.Duration) {
        let end = now + duration
        var steps = 0
        while let due = session.nextDue, due <= end, steps < 10_000 {
            steps += 1
            now = max(now, due)
            session.timePassed(at: now)
            drain()
        }
        #expect(steps < 10_000, "the session asks for a time again and again")
        now = end
        session.timePassed(at: now)
        drain()
    }

    func accept(_ number: UInt32) {
        session.connected(FeedConnectionID(number: number), at: now)
        drain()
    }

    func breakOff(_ number: UInt32) {
        server[number] = nil
        session.disconnected(FeedConnectionID(number: number), at: now)
        drain()
    }

    func say(_ text: String, on number: UInt32? = nil) { say(Array(text.utf8), on: number) }

    func say(_ payload: [UInt8], on number: UInt32? = nil) {
        send(WebSocketFrame.text(payload.span), on: number ?? newest)
    }

    func send(_ bytes: SharedBytes, on number: UInt32) {
        let span = bytes.span
        let copy = span.indices.map { span[$0] }
        deliver(copy, on: number)
    }

    /// Bytes as they are, in pieces or whole.
    func deliver(_ bytes: [UInt8], on number: UInt32) {
        session.received(FeedConnectionID(number: number), bytes.span, at: now)
        drain()
    }

    private func drain() {
        while let effect = session.next(at: now) {
            switch effect {
            case .connect(let id, let endpoint):
                connects.append((id.number, endpoint, now))
                server[id.number] = ServerSide(endpoint)
                story.append("connect \(id.number)")
                if connectsAtOnce { session.connected(id, at: now) }
            case .send(let id, let bytes): hear(id.number, bytes)
            case .close(let id):
                story.append("close \(id.number)")
                server[id.number] = nil
            case .switched(let id): story.append("switched \(id.number)")
            case .message:
                let bytes = session.withMessage { span in span.indices.map { span[$0] } }
                messages.append(bytes)
                if let channel = read(bytes) { session.noteData(channel: channel, at: now) }
            case .standing(let standing): story.append("\(standing)")
            }
        }
    }

    private func hear(_ number: UInt32, _ bytes: SharedBytes) {
        guard let side = server[number] else {
            Issue.record("bytes for connection \(number), which is closed")
            return
        }
        if side.isOpen {
            side.frames.receive(bytes.span)
            while let event = try? side.frames.next() {
                let payload = side.frames.withPayload { span in span.indices.map { span[$0] } }
                let text = String(decoding: payload, as: UTF8.self)
                switch event {
                case .text: heard[number, default: []].append(text)
                case .pong: heard[number, default: []].append("pong \(text)")
                case .close(let code):
                    heard[number, default: []].append("close \(code?.rawValue ?? 0)")
                case .binary, .ping: heard[number, default: []].append("\(event)")
                }
            }
            return
        }
        side.requests.receive(bytes.span)
        while let event = try? side.requests.next() {
            guard case .head(let head) = event else { continue }
            answer(number, side, head)
        }
    }

    private func answer(_ number: UInt32, _ side: ServerSide, _ head: HTTPRequestHead) {
        let status = status(side.endpoint)
        let date = Array("Tue, 24 Nov 2026 18:00:00 GMT".utf8)
        guard status == 101 else {
            if status > 0 {
                let field = retryAfter.map { "retry-after: \($0)\r\n" } ?? ""
                let text = Array(
                    "HTTP/1.1 \(status) No\r\n\(field)content-length: 0\r\n\r\n".utf8
                )
                session.received(FeedConnectionID(number: number), text.span, at: now)
            }
            return
        }
        guard let answer = try? WebSocketHandshake.accept(head, date: date.span) else {
            Issue.record("the upgrade request is not one")
            return
        }
        side.isOpen = true
        session.received(FeedConnectionID(number: number), answer.span, at: now)
    }
}
