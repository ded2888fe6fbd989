internal import Reactor
internal import Trading
internal import Wire

/// One client of the stream: a WebSocket on its TCP stream, and its place on the tape.
///
/// ```
///   reading ──drop, silence, shutdown, close frame, protocol error──► leaving ──► gone
///      └──────────────────────FIN, reset──────────────────────────────────────────►┘
/// ```
///
/// It counts as connected only while reading. Leaving, it has been sent its last frame and our FIN,
/// and gets `closeGrace` to take them and to end its side.
final class StreamClient {
    /// What the kernel may hold for one client on the way out; it doubles the number. Enough for a
    /// burst, and less than it may grow to by itself, because a thousand stalled clients of 4 MiB
    /// each are 4 GiB.
    static let sendBufferBytes = 128 * 1_024
    /// The same when the client is dropped: the difference is room for what is in flight and the
    /// close frame, so that a client that begins to read again learns why it was dropped.
    static let lastSendBufferBytes = 1_024 * 1_024
    /// Bytes gathered into one write when a client catches up. Also what "takes nothing" means: a
    /// client that does not take so much within `stallTimeout` is dropped.
    static let batchBytesMax = 16 * 1_024
    /// Bytes that may wait for a client, pongs included: it pings and does not read.
    static let backlogBytesMax = 64 * 1_024

    private enum State {
        case reading
        case leaving(until: Timestamp)
        case gone
    }

    let tcp: TCPStream
    /// Where it stands in the stream's list; kept by `TickStream`.
    var index = 0
    var place: TapePlace

    private var webSocket: WebSocketConnection
    private var state = State.reading
    private let times: StreamTimes
    private var heardAt: Timestamp
    private var pingDueAt: Timestamp
    /// Since when the socket has not taken everything; `nil` while it has.
    private var backlogSince: Timestamp?
    /// Takes the client off the list and counts it; called once.
    private var onLeave: ((StreamClient, _ isDropped: Bool) -> Void)?

    /// - Parameters:
    ///   - input: what came right behind the handshake.
    ///   - place: the end of the tape.
    init(
        tcp: TCPStream,
        input: consuming ByteBuffer,
        place: TapePlace,
        times: StreamTimes,
        at now: Timestamp,
        onLeave: @escaping (StreamClient, _ isDropped: Bool) -> Void
    ) {
        self.tcp = tcp
        self.place = place
        self.times = times
        self.onLeave = onLeave
        webSocket = WebSocketConnection(input: input)
        heardAt = now
        pingDueAt = now + times.pingInterval
        tcp.sendBufferBytes = Self.sendBufferBytes
    }

    /// Whether the socket has taken everything, so that a frame can be written at once.
    var isCaughtUp: Bool { tcp.backlogBytes == 0 }

    var isReading: Bool {
        if case .reading = state { true } else { false }
    }

    // MARK: - From the stream

    /// Writes frames. The caller has moved the place.
    func write(_ frames: [SharedBytes], at now: Timestamp) {
        tcp.write(frames)
        noteBacklog(at: now)
    }

    /// Writes one frame. The caller has moved the place.
    func write(_ frame: SharedBytes, at now: Timestamp) {
        tcp.write(frame)
        noteBacklog(at: now)
    }

    /// Its socket takes too little: 1013, without touching anybody else.
    func drop(at now: Timestamp) {
        close(.tryAgainLater, reason: "not reading fast enough", isDropped: true, at: now)
    }

    /// The server goes down: 1001.
    func goAway(at now: Timestamp) {
        close(.goingAway, reason: "server is shutting down", isDropped: false, at: now)
    }

    /// Pings, and gives up on a client that stalls, is silent, or does not end.
    func sweep(at now: Timestamp) {
        switch state {
        case .gone: break
        case .leaving(let until):
            if now >= until { tcp.close() }
        case .reading:
            if let since = backlogSince, now - since >= times.stallTimeout {
                drop(at: now)
            } else if now - heardAt >= times.silenceTimeout {
                // RFC 6455 section 5.5.2: a ping must be answered.
                close(.protocolError, reason: "no answer to pings", isDropped: false, at: now)
            } else if now >= pingDueAt {
                pingDueAt = now + times.pingInterval
                // With frames waiting, another one would only make the queue longer.
                if isCaughtUp { tcp.write(WebSocketFrame.ping()) }
            }
        }
    }

    // MARK: - From the socket

    func received(_ bytes: Span<UInt8>, at now: Timestamp) {
        heardAt = now
        webSocket.receive(bytes)
        takeEvents(at: now)
    }

    /// Everything written has been taken.
    func drained() { backlogSince = nil }

    /// The client has sent FIN: it went away without a close frame, or after one.
    func ended() { tcp.close() }

    func closed() {
        leave(isDropped: false)
        state = .gone
    }

    /// Handles what came; also called once for what came with the handshake.
    func takeEvents(at now: Timestamp) {
        while let event = webSocket.next() {
            switch event {
            case .text, .binary, .pong: break
            case .send(let bytes):
                tcp.write(bytes)
                noteBacklog(at: now)
                if tcp.backlogBytes > Self.backlogBytesMax { tcp.close() }
            case .ended: finish(at: now)
            }
        }
    }

    // MARK: - Leaving

    private func close(
        _ code: WebSocketCloseCode,
        reason: StaticString,
        isDropped: Bool,
        at now: Timestamp
    ) {
        guard isReading, let frame = webSocket.close(code, reason: reason) else { return }
        tcp.sendBufferBytes = Self.lastSendBufferBytes
        tcp.write(frame)
        leave(isDropped: isDropped)
        state = .leaving(until: now + times.closeGrace)
        // A client that reads answers with its own close frame, and then we end; one that does not
        // read shall find our end behind the frame.
        if isDropped { tcp.shutdown() }
    }

    /// Nothing more will be said by either side.
    private func finish(at now: Timestamp) {
        leave(isDropped: false)
        if isReading { state = .leaving(until: now + times.closeGrace) }
        tcp.shutdown()
    }

    private func leave(isDropped: Bool) {
        onLeave?(self, isDropped)
        onLeave = nil
    }

    private func noteBacklog(at now: Timestamp) {
        if tcp.backlogBytes > 0 && backlogSince == nil { backlogSince = now }
    }
}

/// The times of a stream client, of `APIConfiguration`.
struct StreamTimes {
    let pingInterval: Duration
    let silenceTimeout: Duration
    let stallTimeout: Duration
    let closeGrace: Duration

    init(_ configuration: APIConfiguration) {
        pingInterval = configuration.pingInterval
        silenceTimeout = configuration.silenceTimeout
        stallTimeout = configuration.stallTimeout
        closeGrace = configuration.closeGrace
    }
}
