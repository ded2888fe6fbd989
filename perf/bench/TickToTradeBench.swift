internal import Crypto
internal import TestSupport
internal import Trading
internal import Venues
internal import Wire

/// From the bytes of a venue's frame, as the socket brought them, to the bytes of the order that it
/// leads to, handed to the kernel: decryption, framing, decoding, book, decision, gate, signature or
/// ladder, rendering, HMAC, encryption, `send`. Everything but the loop's wake-up and the network.
///
/// The book has only bids until the timed frame brings an ask back, so that each frame leads to two
/// orders, a bid and an ask; timed until both have been sent.
enum TickToTradeBenches {
    private static let operations = 2_000

    static var all: [Bench] {
        var benches: [Bench] = []
        for isPresigned in [true, false] {
            for isBook in [false, true] {
                let how = isPresigned ? "signed ahead" : "signed in place"
                let frame = isBook ? "a 98-level book frame" : "a price_change"
                benches.append(
                    Bench(
                        "tick-to-trade.\(isBook ? "book" : "change")"
                            + ".\(isPresigned ? "presigned" : "inplace")",
                        "\(frame) over TLS to both its orders' bytes in the socket, \(how)",
                        .microseconds
                    ) { try measure(isPresigned: isPresigned, isBook: isBook) }
                )
            }
        }
        return benches
    }

    private static func measure(isPresigned: Bool, isBook: Bool) throws -> Bench.Outcome {
        guard ThrowawayCA.isPresent else { return .absent(ThrowawayCA.absenceMessage) }
        let trader = try Trader(isPresigned: isPresigned)
        var recorder = Recorder(capacity: operations, warmUp: operations / 10)
        for index in 0..<operations {
            try trader.prepare()
            let frame = try trader.frame(isBook: isBook, number: index)
            try recorder.time { try trader.react(to: frame.span) }
            guard trader.isSent else { return .absent("frame \(index) led to no order") }
        }
        let hits = trader.hits
        guard isPresigned ? hits >= Int64(operations) - 1 : hits == 0 else {
            return .absent("\(hits) orders were signed ahead")
        }
        return .times(recorder)
    }
}

/// The whole market maker between two encrypted connections, without a loop.
private final class Trader {
    private static let refusal = Array("{\"error\":\"order crosses the book\"}".utf8)
    private static let changeSize = 500

    private let isPresigned: Bool
    private let ca: ThrowawayCA
    private let venue: TLSPair
    private let orders: TLSPair
    private let pipe: LoopbackPipe
    private let feedSession: FeedSession
    private let connection: FeedConnectionID
    private var feed = PolymarketMarketFeed()
    private var session: TradingSession
    private let gateway: OrderGateway
    private var pen: OrderPen
    private var outputs: [TradingSession.Output] = []
    private var events: [EngineEvent] = []
    private var effects: [GatewayEffect] = []
    private var sent: [GatewayRequest] = []
    private var aims: [Order] = []
    private let market = MadeUpMarket(seed: 7)
    private var now = Timestamp(seconds: MadeUpMarket.startSeconds)

    private static let reference = ReferencePrice(raw: 98_500_00 * 1_000_000)

    var isSent: Bool { !sent.isEmpty }
    var hits: Int64 { gateway.ladder.hits }

