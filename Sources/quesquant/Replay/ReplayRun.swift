internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// One recording through one session, as fast as it can be read.
struct ReplayRun {
    private static let chunkBytes = 1 << 20
    /// Damaged lines that are named one by one; the rest is counted.
    private static let damageNamedMax = 100

    private var session: PaperSession
    private var outputs: [PaperSession.Output] = []
    private var damageNamed = 0
    private var lastEvent: Timestamp?

    init(parameters: Parameters, cash: Money, seed: UInt64) {
        var configuration = Engine.Configuration()
        configuration.startingCash = cash
        // Book recordings carry no reference price.
        configuration.hasReference = false
        session = PaperSession(
            engine: Engine(configuration: configuration, parameters: parameters),
            venue: PaperVenue(configuration: .init(), seed: seed),
            orderPath: OrderPath(isShut: false)
        )
        outputs.reserveCapacity(256)
    }

    /// - Parameter path: `-` for standard input.
    mutating func run(path: String) throws -> ReplayReport {
        let source = try ByteSource(path: path)
        defer { source.close() }
        var reader = RecordingReader()
        var chunk = ByteBuffer(capacity: Self.chunkBytes)
        let started = MonotonicClock.now()
        var isFirst = true
        while try source.read(into: &chunk, upTo: Self.chunkBytes) > 0 {
            if isFirst { try CompressedInput.refuse(chunk.span, name: source.name) }
            isFirst = false
            reader.receive(chunk.span)
            chunk.removeAll()
            drain(&reader)
        }
        reader.finish()
        drain(&reader)
        // The answers still under way arrive.
        if let lastEvent { session.advance(to: lastEvent + .seconds(1), into: &outputs) }
        outputs.removeAll(keepingCapacity: true)
        return ReplayReport(
            recording: reader.statistics,
            engine: session.engine,
            wallNanoseconds: MonotonicClock.now() - started
        )
    }

    private mutating func drain(_ reader: inout RecordingReader) {
        while let item = reader.next() {
            switch item {
            case .event(let time, let event):
                lastEvent = time
                session.handle(event, at: time, into: &outputs)
                outputs.removeAll(keepingCapacity: true)
            case .damaged(let line, let reason): name(line, reason)
            }
        }
    }

    private mutating func name(_ line: Int, _ reason: RecordingDamage) {
        damageNamed += 1
        if damageNamed <= Self.damageNamedMax {
            Console.complain("line \(line): \(reason.sentence)")
        } else if damageNamed == Self.damageNamedMax + 1 {
            Console.complain("more damaged lines are counted and not named")
        }
    }
}
