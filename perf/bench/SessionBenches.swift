internal import Trading

/// The simulated market, and a whole paper session on it.
enum SessionBenches {
    private static let events = 50_000
    private static let batch = 50

    static var all: [Bench] {
        [
            Bench("simulator.event", "the simulated market's next event (mean of 50)") {
                var simulator = makeSimulator()
                var recorder = Recorder(capacity: events / batch, warmUp: events / batch / 10)
                for _ in 0..<(events / batch) {
                    recorder.time(batch) {
                        for _ in 0..<batch {
                            blackHole(simulator.next(upTo: Timestamp(nanoseconds: .max)))
                        }
                    }
                }
                return .times(recorder)
            },
            Bench("session.event", "an event through engine and paper venue, answers included") {
                session()
            },
        ]
    }

    private static func makeSimulator() -> MarketSimulator {
        MarketSimulator(seed: 1, start: Timestamp(seconds: MadeUpMarket.startSeconds))
    }

    private static func session() -> Bench.Outcome {
        var simulator = makeSimulator()
        var session = TradingSession(
            engine: Engine(configuration: Engine.Configuration(), parameters: Parameters()),
            venue: .paper(PaperVenue(configuration: PaperVenue.Configuration(), seed: 1)),
            orderPath: OrderPath(isShut: false)
        )
        var outputs: [TradingSession.Output] = []
        outputs.reserveCapacity(4_096)
        var recorder = Recorder(capacity: events, warmUp: events / 10)
        for _ in 0..<events {
            guard let (time, event) = simulator.next(upTo: Timestamp(nanoseconds: .max)) else {
                return .absent("the simulated market has ended")
            }
            recorder.time { session.handle(event, at: time, into: &outputs) }
            outputs.removeAll(keepingCapacity: true)
        }
        return .times(recorder)
    }
}