    init(isPresigned: Bool) throws {
        self.isPresigned = isPresigned
        ca = try ThrowawayCA()
        let identity = try ca.issue(names: "DNS:localhost")
        venue = try TLSPair(identity, root: ca.rootFile)
        orders = try TLSPair(identity, root: ca.rootFile)
        pipe = try LoopbackPipe()
        (feedSession, connection, _) = FeedBenches.session(at: now)
        let (key, credentials) = try GatewayBenches.account()
        pen = OrderPen(credentials)
        let definition = MadeUpMarket.definition(
            MadeUpMarket.id,
            windowStart: now,
            windowEnd: now + .seconds(86_400)
        )
        gateway = GatewayBenches.startedGateway(key, credentials, definition.id, at: now)
        var configuration = Engine.Configuration()
        configuration.isVenueOutside = true
        configuration.mergesPairs = false
        var parameters = Parameters()
        parameters.minLiquidity = 0
        session = TradingSession(
            engine: Engine(configuration: configuration, parameters: parameters),
            venue: .outside,
            orderPath: OrderPath(isShut: false)
        )
        outputs.reserveCapacity(256)
        events.reserveCapacity(16)
        effects.reserveCapacity(64)
        sent.reserveCapacity(16)
        feed.follow(definition)
        warmUp(definition)
    }

    /// Until the engine knows volatility, strike and account.
    private func warmUp(_ definition: MarketDefinition) {
        tell(.marketListed(definition))
        tell(.strikeObserved(definition.id, Self.reference, .settlementFeed))
        for _ in 0..<30 {
            now = now + .seconds(1)
            tell(.referenceChanged(Self.reference, venueTime: now))
        }
        tell(.ordersReconciled)
        tell(.balanceObserved(Money(dollars: 1_000)))
        tell(.holdingsObserved(definition.id, yes: .zero, no: .zero))
    }

    private func tell(_ event: EngineEvent) {
        session.handle(event, at: now, into: &outputs)
        outputs.removeAll(keepingCapacity: true)
    }

    // MARK: Not timed

    /// The venue refuses what was sent, the book loses its asks, time passes, orders are signed.
    func prepare() throws {
        for request in sent {
            gateway.answered(request.number, status: 400, body: Self.refusal.span, at: now)
        }
        effects.removeAll(keepingCapacity: true)
        gateway.drain(into: &effects)
        for case .tell(let event) in effects { tell(event) }
        sent.removeAll(keepingCapacity: true)
        pipe.empty()
        let thin = try venue.frame(bidsOnly())
        try react(to: thin.span)
        precondition(sent.isEmpty, "nothing is quoted into a one-sided book")
        // In steps in which no feed grows stale.
        for _ in 0..<5 {
            now = now + .seconds(1)
            tell(.referenceChanged(Self.reference, venueTime: now))
        }
        guard isPresigned else { return }
        for order in aims {
            gateway.aim(
                order.market,
                order.outcome,
                order.side,
                price: order.price,
                size: order.size
            )
        }
        gateway.refill(budget: 64, at: now)
    }

    private var milliseconds: Int64 { now.nanoseconds / 1_000_000 }

    private func bidsOnly() -> [UInt8] {
        Array(market.frame(atMilliseconds: milliseconds, asks: 0).utf8)
    }

    /// The frame that brings an ask back, encrypted.
    func frame(isBook: Bool, number: Int) throws -> [UInt8] {
        guard !isBook else {
            return try venue.frame(Array(market.frame(atMilliseconds: milliseconds).utf8))
        }
        let ask = "0.\(market.ask)"
        let text =
            "{\"market\":\"\(MadeUpMarket.conditionID)\", \"price_changes\":[{\"asset_id\":\""
            + "\(MadeUpMarket.token)10\", \"price\":\"\(ask)\", \"size\":\""
            + "\(Self.changeSize + number)\", \"side\":\"SELL\", \"hash\":\""
            + "f3f4744fd892a675b3e819b1e8b4dbf4a72aa04e\", \"best_bid\":\"0.\(market.ask - 1)\", "
            + "\"best_ask\":\"\(ask)\"}], \"timestamp\":\"\(milliseconds)\", "
            + "\"event_type\":\"price_change\"}"
        return try venue.frame(Array(text.utf8))
    }

    // MARK: Timed

