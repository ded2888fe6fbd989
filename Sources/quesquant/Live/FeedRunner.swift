internal import Logging
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// What a message of a feed was, as its reader has understood it.
enum FeedVerdict {
    /// Data of this channel of the feed's description.
    case data(channel: Int)
    /// Not data; or not understood, which the reader has counted.
    case nothing
    /// The venue has announced the end of the connection.
    case endsSoon
    /// What comes on this connection cannot be used.
    case useless
}

/// Whoever reads a feed's messages.
protocol FeedReader: AnyObject {
    /// A message; the bytes are gone when the call returns.
    func read(_ bytes: Span<UInt8>, at now: Timestamp) -> FeedVerdict
    /// What follows comes from a new connection.
    func switched(at now: Timestamp)
    func standingChanged(to standing: FeedStanding, at now: Timestamp)
}

/// Performs what a `FeedSession` asks for, on streams of the trading loop. One class for every feed.
///
///     bytes ─► received ─► next… ─► connect, send, close ─► Connector, ByteStream
///                             └──► message ─► reader
final class FeedRunner {
    /// Bytes that may wait for a venue that does not read; beyond it the connection is given up.
    private static let backlogBytesMax = 1 << 20
    /// How long a venue may take to end a connection that we have ended.
    private static let lingerMilliseconds = 2_000

    private struct Link {
        let id: FeedConnectionID
        var attempt: ConnectAttempt?
        var stream: (any ByteStream)?
    }

    private let session: FeedSession
    private let connector: Connector
    private let clock: SessionClock
    private let log: Logger
    private let description: FeedDescription
    private var name: String { "\(description.name)" }
    private let meter: FeedMeter
    private unowned let reader: any FeedReader
    private let timer: LoopTimer
    private let lingerTimer: LoopTimer
    /// When the timer is set to ring.
    private var timerDue: Timestamp?
    /// At most two: the active connection and its successor.
    private var links: [Link] = []
    /// Ended by us, and not yet by the venue.
    private var lingering: [any ByteStream] = []
    private var isPerforming = false
    private var isClosed = false
    /// Why a connection was lost, better than the session knows it.
    private var lastError: NetError?

    /// - Parameter reader: outlives this runner's `close()`.
    init(
        _ description: FeedDescription,
        through connector: Connector,
        clock: SessionClock,
        log: Logger,
        meter: FeedMeter,
        reader: any FeedReader
    ) {
        session = FeedSession(description, seed: UInt64.random(in: .min ... .max))
        self.connector = connector
        self.clock = clock
        self.log = log
        self.meter = meter
        self.reader = reader
        self.description = description
        var ring: () -> Void = {}
        timer = LoopTimer(on: connector.loop) { ring() }
        var sweep: () -> Void = {}
        lingerTimer = LoopTimer(on: connector.loop) { sweep() }
        ring = { [unowned self] in self.timeIsUp() }
        sweep = { [unowned self] in for stream in self.lingering { stream.close() } }
    }

    func start() {
        let now = clock.now()
        session.start(at: now)
        perform(at: now)
    }

    /// Texts for every connection from now on, and for the present one.
    func subscribe(all: [[UInt8]], now texts: [[UInt8]]) {
        let now = clock.now()
        session.subscribe(all: all, now: texts, at: now)
        perform(at: now)
    }

    /// Ends every connection at once, with a farewell as far as its socket takes it. May be called
    /// twice.
    func close() {
        guard !isClosed else { return }
        let now = clock.now()
        session.stop(at: now)
        perform(at: now)
        isClosed = true
        timer.close()
        lingerTimer.close()
        for link in links {
            link.attempt?.cancel()
            link.stream?.close()
        }
        links = []
        for stream in lingering { stream.close() }
        lingering = []
    }
}

extension FeedRunner {
    private func timeIsUp() {
        timerDue = nil
        let now = clock.now()
        session.timePassed(at: now)
        perform(at: now)
    }

    /// Does what the session asks for. A reader that speaks to the session on the way is heard by
    /// the same loop.
    private func perform(at now: Timestamp) {
        guard !isPerforming, !isClosed else { return }
        isPerforming = true
        while !isClosed, let effect = session.next(at: now) {
            switch effect {
            case .connect(let id, let endpoint): connect(id, endpoint)
            case .send(let id, let bytes): send(id, bytes)
            case .close(let id): end(id)
            case .switched: reader.switched(at: now)
            case .message: readMessage(at: now)
            case .standing(let standing): tell(standing, at: now)
            }
        }
        isPerforming = false
        schedule(at: now)
    }

    private func readMessage(at now: Timestamp) {
        meter.noteMessage()
        switch session.withMessage({ reader.read($0, at: now) }) {
        case .data(let channel): session.noteData(channel: channel, at: now)
        case .nothing: break
        case .endsSoon:
            log.info("\(name): the venue has announced the end of the connection")
            session.rotate(at: now)
        case .useless: session.renew(at: now)
        }
    }

