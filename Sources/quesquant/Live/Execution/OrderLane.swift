internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// The connections of one kind of request to the venue, all kept warm, one request under way on
/// each. A request takes one that is free; the others are its spares.
final class OrderLane {
    struct Terms {
        /// Connections, at least 1.
        var connections: Int
        /// Until the head of an answer, and from there until its end.
        var answerMilliseconds: Int
        /// The longest answer that is read.
        var bodyBytesMax = 256 * 1_024
    }

    /// What came back for a request, and when it had left, by the monotonic clock in nanoseconds.
    /// The body is gone when the call returns.
    typealias Answer = (
        _ request: GatewayRequest,
        _ sentAt: Int64,
        _ result: Result<HTTPResponseHead, HTTPClientError>,
        _ body: Span<UInt8>
    ) -> Void

    private final class Connection {
        let client: HTTPClient
        /// Requests without an answer.
        var underWay = 0

        init(_ client: HTTPClient) { self.client = client }

        var isFree: Bool { underWay == 0 && client.readyCount > 0 }
    }

    private let url: ServiceURL
    private let connector: Connector
    private let terms: Terms
    private let answered: Answer
    private var connections: [Connection] = []

    /// - Parameter answered: called once for each request that was sent; inside `send` only when it
    ///   is refused at once.
    init(
        to url: ServiceURL,
        through connector: Connector,
        _ terms: Terms,
        answered: @escaping Answer
    ) {
        self.url = url
        self.connector = connector
        self.terms = terms
        self.answered = answered
        connections = made()
    }

    /// Connections that could take a request at once.
    var freeCount: Int { connections.count { $0.isFree } }

    /// Connects ahead of the first request.
    func warm() { for connection in connections { connection.client.warm() } }

    /// Sends on a connection that is free, or not at all: for what is wrong when it is late.
    /// - Returns: whether it left.
    func sendAtOnce(
        _ bytes: borrowing HTTPRequestWriter,
        for request: GatewayRequest
    ) -> Bool {
        for connection in connections where connection.isFree {
            send(bytes, for: request, on: connection)
            return true
        }
        return false
    }

    /// Sends on a connection that is free, or behind what waits for the one with the least to do.
    func send(_ bytes: borrowing HTTPRequestWriter, for request: GatewayRequest) {
        guard !sendAtOnce(bytes, for: request) else { return }
        var least = connections[0]
        for connection in connections where connection.underWay < least.underWay {
            least = connection
        }
        send(bytes, for: request, on: least)
    }

    private func send(
        _ bytes: borrowing HTTPRequestWriter,
        for request: GatewayRequest,
        on connection: Connection
    ) {
        let sentAt = MonotonicClock.now()
        connection.underWay += 1
        connection.client.send(bytes) { [answered] result, body in
            connection.underWay -= 1
            answered(request, sentAt, result, body)
        }
    }

    /// Gives up every connection and makes new ones; what is under way is answered as lost, inside
    /// this call.
    func renew() {
        let old = connections
        connections = made()
        warm()
        for connection in old { connection.client.close() }
    }

    /// What is under way is answered as lost, inside this call. What is sent from now on is, too.
    /// May be called twice.
    func close() { for connection in connections { connection.client.close() } }

    private func made() -> [Connection] {
        (0..<terms.connections).map { _ in
            Connection(
                HTTPClient(
                    to: url,
                    through: connector,
                    warmth: .one,
                    limits: HTTPResponseLimits(bodyBytesMax: terms.bodyBytesMax),
                    timeouts: HTTPTimeouts(milliseconds: terms.answerMilliseconds)
                )
            )
        }
    }
}

@available(*, unavailable)
extension OrderLane: Sendable {}
