internal import Crypto
internal import Logging
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Polymarket's user socket: what becomes of our orders, and who traded with them.
///
/// Its subscription holds the API secret and its frames the API key's id: of neither a byte is
/// logged, whatever is wrong with them.
final class UserFeed: FeedReader {
    private let log: Logger
    private let meter: FeedMeter
    private var runner: FeedRunner?
    private var isUp = false
    private var isClosing = false
    private let told: (UserMessage, Timestamp) -> Void
    private let frameEnded: () -> Void
    private let changed: (_ isUp: Bool, Timestamp) -> Void

    /// - Parameters:
    ///   - told: a message; several may come in one frame, behind which `frameEnded` is called.
    ///   - changed: the socket is up, or it is down and fills are not seen.
    init(
        at url: ServiceURL,
        _ credentials: APICredentials,
        through connector: Connector,
        clock: SessionClock,
        log: Logger,
        meter: FeedMeter,
        told: @escaping (UserMessage, Timestamp) -> Void,
        frameEnded: @escaping () -> Void,
        changed: @escaping (_ isUp: Bool, Timestamp) -> Void
    ) {
        self.log = log
        self.meter = meter
        self.told = told
        self.frameEnded = frameEnded
        self.changed = changed
        runner = FeedRunner(
            VenueFeeds.polymarketUser(
                url.endpoint,
                subscription: VenueFeeds.userSubscription(credentials)
            ),
            through: connector,
            clock: clock,
            log: log,
            meter: meter,
            reader: self
        )
    }

    func start() { runner?.start() }

    /// May be called twice.
    func close() {
        isClosing = true
        runner?.close()
        runner = nil
    }

    func read(_ bytes: Span<UInt8>, at now: Timestamp) -> FeedVerdict {
        var frame = UserFrame(bytes)
        defer { frameEnded() }
        do {
            while let message = try frame.next() {
                if case .unknown = message { meter.noteRefusal() }
                told(message, now)
            }
            return .nothing
        } catch {
            // What it would have told is not known, and nothing is repeated on this connection:
            // after the next one everything is compared.
            meter.noteRefusal()
            log.error("polymarket user: a message is refused (\(error)); connecting anew")
            return .useless
        }
    }

    func switched(at now: Timestamp) {
        // A successor took over: what the old one had not told yet is lost.
        guard isUp else { return }
        change(to: false, at: now)
        change(to: true, at: now)
    }

    func standingChanged(to standing: FeedStanding, at now: Timestamp) {
        switch standing {
        case .subscribed, .live, .stale: change(to: true, at: now)
        case .down, .blocked, .stopped: change(to: false, at: now)
        }
    }

    private func change(to isUp: Bool, at now: Timestamp) {
        guard isUp != self.isUp, !isClosing else { return }
        self.isUp = isUp
        changed(isUp, now)
    }
}

@available(*, unavailable)
extension UserFeed: Sendable {}
