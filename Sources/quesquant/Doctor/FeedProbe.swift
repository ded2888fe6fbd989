internal import Reactor
internal import Trading
internal import Wire

/// What a message of a feed was worth.
struct ProbeSample {
    /// Whether it was data of what we follow.
    var isData = false
    /// When the venue says that it happened.
    var venueTime: Timestamp?
    /// Why it cannot be used.
    var problem: String?
}

/// Whoever understands a feed's messages.
protocol ProbeReader: AnyObject {
    func read(_ bytes: Span<UInt8>, at now: Timestamp) -> ProbeSample
}

/// Listens to one feed for a few seconds and says how it is.
final class FeedProbe {
    /// What a feed is judged by.
    struct Expectation {
        /// Whether silence is a fault; without orders a user socket has nothing to say.
        var needsData = true
        /// Older data than this is worth a warning; `nil` when its age means nothing.
        var ageMax: Duration?
    }

    static let listeningMilliseconds = 4_000
    private static let messageBytesMax = 4 << 20
    private static let agesMax = 4_096

    private let name: String
    private let board: DoctorBoard
    private let connector: Connector
    private let reader: any ProbeReader
    private let subscriptions: [[UInt8]]
    private let expectation: Expectation
    /// How far the venue's clock is ahead, for the age of what comes.
    private let offset: () -> Duration
    /// Not yet tried.
    private var urls: [ServiceURL]
    private var client: WebSocketClient?
    private var timer: LoopTimer?
    private var began = MonotonicClock.now()
    private var openedAfter: Duration?
    private var firstDataAfter: Duration?
    private var messageCount = 0
    private var problemCount = 0
    private var firstProblem = ""
    private var ages: [Int64] = []
    private var isOver = false

    /// - Parameter urls: in the order of preference; not empty.
    init(
        _ name: String,
        at urls: [ServiceURL],
        subscriptions: [[UInt8]],
        expectation: Expectation = Expectation(),
        reader: any ProbeReader,
        offset: @escaping () -> Duration,
        through connector: Connector,
        for board: DoctorBoard
    ) {
        self.name = name
        self.urls = urls
        self.subscriptions = subscriptions
        self.expectation = expectation
        self.reader = reader
        self.offset = offset
        self.connector = connector
        self.board = board
    }

    /// Connects; the finding comes within the time of connecting and listening.
    func start() {
        guard !urls.isEmpty else { return }
        let url = urls.removeFirst()
        began = MonotonicClock.now()
        let client: WebSocketClient
        do {
            client = try WebSocketClient(
                to: url,
                through: connector,
                limits: WebSocketLimits(messageBytesMax: Self.messageBytesMax)
            )
        } catch {
            preconditionFailure("a handshake of checked parts: \(error)")
        }
        client.onOpen = { self.opened() }
        client.onText = { self.receive($0) }
        client.onEnd = { self.ended($0) }
        self.client = client
    }

    private func opened() {
        openedAfter = elapsed
        for text in subscriptions { client?.send(text: text.span) }
        timer = LoopTimer(on: connector.loop) { self.conclude(nil) }
        timer?.start(afterMilliseconds: Self.listeningMilliseconds)
    }

    private func receive(_ bytes: Span<UInt8>) {
        let now = Asker.now
        messageCount += 1
        let sample = reader.read(bytes, at: now)
        if let problem = sample.problem {
            problemCount += 1
            if firstProblem.isEmpty { firstProblem = problem }
        }
        if sample.isData, firstDataAfter == nil { firstDataAfter = elapsed }
        if let time = sample.venueTime, ages.count < Self.agesMax {
            ages.append((now + offset() - time).nanoseconds)
        }
    }

    private func ended(_ outcome: WebSocketOutcome) {
        guard !isOver else { return }
        client = nil
        // The next host, as the feed itself would go on.
        if openedAfter == nil, !urls.isEmpty { return start() }
        conclude("\(outcome)")
    }

    private var elapsed: Duration { Duration(nanoseconds: MonotonicClock.now() - began) }

    /// - Parameter end: why it was not listened to for the whole time.
    private func conclude(_ end: String?) {
        guard !isOver else { return }
        isOver = true
        timer?.close()
        timer = nil
        let host = client?.url.authority
        client?.abandon()
        client = nil
        guard let openedAfter else {
            let advice = "without it nothing is quoted: see services for the network"
            return board.report(.feeds, name, .fail, end ?? "no connection", advice)
        }
        let open =
            "\(host.map { "\($0): " } ?? "")open after "
            + FigureText.milliseconds(openedAfter)
        if let end {
            return board.report(.feeds, name, .fail, "\(open), then lost: \(end)")
        }
        var figures = [FigureText.figure("open_after", openedAfter)]
        guard let firstDataAfter else {
            let verdict: Finding.Verdict = expectation.needsData ? .fail : .pass
            let text =
                messageCount == 0
                ? "nothing came in \(Self.listeningMilliseconds / 1_000) s"
                : "\(messageCount) messages, none of what is followed"
            return board.report(.feeds, name, verdict, "\(open), \(text)", figures: figures)
        }
        let rate = Int64(messageCount) * 1_000_000_000 / Int64(Self.listeningMilliseconds)
        var text =
            "\(open), data after \(FigureText.milliseconds(firstDataAfter)), "
            + "\(FigureText.decimal(rate, decimals: 1)) messages/s"
        figures.append(FigureText.figure("data_after", firstDataAfter))
        figures.append(Finding.Figure(name: "messages_per_second", millionths: rate))
        judge(&text, &figures)
    }

    private func judge(_ text: inout String, _ figures: inout [Finding.Figure]) {
        ages.sort()
        var isOld = false
        if !ages.isEmpty {
            let median = Duration(nanoseconds: ages[ages.count / 2])
            let late = Duration(nanoseconds: ages[min(ages.count - 1, ages.count * 95 / 100)])
            text +=
                ", \(FigureText.milliseconds(median)) old (95 %: "
                + "\(FigureText.milliseconds(late)))"
            figures.append(FigureText.figure("age_median", median))
            figures.append(FigureText.figure("age_p95", late))
            isOld = expectation.ageMax.map { median > $0 } ?? false
        }
        if problemCount > 0 {
            return board.report(
                .feeds,
                name,
                .warn,
                "\(text); \(problemCount) not understood, the first: \(firstProblem)",
                "the venue may have changed its format: such a market is not quoted",
                figures: figures
            )
        }
        guard isOld else {
            return board.report(.feeds, name, .pass, text, figures: figures)
        }
        board.report(
            .feeds,
            name,
            .warn,
            text,
            "run nearer to the venue, and see clock",
            figures: figures
        )
    }
}

@available(*, unavailable)
extension FeedProbe: Sendable {}
