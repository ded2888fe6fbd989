internal import Crypto
internal import Trading
internal import Venues
internal import Wire

/// From an order that the gate let pass to the bytes of its HTTP request: amounts, signature, JSON,
/// HMAC and head; signed ahead of time or on the spot.
enum GatewayBenches {
    private static let operations = 2_000

    static var all: [Bench] {
        [
            Bench("order.send.presigned", "an order, signed ahead, to its request", .microseconds) {
                try measure(isPresigned: true)
            },
            Bench("order.send.inplace", "an order, signed in place, to its request", .microseconds)
            { try measure(isPresigned: false) },
        ]
    }

    private static func measure(isPresigned: Bool) throws -> Bench.Outcome {
        guard let approved = approvedOrder() else { return .absent("the engine did not quote") }
        let order = approved.order
        let (key, credentials) = try account()
        let now = Timestamp(seconds: MadeUpMarket.startSeconds)
        let gateway = startedGateway(key, credentials, order.market, at: now)
        let later = now + .seconds(5)
        let host = Array("clob.polymarket.com".utf8)
        let refusal = Array("{\"error\":\"order crosses the book\"}".utf8)
        var clob = ClobRequest()
        var writer = HTTPRequestWriter()
        var effects: [GatewayEffect] = []
        effects.reserveCapacity(64)
        var recorder = Recorder(capacity: operations, warmUp: operations / 10)
        for _ in 0..<operations {
            if isPresigned {
                gateway.aim(
                    order.market,
                    order.outcome,
                    order.side,
                    price: order.price,
                    size: order.size
                )
                gateway.refill(budget: 1, at: later)
            }
            effects.removeAll(keepingCapacity: true)
            try recorder.time {
                gateway.submit(approved, at: later)
                gateway.drain(into: &effects)
                guard case .send(let request)? = effects.last, gateway.write(request, into: &clob)
                else { return }
                try writer.begin(clob.method, host: host.span, target: clob.target)
                try clob.forEachHeader(credentials, at: 1_795_436_438) {
                    (name, value) throws(HTTPRequestWriter.Failure) in
                    try writer.add(name, value)
                }
                writer.finish(body: clob.body)
            }
            guard case .send(let request)? = effects.last else {
                return .absent("the gateway holds orders")
            }
            blackHole(writer.bytes.count)
            gateway.answered(request.number, status: 400, body: refusal.span, at: later)
        }
        let hits = gateway.ladder.hits
        guard hits == (isPresigned ? Int64(operations) : 0) else {
            return .absent("\(hits) orders were signed ahead")
        }
        return .times(recorder)
    }

    /// Known to nobody else.
    static func account() throws -> (key: PrivateKey, credentials: APICredentials) {
        let key = try PrivateKey(Keccak256.hash("a key for benches").span)
        let credentials = try APICredentials(
            address: key.address,
            key: Array("f6fadfa7-e5c1-4b62-a362-da5cc13da58a".utf8).span,
            secret: Array("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".utf8).span,
            passphrase: Array("passphrase".utf8).span
        )
        return (key, credentials)
    }

    /// One that has found the account empty, with a budget that is never used up.
    static func startedGateway(
        _ key: PrivateKey,
        _ credentials: APICredentials,
        _ market: MarketID,
        at now: Timestamp
    ) -> OrderGateway {
        var configuration = OrderGateway.Configuration()
        configuration.needsHeartbeat = false
        configuration.budget.ordersBurst = 1_000_000
        let gateway = OrderGateway(
            QuoteSigner(
                OrderSigner(key),
                for: .eoa(key.address),
                salts: SystemRandomNumberGenerator()
            ),
            identity: UserIdentity(owner: credentials.key, makerAddress: InlineText()),
            ladder: QuoteLadder(ticksAround: 0),
            configuration: configuration
        )
        gateway.list(
            GatewayMarket(
                id: market,
                conditionID: Keccak256.hash("a market"),
                yesToken: Keccak256.hash("a token"),
                noToken: Keccak256.hash("another token"),
                exchange: .binary,
                tickSize: .hundredth
            )
        )
        let empty = Array("{\"data\":[],\"next_cursor\":\"LTE=\"}".utf8)
        var effects: [GatewayEffect] = []
        gateway.start(at: now)
        for second in 1...2 {
            gateway.drain(into: &effects)
            let time = now + .seconds(Int64(second))
            for case .send(let request) in effects {
                gateway.answered(request.number, status: 200, body: empty.span, at: time)
            }
            effects.removeAll()
            gateway.timePassed(progress: UInt64(second), at: time + .seconds(1))
        }
        gateway.drain(into: &effects)
        for case .send(let request) in effects {
            gateway.answered(request.number, status: 200, body: empty.span, at: now + .seconds(4))
        }
        effects.removeAll()
        gateway.drain(into: &effects)
        return gateway
    }

    /// What an engine places first in a market that is quoted.
    private static func approvedOrder() -> ApprovedOrder? {
        var parameters = Parameters()
        parameters.minLiquidity = 0
        var engine = Engine(configuration: Engine.Configuration(), parameters: parameters)
        var effects: [EngineEffect] = []
        var now = Timestamp(seconds: MadeUpMarket.startSeconds)
        let definition = MadeUpMarket.definition(
            MadeUpMarket.id,
            windowStart: now,
            windowEnd: now + .seconds(86_400)
        )
        let reference = ReferencePrice(raw: 98_500_00 * 1_000_000)
        engine.handle(.marketListed(definition), at: now, into: &effects)
        engine.handle(
            .strikeObserved(MadeUpMarket.id, reference, .settlementFeed),
            at: now,
            into: &effects
        )
        for _ in 0..<20 {
            now = now + .seconds(1)
            engine.handle(.referenceChanged(reference, venueTime: now), at: now, into: &effects)
            let snapshot = MadeUpMarket(seed: 2).snapshot(at: now)
            engine.handle(.bookReplaced(snapshot), at: now, into: &effects)
            for case .placeOrder(let approved) in effects { return approved }
        }
        return nil
    }
}
