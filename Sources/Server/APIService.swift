internal import Reactor
internal import Trading
internal import Wire

/// What all connections share: what they are judged by, who carries out control requests, the
/// stream, and the counters. Lives as long as the last connection.
final class APIService {
    let configuration: APIConfiguration
    let policy: RequestPolicy
    let control: any ControlPort
    let stream: TickStream
    var counters = APICounters()
    /// Connections are to end: no answer keeps one alive.
    var isGoingAway = false
    /// Open connections, of both kinds; kept by the server.
    var connectionCount = 0

    /// What the rest of the house has registered.
    var registeredMetrics: [APIMetric] = []

    private var date = HTTPDate()

    init(_ configuration: APIConfiguration, control: any ControlPort) {
        self.configuration = configuration
        self.control = control
        policy = RequestPolicy(
            key: APIKey(configuration.apiKey),
            cors: CORS(allowed: configuration.allowedOrigins),
            checksStreamOrigin: configuration.checksStreamOrigin
        )
        stream = TickStream(configuration)
    }

    /// By the monotonic clock: for deadlines only.
    var now: Timestamp { Timestamp(nanoseconds: MonotonicClock.now()) }

    /// Lends the `date` of an answer given now.
    func withDate<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        date.update(seconds: WallClock.now() / 1_000_000_000)
        let text = date.text
        return try body(text.span)
    }

    /// `GET /metrics`
    func metrics() -> Answer {
        var text = PrometheusText()
        counters.write(to: &text, stream: stream, connectionCount: connectionCount)
        for metric in registeredMetrics { text.add(metric) }
        var answer = Answer(.ok, text: text.text)
        answer.contentType = PrometheusText.contentType
        return answer
    }
}

/// The text of the present second, made once in a second.
private struct HTTPDate {
    private var seconds: Int64 = -1
    private(set) var text: [UInt8] = []

    mutating func update(seconds: Int64) {
        guard seconds != self.seconds else { return }
        self.seconds = seconds
        // The buffer is written through a span that checks every write.
        text = unsafe Array(unsafeUninitializedCapacity: DateText.httpDateByteCount) {
            buffer,
            count in
            var output = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
            DateText.appendHTTPDate(seconds: seconds, to: &output)
            count = unsafe output.finalize(for: buffer)
        }
    }
}
