internal import Testing
internal import Trading

@testable internal import Journal

/// A whole session, journalled: what is on disk says what the engine says.
@Suite struct JournalSessionTests {
    private static let start = SimulatedSession.start

    private static func expectAgreement(
        _ summary: JournalSummary,
        _ engine: Engine,
        _ label: String
    ) {
        let portfolio = engine.portfolio
        #expect(summary.cash == portfolio.cash, "\(label)")
        #expect(summary.volume == portfolio.volume, "\(label)")
        #expect(summary.fees == portfolio.fees, "\(label)")
        #expect(summary.fills == portfolio.trades, "\(label)")
        #expect(summary.parameters == engine.parameters, "\(label)")
        #expect(summary.marketsListed == engine.statistics.marketsListed, "\(label)")
        #expect(summary.marketsResolved == engine.statistics.marketsResolved, "\(label)")
    }

    @Test("twenty minutes with every control, read back and added up", arguments: [1, 2, 3])
    func wholeSession(seed: UInt64) throws {
        var run = SimulatedSession(seed: seed)
        run.run(until: Self.start + .seconds(240))
        var patch = ParameterPatch()
        patch.orderSize = 25
        run.send(.parametersPatched(patch, control: 1))
        run.run(until: Self.start + .seconds(500))
        run.orderPath.shut()
        run.send(.emergencyStopped)
        run.run(until: Self.start + .seconds(530))
        run.orderPath.open()
        run.send(.rearmed)
        patch = ParameterPatch()
        patch.isRunning = true
        run.send(.parametersPatched(patch, control: 2))
        run.run(until: Self.start + .seconds(1_215))
        run.send(.shutdownRequested)
        run.run(until: Self.start + .seconds(1_225))

        var bytes = JournalBytes.header(run.records[0].time)
        for record in run.records { bytes += JournalBytes.of(record) }
        let reading = JournalBytes.read([bytes])
        #expect(reading.records == run.records, "seed \(seed)")
        #expect(reading.error == nil && reading.tornByteCount == 0)
        #expect(reading.session == reading.records.first?.time)

        var summary = JournalSummary()
        for record in reading.records { summary.fold(record) }
        let engine = run.session.engine
        Self.expectAgreement(summary, engine, "seed \(seed)")
        #expect(summary.fills > 0 && summary.marketsResolved > 0, "seed \(seed) proves little")
        #expect(summary.ordersAccepted == engine.statistics.ordersAccepted)
        #expect(summary.ordersCancelled == engine.statistics.ordersCancelled)
        #expect(summary.parameterChanges == 2)
        #expect(summary.emergencyStops == 1 && summary.rearms == 1 && !summary.isStopped)
        #expect(summary.openOrders.isEmpty, "seed \(seed)")
        #expect(summary.equity?.total == engine.totalEquity)
        #expect(summary.stateHash == engine.stateHash.value)
        #expect(run.isFinished && summary.hasEnded && summary.isExact)
    }

    @Test("at every instant the records so far add up to the engine's portfolio")
    func everyInstant() {
        var run = SimulatedSession(seed: 4)
        var summary = JournalSummary()
        var folded = 0
        var agreements = 0
        run.run(until: Self.start + .seconds(400)) { run in
            guard run.records.count > folded else { return }
            while folded < run.records.count {
                summary.fold(run.records[folded])
                folded += 1
            }
            Self.expectAgreement(summary, run.session.engine, "after record \(folded)")
            agreements += 1
        }
        #expect(agreements > 100 && summary.fills > 0)
    }
}
