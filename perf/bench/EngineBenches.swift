internal import Trading

/// From an event to the engine's decision, with quotes standing.
enum EngineBenches {
    private static let operations = 10_000

    static var all: [Bench] {
        [
            Bench("engine.book", "a whole book (99 levels) in, quotes decided") {
                var books: [BookSnapshot] = []
                var market = MadeUpMarket(seed: 2)
                for _ in 0..<64 {
                    market.change()
                    books.append(market.snapshot(at: Timestamp(nanoseconds: 0)))
                }
                return measure { .bookReplaced(books[$0 & 63]) }
            },
            Bench("engine.level", "one level changed, quotes decided") {
                let prices = (0..<64).map { Price(raw: 4_900 - Int64($0 % 8) * 100) }
                return measure { index in
                    .levelChanged(
                        LevelChange(
                            market: MadeUpMarket.id,
                            side: .buy,
                            level: PriceLevel(
                                price: prices[index & 63],
                                size: Quantity(shares: 200 + Int64(index & 127))
                            ),
                            venueTime: Timestamp(nanoseconds: 0)
                        )
                    )
                }
            },
            Bench("engine.reference", "the reference price moved, quotes decided") {
                measure { index in
                    .referenceChanged(price(index), venueTime: Timestamp(nanoseconds: 0))
                }
            },
            Bench("engine.time", "nothing but time passed") { measure { _ in .timePassed } },
        ]
    }

    private static func price(_ index: Int) -> ReferencePrice {
        ReferencePrice(raw: (98_500_00 + Int64(index % 16)) * 1_000_000)
    }

    /// An event every 20 ms, so that every fifth call also publishes a tick. What the engine asks of
    /// the venue is granted between the calls.
    private static func measure(_ event: (Int) -> EngineEvent) -> Bench.Outcome {
        var market = QuotingMarket()
        market.warmUp()
        var recorder = Recorder(capacity: operations, warmUp: operations / 10)
        for index in 0..<operations {
            if index % 32 == 0 { market.keepFresh(index) }
            let event = event(index)
            market.now = market.now + .milliseconds(20)
            recorder.time {
                market.engine.handle(event, at: market.now, into: &market.effects)
            }
            market.grantEffects()
        }
        guard market.engine.statistics.ordersAccepted > 0 else {
            return .absent("the engine did not quote")
        }
        return .times(recorder)
    }

    /// An engine that quotes one market whose window does not end, and a venue that grants it all.
    private struct QuotingMarket {
        var engine: Engine
        var effects: [EngineEffect] = []
        var now = Timestamp(seconds: MadeUpMarket.startSeconds)

        init() {
            var parameters = Parameters()
            parameters.minLiquidity = 0
            engine = Engine(configuration: Engine.Configuration(), parameters: parameters)
            effects.reserveCapacity(256)
        }

        mutating func warmUp() {
            let definition = MadeUpMarket.definition(
                MadeUpMarket.id,
                windowStart: now,
                windowEnd: now + .seconds(86_400)
            )
            handle(.marketListed(definition))
            handle(.strikeObserved(MadeUpMarket.id, EngineBenches.price(0), .settlementFeed))
            for second in 0..<20 {
                now = now + .seconds(1)
                keepFresh(second)
                let snapshot = MadeUpMarket(seed: 2).snapshot(at: now)
                handle(.bookReplaced(snapshot))
            }
        }

        /// Feeds that fall silent would end the quoting.
        mutating func keepFresh(_ index: Int) {
            handle(.referenceChanged(EngineBenches.price(index), venueTime: now))
            handle(
                .traded(
                    TradePrint(
                        market: MadeUpMarket.id,
                        takerSide: .buy,
                        price: Price(raw: 5_100),
                        size: nil,
                        venueTime: now
                    )
                )
            )
        }

        /// Accepts and cancels at once, as asked.
        mutating func grantEffects() {
            while let effect = effects.popLast() {
                switch effect {
                case .placeOrder(let approved):
                    engine.handle(.orderAccepted(approved.order.id), at: now, into: &effects)
                case .cancelOrder(let id):
                    engine.handle(.orderCancelled(id, .requested), at: now, into: &effects)
                default: break
                }
            }
        }

        private mutating func handle(_ event: EngineEvent) {
            engine.handle(event, at: now, into: &effects)
            grantEffects()
        }
    }
}
