internal import Logging
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Asks the venue, once, whether it serves the place from which we trade (polymarket 11). Until it
/// has said so, no order leaves.
final class PlaceCheck {
    private static let retryInterval = Duration.seconds(5)
    private static let answerMilliseconds = 5_000

    enum Standing {
        case unknown
        case served
        case blocked
    }

    private(set) var standing = Standing.unknown
    private let log: Logger
    private let client: HTTPClient
    private var askAt: Timestamp?
    private var hasComplained = false
    /// Called when the venue has answered.
    var changed: () -> Void = {}

    init(at url: ServiceURL, through connector: Connector, log: Logger) {
        self.log = log
        client = HTTPClient(
            to: url,
            through: connector,
            warmth: .cold,
            limits: HTTPResponseLimits(bodyBytesMax: 64 * 1_024),
            timeouts: HTTPTimeouts(milliseconds: Self.answerMilliseconds)
        )
    }

    /// May be called twice.
    func close() { client.close() }

    func timePassed(at now: Timestamp) {
        guard standing == .unknown, now >= askAt ?? now else { return }
        askAt = now + Self.retryInterval
        var request = HTTPRequestWriter()
        do {
            try request.begin(.get, host: client.url.authority, target: client.url.target)
            try request.add("Accept", "application/json")
            try request.add("User-Agent", "quesquant")
        } catch {
            return complain("it cannot be asked (\(error))")
        }
        request.finish()
        client.send(request) { [weak self] result, body in self?.take(result, body) }
    }

    private func take(
        _ result: Result<HTTPResponseHead, HTTPClientError>,
        _ body: Span<UInt8>
    ) {
        switch result {
        case .failure(let error): complain("\(error)")
        case .success(let head) where head.status != .ok:
            complain("it answers \(head.status.code)")
        case .success:
            do {
                standing = try ClobAnswers.blocked(body) ? .blocked : .served
            } catch {
                return complain("its answer cannot be read (\(error))")
            }
            if standing == .blocked {
                log.error("the venue does not serve the place from which we ask: no orders")
            }
            changed()
        }
    }

    private func complain(_ reason: String) {
        guard !hasComplained else { return }
        hasComplained = true
        log.warning(
            "whether the venue serves this place is not known: \(reason); asking again"
        )
    }
}

@available(*, unavailable)
extension PlaceCheck: Sendable {}