    /// Takes what the socket brought, and sends what comes of it.
    func react(to ciphertext: Span<UInt8>) throws {
        venue.client.receive(ciphertext)
        while let event = try venue.client.next() {
            guard event == .plaintext else { continue }
            venue.client.withPlaintext { bytes in
                feedSession.received(connection, bytes, at: now)
            }
        }
        while let effect = feedSession.next(at: now) {
            guard case .message = effect else { continue }
            feedSession.withMessage { decode($0) }
            feedSession.noteData(channel: 0, at: now)
        }
        for event in events {
            session.handle(event, at: now, into: &outputs)
            for output in outputs {
                if case .place(let approved) = output { try place(approved) }
            }
            outputs.removeAll(keepingCapacity: true)
            if isSent { break }
        }
        events.removeAll(keepingCapacity: true)
    }

    private func decode(_ bytes: Span<UInt8>) {
        var frame = PolymarketMarketFrame(bytes)
        while let item = frame.next(&feed) {
            if case .event(let event) = item { events.append(event) }
        }
    }

    private func place(_ approved: ApprovedOrder) throws {
        gateway.submit(approved, at: now)
        effects.removeAll(keepingCapacity: true)
        gateway.drain(into: &effects)
        for case .send(let request) in effects {
            let isWritten = try pen.write(request, of: gateway, to: orders.client, at: now)
            guard isWritten else { continue }
            orders.client.drain { pipe.send($0) }
            sent.append(request)
        }
        let order = approved.order
        aims.removeAll { $0.outcome == order.outcome && $0.side == order.side }
        aims.append(order)
    }
}

/// Renders an order's request.
private struct OrderPen: ~Copyable {
    private let host = Array("clob.polymarket.com".utf8)
    private let credentials: APICredentials
    private var clob = ClobRequest()
    private var writer = HTTPRequestWriter()

    init(_ credentials: APICredentials) { self.credentials = credentials }

    /// - Returns: whether there was anything to write.
    mutating func write(
        _ request: GatewayRequest,
        of gateway: OrderGateway,
        to tls: TLSSession,
        at now: Timestamp
    ) throws -> Bool {
        guard gateway.write(request, into: &clob) else { return false }
        let seconds = UInt64(now.nanoseconds / 1_000_000_000)
        try Self.render(clob, to: host, by: credentials, at: seconds, with: &writer)
        try tls.write(writer.bytes)
        return true
    }

    private static func render(
        _ clob: borrowing ClobRequest,
        to host: [UInt8],
        by credentials: APICredentials,
        at seconds: UInt64,
        with writer: inout HTTPRequestWriter
    ) throws(HTTPRequestWriter.Failure) {
        try writer.begin(clob.method, host: host.span, target: clob.target)
        try clob.forEachHeader(credentials, at: seconds) {
            (name, value) throws(HTTPRequestWriter.Failure) in
            try writer.add(name, value)
        }
        writer.finish(body: clob.body)
    }
}

/// Both ends of an encrypted connection, handshake done, in one process.
private final class TLSPair {
    let client: TLSSession
    private let server: TLSSession

    init(_ identity: ThrowawayCA.Identity, root: String) throws {
        let context = try TLSContext(
            certificateFile: identity.certificateFile,
            keyFile: identity.keyFile
        )
        server = TLSSession(server: context)
        client = try TLSSession(
            TLSContext(trust: .file(root)),
            host: "localhost",
            at: WallSeconds.now()
        )
        for _ in 0..<4 {
            _ = try client.next()
            client.drain { server.receive($0) }
            _ = try server.next()
            server.drain { client.receive($0) }
        }
        while try client.next() != nil {}
        precondition(client.isConnected && server.isConnected, "two round trips shake hands")
    }

    /// A text message of the server, framed and encrypted.
    func frame(_ text: [UInt8]) throws -> [UInt8] {
        let frame = WebSocketFrame.text(text.span)
        try server.write(frame.span)
        var ciphertext: [UInt8] = []
        server.drain { bytes in
            for index in bytes.indices { ciphertext.append(bytes[index]) }
        }
        return ciphertext
    }
}
