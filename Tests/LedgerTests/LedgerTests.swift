internal import TestSupport
internal import Testing
internal import Trading

@testable internal import Ledger

@Suite struct LedgerTests {
    @Test("a session's records become the right rows")
    func rows() throws {
        let folder = try Folder()
        let ledger = try Ledger(path: folder.file())
        defer { ledger.close() }
        try ledger.apply(Script.whole)
        let path = folder.file()

        #expect(
            try Rows.lines("number state filled_e6 rejection cancel_reason", of: "orders", in: path)
                == [
                    "1|open|0|-|-", "2|rejected|0|would_cross|-", "3|cancelled|0|-|requested",
                    "4|filled|10000000|-|-", "5|open|2500001|-|-", "6|sent|0|-|-",
                    "7|cancelled|1000000|-|tick_size_changed",
                ]
        )
        #expect(
            try Rows.lines("trade_id outcome size_e6 amount_e6 is_complete", of: "fills", in: path)
                == [
                    "-1|YES|1|0|0", "41|YES|4000000|1960000|0", "42|YES|6000000|2940000|1",
                    "51|NO|2500001|1225000|0", "71|YES|1000000|490000|0",
                ]
        )
        #expect(
            try Rows.lines("kind order_size is_running", of: "controls", in: path)
                == ["parameters|25|1", "rearm|-|-", "started|10|1", "stop|-|-"]
        )
        #expect(
            try Rows.lines("number slug no_token winner settlement", of: "markets", in: path)
                == ["3|btc-updown-5m-1776323400|-|YES|chainlink_twap_60s"]
        )
        #expect(
            try Rows.lines("market time pairs_e6 gas_e6", of: "merges", in: path)
                == ["3|1776323400026000000|2500000|10000"]
        )
        #expect(
            try Rows.lines("id starting_cash_e6 state_hash", of: "sessions", in: path)
                == ["1776323400000000000|1000000000|00fedcba98765432"]
        )
        #expect(
            try Rows.lines("time total_e6 profit_e6", of: "equity", in: path)
                == ["1776323400025000000|1004110000|4110000"]
        )
    }

    @Test("the views show dollars, shares and times")
    func views() throws {
        let folder = try Folder()
        let ledger = try Ledger(path: folder.file())
        defer { ledger.close() }
        try ledger.apply(Script.whole)
        let path = folder.file()

        #expect(
            try Rows.lines("time market outcome price size amount", of: "fills_view", in: path)[1]
                == "2026-04-16T07:10:00.015000Z|btc-updown-5m-1776323400|YES|0.49|6.0|2.94"
        )
        #expect(
            try Rows.lines(
                "number filled state reason accepted_after_ms ended_at",
                of: "orders_view",
                in: path
            )[2]
                == "3|0.0|cancelled|requested|7.0|2026-04-16T07:10:00.012000Z"
        )
        #expect(
            try Rows.lines(
                "started_at ended_at starting_cash final_equity profit fills fees",
                of: "sessions_view",
                in: path
            )
                == [
                    "2026-04-16T07:10:00.000000Z|2026-04-16T07:10:00.027000Z|1000.0|1004.11|4.11"
                        + "|5|0.0"
                ]
        )
        // 11.000001 YES paid, 13.500002 shares bought at 0.49, a merge for a cent of gas.
        #expect(
            try Rows.lines("winner fills volume payout profit", of: "markets_view", in: path)
                == ["YES|5|6.615|11.000001|4.375001"]
        )
        #expect(try Rows.lines("time kind", of: "controls_view", in: path).count == 4)
        #expect(try Rows.lines("total profit", of: "equity_view", in: path) == ["1004.11|4.11"])
    }

    @Test("the same records again change nothing, in the same process or after a restart")
    func idempotence() throws {
        let folder = try Folder()
        let ledger = try Ledger(path: folder.file())
        try ledger.apply(Script.whole)
        let once = try Rows.dump(folder.file())
        #expect(once.count > 15)
        try ledger.apply(Script.whole)
        #expect(try Rows.dump(folder.file()) == once)
        ledger.close()
        let again = try Ledger(path: folder.file())
        defer { again.close() }
        #expect(try Rows.dump(folder.file()) == once)
        try again.apply(Script.whole)
        #expect(try Rows.dump(folder.file()) == once)
    }

    @Test("after a crash at any record the journal's records complete the ledger")
    func crash() throws {
        let folder = try Folder()
        let complete = try Ledger(path: folder.file())
        try complete.apply(Script.whole)
        complete.close()
        let expected = try Rows.dump(folder.file())
        for count in Script.whole.indices {
            let path = folder.file("\(count).db")
            let ledger = try Ledger(path: path)
            try ledger.apply(Script.whole.prefix(count))
            // Applied, but the process ended before the commit.
            if count > 0 { try ledger.apply(Script.whole[count]) }
            ledger.close()
            let restarted = try Ledger(path: path)
            try restarted.apply(Script.whole)
            restarted.close()
            #expect(try Rows.dump(path) == expected, "crash after \(count) records")
        }
    }

    @Test("records that the ledger missed are added later, whichever they were")
    func gaps() throws {
        let folder = try Folder()
        let complete = try Ledger(path: folder.file())
        try complete.apply(Script.whole)
        complete.close()
        let expected = try Rows.dump(folder.file())
        for seed in UInt64(1)...30 {
            var random = SplitMix64(seed: seed)
            let path = folder.file("\(seed).db")
            let ledger = try Ledger(path: path)
            defer { ledger.close() }
            let some = Script.whole.dropFirst().filter { _ in Bool.random(using: &random) }
            try ledger.apply([Script.whole[0]] + some)
            try ledger.apply(Script.whole)
            #expect(try Rows.dump(path) == expected, "seed \(seed)")
        }
    }

    @Test("several controls of one instant are all kept")
    func simultaneousControls() throws {
        let folder = try Folder()
        let ledger = try Ledger(path: folder.file())
        defer { ledger.close() }
        var changed = Parameters()
        var records = [Script.whole[0]]
        for size in Int64(1)...5 {
            changed.orderSize = size
            // The first of them at the very instant of the start.
            let time = Script.start + .milliseconds(size / 3)
            records.append(SessionRecord(time: time, kind: .parametersChanged(changed)))
        }
        for _ in 0..<2 {
            try ledger.apply(records)
            #expect(
                try Rows.lines("ordinal order_size", of: "controls", in: folder.file())
                    == ["0|10", "0|3", "1|1", "1|4", "2|2", "2|5"]
            )
        }
    }

    @Test("sessions are kept apart")
    func sessions() throws {
        let folder = try Folder()
        let ledger = try Ledger(path: folder.file())
        defer { ledger.close() }
        try ledger.apply(Script.whole)
        let first = try Rows.dump(folder.file())
        let later = Script.whole.map {
            SessionRecord(time: $0.time + .seconds(3_600), kind: $0.kind)
        }
        try ledger.apply(later)
        let both = try Rows.dump(folder.file())
        #expect(both.count == 2 * first.count)
        #expect(Set(first).isSubset(of: both))
    }

    @Test("other programs read what is committed while a group is being written")
    func readers() throws {
        let folder = try Folder()
        let ledger = try Ledger(path: folder.file())
        defer { ledger.close() }
        try ledger.apply(Script.whole.prefix(3))
        for record in Script.whole.dropFirst(3) { try ledger.apply(record) }
        #expect(try Rows.value("SELECT count(*) FROM orders", in: folder.file()) == "1")
        try ledger.commit()
        #expect(try Rows.value("SELECT count(*) FROM orders", in: folder.file()) == "7")
        try ledger.commit()
    }

    @Test("a simulated session's tables add up to the engine's sums")
    func simulation() throws {
        let folder = try Folder()
        let ledger = try Ledger(path: folder.file())
        defer { ledger.close() }
        let (engine, records) = PaperRun.records(seed: 1, length: .seconds(620))
        try ledger.apply(records)
        let path = folder.file()
        let portfolio = engine.portfolio
        #expect(portfolio.trades > 0)
        func integer(_ sql: String) throws -> Int64? {
            try Rows.value(sql, in: path).flatMap { Int64($0) }
        }
        #expect(try integer("SELECT count(*) FROM fills") == portfolio.trades)
        #expect(try integer("SELECT sum(amount_e6) FROM fills") == portfolio.volume.raw)
        #expect(
            try integer(
                """
                SELECT starting_cash_e6
                    + (SELECT sum(iif(side = 'BUY', -1, 1) * amount_e6 - fee_e6) FROM fills)
                    + (SELECT coalesce(sum(iif(side = 'BUY', 1, -1) * size_e6), 0) FROM fills f
                        JOIN markets m ON m.number = f.market AND m.winner = f.outcome)
                FROM sessions
                """
            ) == portfolio.cash.raw
        )
        #expect(
            try integer("SELECT count(*) FROM orders WHERE accepted_at IS NOT NULL")
                == engine.statistics.ordersAccepted
        )
        #expect(
            try integer("SELECT count(*) FROM orders WHERE state = 'cancelled'")
                == engine.statistics.ordersCancelled
        )
        #expect(try integer("SELECT count(*) FROM orders WHERE filled_e6 > size_e6") == 0)
    }
}

/// A paper session on the simulated market.
enum PaperRun {
    static func records(
        seed: UInt64,
        length: Trading.Duration
    ) -> (engine: Engine, records: [SessionRecord]) {
        var parameters = Parameters()
        parameters.spreadOffset = 0.001
        parameters.minLiquidity = 100
        var simulator = MarketSimulator(seed: seed, start: Script.start)
        var session = TradingSession(
            engine: Engine(configuration: Engine.Configuration(), parameters: parameters),
            venue: .paper(PaperVenue(configuration: PaperVenue.Configuration(), seed: seed)),
            orderPath: OrderPath(isShut: false)
        )
        var outputs: [TradingSession.Output] = []
        var records: [SessionRecord] = []
        while let (time, event) = simulator.next(upTo: Script.start + length) {
            session.handle(event, at: time, into: &outputs)
            for case .record(let record) in outputs { records.append(record) }
            outputs.removeAll(keepingCapacity: true)
        }
        return (session.engine, records)
    }
}
