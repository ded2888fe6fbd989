/// A number of the rest of the house that `GET /metrics` shows.
public struct APIMetric {
    public enum Kind: Sendable {
        /// Only grows while the process lives.
        case counter
        case gauge
    }

    /// Such as `quesquant_orders_total`; letters, digits and `_`.
    public let name: String
    /// A sentence, on one line.
    public let help: String
    public let kind: Kind
    /// One number, or one for each value of a label. Called on the API loop for every scrape.
    let read: () -> [Sample]

    struct Sample {
        /// Such as `{code="HALTED"}`; empty for the only one.
        var label: String
        var value: Double
    }

    public init(name: String, help: String, kind: Kind, read: @escaping () -> Double) {
        self.init(name, help, kind) { [Sample(label: "", value: read())] }
    }

    /// A number for each value of a label; the values are words.
    public init(
        name: String,
        help: String,
        kind: Kind,
        label: String,
        read: @escaping () -> [(value: String, number: Double)]
    ) {
        self.init(name, help, kind) {
            read().map { Sample(label: "{\(label)=\"\($0.value)\"}", value: $0.number) }
        }
    }

    private init(_ name: String, _ help: String, _ kind: Kind, read: @escaping () -> [Sample]) {
        precondition(
            !name.isEmpty && name.utf8.allSatisfy { $0 == 0x5F || $0.isASCIIAlphanumeric },
            "a metric's name is a word"
        )
        precondition(!help.utf8.contains(0x0A), "a metric's help is one line")
        self.name = name
        self.help = help
        self.kind = kind
        self.read = read
    }
}

/// What the API counts of itself, beside what the stream counts.
struct APICounters {
    /// Connections refused because there were too many.
    var connectionsRefused: UInt64 = 0
    /// Answers by the first digit of their status; index 0 is 1xx.
    private var answers = InlineArray<5, UInt64>(repeating: 0)
    /// Control requests that were carried out.
    var updates: UInt64 = 0
    var stops: UInt64 = 0
    /// Control requests refused for their key.
    var keyRefusals: UInt64 = 0

    /// Notes an answer.
    mutating func count(status: Int) { answers[status / 100 - 1] += 1 }

    func write(to text: inout PrometheusText, stream: TickStream, connectionCount: Int) {
        let ticks = stream.counters
        text.add("api_stream_clients", "Clients of the stream.", .gauge, stream.clientCount)
        text.add("api_connections", "Open connections.", .gauge, connectionCount)
        text.add(
            "api_connections_refused_total",
            "Connections refused because there were too many.",
            .counter,
            connectionsRefused
        )
        text.add("api_ticks_total", "Ticks published.", .counter, ticks.ticksPublished)
        text.add("api_frames_total", "Tick frames handed to sockets.", .counter, ticks.framesSent)
        text.add(
            "api_ticks_conflated_total",
            "State ticks passed over for slow clients.",
            .counter,
            ticks.ticksConflated
        )
        text.add(
            "api_clients_dropped_total",
            "Stream clients dropped for not reading (1013).",
            .counter,
            ticks.clientsDropped
        )
        text.add("api_tape_bytes", "Kept for slow clients.", .gauge, stream.tapeByteCount)
        text.head("api_http_answers_total", "Answers by class of status.", .counter)
        for index in 0..<5 {
            text.sample("api_http_answers_total{class=\"\(index + 1)xx\"}", answers[index])
        }
        text.head("api_control_requests_total", "Control requests.", .counter)
        text.sample("api_control_requests_total{kind=\"update\"}", updates)
        text.sample("api_control_requests_total{kind=\"stop\"}", stops)
        text.sample("api_control_requests_total{kind=\"key_refused\"}", keyRefusals)
    }
}

/// Prometheus' text format, version 0.0.4.
struct PrometheusText {
    private(set) var text = ""

    static let contentType: StaticString = "text/plain; version=0.0.4; charset=utf-8"

    mutating func head(_ name: String, _ help: String, _ kind: APIMetric.Kind) {
        text += "# HELP quesquant_\(name) \(help)\n"
        text += "# TYPE quesquant_\(name) \(kind == .counter ? "counter" : "gauge")\n"
    }

    mutating func sample(_ name: String, _ value: some BinaryInteger) {
        text += "quesquant_\(name) \(value)\n"
    }

    mutating func add(
        _ name: String,
        _ help: String,
        _ kind: APIMetric.Kind,
        _ value: some BinaryInteger
    ) {
        head(name, help, kind)
        sample(name, value)
    }

    /// A metric under its own name.
    mutating func add(_ metric: APIMetric) {
        text += "# HELP \(metric.name) \(metric.help)\n"
        text += "# TYPE \(metric.name) \(metric.kind == .counter ? "counter" : "gauge")\n"
        for sample in metric.read() { text += "\(metric.name)\(sample.label) \(sample.value)\n" }
    }
}

extension UInt8 {
    fileprivate var isASCIIAlphanumeric: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}
