internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// One recording through one session, as fast as it can be read.
struct ReplayRun {
    private static let chunkBytes = 1 << 20
    /// Damaged lines that are named one by one; the rest is counted.
    private static let damageNamedMax = 100
    /// Fills that are listed one by one; a run with more than that lists the first.
    private static let fillsListedMax = 100_000

    private let parameters: Parameters
    private let cash: Money
    private let seed: UInt64
    /// `nil` before the first event, by which it is known what is recorded.
    private var session: TradingSession?
    private var outputs: [TradingSession.Output] = []
    private var damageNamed = 0
    private var lastEvent: Timestamp?
    private var markets: [ReplayMarket] = []
    private let listsFills: Bool
    private var fills: [ReplayFill] = []
    /// Best prices of the last book, whichever market's, for the list of fills.
    private var bestBid: Price?
    private var bestAsk: Price?

    /// - Parameter listsFills: whether the report has every fill.
    init(parameters: Parameters, cash: Money, seed: UInt64, listsFills: Bool) {
        self.parameters = parameters
        self.cash = cash
        self.seed = seed
        self.listsFills = listsFills
        outputs.reserveCapacity(256)
    }

    /// - Parameter series: the windows of a recording of feeds. Recordings of books alone carry no
    ///   reference price.
    private func makeSession(_ series: WindowSeries?) -> TradingSession {
        var configuration = Engine.Configuration()
        configuration.startingCash = cash
        configuration.hasReference = series != nil
        if let series {
            // As in the session that was recorded.
            configuration.isReferenceSettling = false
            configuration.runtimeLimits.referenceAgeMax = ReferenceFeed.silenceMax(series.asset)
        }
        return TradingSession(
            engine: Engine(configuration: configuration, parameters: parameters),
            venue: .paper(PaperVenue(configuration: .init(), seed: seed)),
            orderPath: OrderPath(isShut: false)
        )
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
        if let lastEvent { session?.advance(to: lastEvent + .seconds(1), into: &outputs) }
        takeFills()
        for index in markets.indices { close(index) }
        return ReplayReport(
            format: reader.format,
            recording: reader.statistics,
            engine: session?.engine ?? makeSession(reader.series).engine,
            markets: markets,
            fills: fills,
            wallNanoseconds: MonotonicClock.now() - started
        )
    }

    private mutating func drain(_ reader: inout RecordingReader) {
        while let item = reader.next() {
            switch item {
            case .event(let time, let event):
                lastEvent = time
                if case .marketListed(let definition) = event {
                    markets.append(ReplayMarket(definition))
                }
                if session == nil { session = makeSession(reader.series) }
                session?.handle(event, at: time, into: &outputs)
                takeFills()
                noteBook(event)
                if case .marketResolved(let id, winner: _) = event,
                    let index = markets.firstIndex(where: { $0.definition.id == id })
                {
                    markets[index].settlement = reader.settlement(of: id)
                    // The engine keeps a few markets only.
                    close(index)
                }
            case .damaged(let line, let reason): name(line, reason)
            }
        }
    }

    private mutating func noteBook(_ event: EngineEvent) {
        guard listsFills, case .bookReplaced(let snapshot) = event else { return }
        bestBid = snapshot.bids.map(\.price).max()
        bestAsk = snapshot.asks.map(\.price).min()
    }

    /// Books the fills that the session has told.
    private mutating func takeFills() {
        for output in outputs {
            guard case .record(let record) = output, case .orderFilled(let fill) = record.kind,
                let index = markets.lastIndex(where: { $0.definition.id == fill.market })
            else { continue }
            markets[index].book(fill)
            guard listsFills, fills.count < Self.fillsListedMax else { continue }
            fills.append(
                ReplayFill(
                    time: record.time,
                    fill: fill,
                    slug: markets[index].definition.slug,
                    bestBid: bestBid,
                    bestAsk: bestAsk
                )
            )
        }
        outputs.removeAll(keepingCapacity: true)
    }

    private mutating func close(_ index: Int) {
        let id = markets[index].definition.id
        if let attribution = session?.engine.attribution(of: id) {
            markets[index].attribution = attribution
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
