internal import Trading
internal import Wire

/// One connection of a feed: the upgrade, then frames.
///
/// ```
///   connecting ──connected──► upgrading ──101──► open ──► (forgotten)
/// ```
final class FeedConnection {
    enum Stage: Equatable {
        /// The shell was asked for it.
        case connecting(since: Timestamp)
        /// The request is sent.
        case upgrading(since: Timestamp)
        /// Frames may go both ways.
        case open(since: Timestamp)
    }

    /// What has come.
    enum Arrival {
        /// The answer to the upgrade is there.
        case opened
        case text
        case binary
        case pong
        /// To be sent; the server is alive.
        case ping(SharedBytes)
        /// It is over. The bytes, if any, are to be sent before.
        case ended(FeedLoss, SharedBytes?)
    }

    let id: FeedConnectionID
    let endpoint: Int
    private(set) var stage: Stage
    /// Texts that wait for their turn; the first is next.
    var outbox: [[UInt8]] = []
    var lastText: Timestamp?
    /// When something that is no pong came last; before the first, when the connection was open.
    var lastData: Timestamp?
    var lastPing: Timestamp?
    /// When the oldest ping of ours without an answer was sent.
    var pingSince: Timestamp?
    var hasDelivered = false
    /// When the server that refused the upgrade said to come back.
    private(set) var retryNotBefore: Timestamp?

    private var handshake: WebSocketClientHandshake
    private var decoder: WebSocketDecoder
    private var hasEnded = false

    init(
        id: FeedConnectionID,
        endpoint: Int,
        messageBytesMax: Int,
        at now: Timestamp,
        _ random: inout FeedRandom
    ) {
        self.id = id
        self.endpoint = endpoint
        stage = .connecting(since: now)
        var nonce = InlineArray<16, UInt8>(repeating: 0)
        for half in 0..<2 {
            let word = random.next()
            for index in 0..<8 {
                nonce[half * 8 + index] = UInt8(truncatingIfNeeded: word >> (8 * index))
            }
        }
        handshake = WebSocketClientHandshake(nonce: nonce.span)
        var limits = WebSocketLimits(messageBytesMax: messageBytesMax)
        limits.retainedBytesMax = 256 * 1_024
        decoder = WebSocketDecoder(role: .client, limits: limits)
    }

    var isOpen: Bool {
        if case .open = stage { true } else { false }
    }

    /// TCP and TLS are up: the request to be sent.
    func upgrade(_ endpoint: FeedEndpoint, at now: Timestamp) -> SharedBytes {
        stage = .upgrading(since: now)
        return handshake.request(host: endpoint.hostField, target: endpoint.target)
    }

    func receive(_ bytes: Span<UInt8>) {
        switch stage {
        case .connecting: break
        case .upgrading: handshake.receive(bytes)
        case .open: decoder.receive(bytes)
        }
    }

    /// What has come next; `nil` when more bytes are needed, and after the end.
    func next(at now: Timestamp, _ random: inout FeedRandom) -> Arrival? {
        guard !hasEnded else { return nil }
        switch stage {
        case .connecting: return nil
        case .upgrading: return nextOfUpgrade(at: now)
        case .open: return nextFrame(&random)
        }
    }

    private func nextOfUpgrade(at now: Timestamp) -> Arrival? {
        do throws(WebSocketClientHandshake.Failure) {
            guard let rest = try handshake.finish() else { return nil }
            stage = .open(since: now)
            lastData = now
            lastPing = now
            decoder.receive(rest.span)
            return .opened
        } catch {
            hasEnded = true
            switch error {
            case .refused(let status, let retryAfter):
                retryNotBefore = retryAfter.map { Self.time(of: $0, at: now) }
                return .ended(.refused(status: status), nil)
            case .malformedAnswer, .wrongAnswer: return .ended(.badUpgrade, nil)
            }
        }
    }

    /// At most a day from now, whatever the server's clock says.
    private static func time(of retryAfter: HTTPRetryAfter, at now: Timestamp) -> Timestamp {
        let latest = now + .seconds(HTTPRetryAfter.secondsMax)
        switch retryAfter {
        case .delay(let seconds): return min(now + .seconds(seconds), latest)
        case .date(let seconds):
            let bounded = min(max(seconds, 0), latest.nanoseconds / 1_000_000_000)
            return Timestamp(seconds: bounded)
        }
    }

    private func nextFrame(_ random: inout FeedRandom) -> Arrival? {
        do throws(WebSocketError) {
            switch try decoder.next() {
            case nil: return nil
            case .text: return .text
            case .binary: return .binary
            case .pong: return .pong
            case .ping:
                let mask = UInt32(truncatingIfNeeded: random.next())
                return .ping(decoder.withPayload { WebSocketFrame.pong($0, mask: mask) })
            case .close(let code):
                hasEnded = true
                let answer = code.flatMap { $0.maySend ? $0 : nil }
                let mask = UInt32(truncatingIfNeeded: random.next())
                return .ended(
                    .closed(code: code?.rawValue),
                    WebSocketFrame.close(answer, mask: mask)
                )
            }
        } catch {
            hasEnded = true
            let mask = UInt32(truncatingIfNeeded: random.next())
            return .ended(.protocolError(error), WebSocketFrame.close(error.closeCode, mask: mask))
        }
    }

    /// Lends the last message.
    func withPayload<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try decoder.withPayload(body)
    }
}

@available(*, unavailable)
extension FeedConnection: Sendable {}