    /// The timer is left alone while it rings early enough: most messages only move the due time
    /// further away.
    private func schedule(at now: Timestamp) {
        guard !isClosed, let due = session.nextDue else { return }
        if let timerDue, timerDue <= due { return }
        timerDue = due
        let wait = max(0, (due - now).nanoseconds)
        timer.start(afterMilliseconds: Int((wait + 999_999) / 1_000_000))
    }

    // MARK: - Streams

    private func connect(_ id: FeedConnectionID, _ endpoint: FeedEndpoint) {
        let scheme = endpoint.isSecure ? "wss" : "ws"
        let host = endpoint.host.contains(":") ? "[\(endpoint.host)]" : endpoint.host
        let url: ServiceURL
        do {
            url = try ServiceURL("\(scheme)://\(host):\(endpoint.port)/")
        } catch {
            preconditionFailure("endpoints are made of addresses that were checked")
        }
        let attempt = connector.connect(to: url) { [weak self] result in
            self?.finish(id, result)
        }
        links.append(Link(id: id, attempt: attempt, stream: nil))
        meter.note(session.statistics, isLive: session.standing == .live)
    }

    private func finish(_ id: FeedConnectionID, _ result: Result<any ByteStream, NetError>) {
        let index = links.firstIndex { $0.id == id }
        switch result {
        case .success(let stream):
            guard !isClosed, let index else { return stream.close() }
            links[index].attempt = nil
            links[index].stream = stream
            // The stream drops these handlers, and with them this runner, when it is closed.
            stream.onBytes = { bytes in
                let now = self.clock.now()
                self.session.received(id, bytes, at: now)
                self.perform(at: now)
            }
            stream.onEnd = { self.lose(id, nil) }
            stream.whenClosed { error in self.lose(id, error) }
            let now = clock.now()
            session.connected(id, at: now)
            perform(at: now)
            stream.startReading()
        case .failure(let error): lose(id, error)
        }
    }

    /// The connection could not be had, or the venue has ended it.
    private func lose(_ id: FeedConnectionID, _ error: NetError?) {
        guard !isClosed, links.contains(where: { $0.id == id }) else { return }
        lastError = error
        end(id)
        let now = clock.now()
        session.disconnected(id, at: now)
        perform(at: now)
    }

    private func send(_ id: FeedConnectionID, _ bytes: SharedBytes) {
        guard let stream = links.first(where: { $0.id == id })?.stream else { return }
        stream.write(bytes)
        guard stream.backlogBytes > Self.backlogBytesMax else { return }
        log.warning("\(name): the venue does not read what it is sent")
        end(id)
        session.disconnected(id, at: clock.now())
    }

    /// Ends our direction behind what was written, and waits a while for the venue's.
    private func end(_ id: FeedConnectionID) {
        guard let index = links.firstIndex(where: { $0.id == id }) else { return }
        let link = links.remove(at: index)
        link.attempt?.cancel()
        guard let stream = link.stream, stream.isOpen else { return }
        lingering.append(stream)
        stream.onBytes = { _ in }
        stream.onEnd = { [unowned stream] in stream.close() }
        stream.whenClosed { [unowned stream] _ in
            self.lingering.removeAll { $0 === stream }
        }
        stream.shutdown()
        lingerTimer.start(afterMilliseconds: Self.lingerMilliseconds)
    }

    // MARK: - Telling

    private func tell(_ standing: FeedStanding, at now: Timestamp) {
        meter.note(session.statistics, isLive: standing == .live)
        switch standing {
        case .down(nil): log.info("\(name): connecting")
        case .down(.some(let loss)):
            let reason = loss == .transport ? lastError.map { "\($0)" } : nil
            log.warning("\(name): \(reason ?? loss.sentence); trying again")
        case .subscribed: log.info("\(name): connected")
        case .live: log.info("\(name): live")
        case .stale(let channel):
            log.warning("\(name): nothing new on \(description.channels[channel].name)")
        case .blocked: log.error("\(name): every host refuses us for good (403 or 451)")
        case .stopped: log.info("\(name): closed")
        }
        reader.standingChanged(to: standing, at: now)
    }
}

@available(*, unavailable)
extension FeedRunner: Sendable {}

extension FeedLoss {
    /// For a person.
    var sentence: String {
        switch self {
        case .transport: "the connection is gone"
        case .connectTimeout: "connecting took too long"
        case .upgradeTimeout: "no answer to the WebSocket handshake"
        case .refused(let status): "the WebSocket handshake was answered with \(status)"
        case .badUpgrade: "the answer to the WebSocket handshake is none"
        case .closed(let code): "closed by the venue (\(code.map { "\($0)" } ?? "no code"))"
        case .protocolError(let error): "the venue broke the WebSocket protocol (\(error))"
        case .silent: "connected, and nothing comes"
        case .pingTimeout: "pings do not come, or are not answered"
        case .tooManyAttempts: "too many attempts in five minutes"
        case .renewed: "what came could not be used"
        }
    }
}
