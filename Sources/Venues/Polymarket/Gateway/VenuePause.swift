internal import Trading

/// How long the venue takes no orders, as it said itself or as experience has it (polymarket 11).
struct VenuePause {
    enum Kind {
        case restarting, cancelOnly, rateLimited
    }

    private let configuration: OrderGateway.Configuration
    private(set) var kind: Kind?
    private var until = Timestamp(nanoseconds: .min)
    private var restarts: Int64 = 0

    init(_ configuration: OrderGateway.Configuration) { self.configuration = configuration }

    /// Takes note of a refusal, of whatever was asked.
    mutating func note(_ refusal: VenueRefusal, at now: Timestamp) {
        let told = refusal.retryAfter.map { Duration.seconds(max(min($0, 600), 0)) }
        switch refusal.reason {
        case .restarting:
            // Of several answers that came from one attempt the first counts.
            if kind == .restarting && now < until { return }
            // 1, 2, 4 … seconds: about 90 seconds in all.
            var wait = configuration.restartRetry
            for _ in 0..<min(restarts, 16) where wait < configuration.restartRetryMax {
                wait = wait + wait
            }
            restarts += 1
            begin(.restarting, told ?? min(wait, configuration.restartRetryMax), now)
        // All our orders are post-only, so that one which is refused for that waits like any other.
        case .cancelOnly, .postOnlyMode: begin(.cancelOnly, told ?? configuration.pause, now)
        case .rateLimited: begin(.rateLimited, told ?? configuration.pause, now)
        default: break
        }
    }

    private mutating func begin(_ kind: Kind, _ wait: Duration, _ now: Timestamp) {
        self.kind = kind
        until = max(until, now + min(wait, configuration.pauseMax))
    }

    /// An order was taken.
    mutating func noteAccepted() { restarts = 0 }

    /// Ends the pause when its time is over, and says of which kind it was.
    mutating func release(at now: Timestamp) -> Kind? {
        guard let kind, now >= until else { return nil }
        self.kind = nil
        return kind
    }
}
