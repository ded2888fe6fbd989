internal import Crypto
internal import TestSupport
internal import Trading

@testable internal import Venues

/// A gateway and a fake venue, with a line between them that can be cut.
final class GatewayHarness {
    /// What the line does with a request.
    enum Fault {
        case none
        /// The venue gets it, the answer is lost.
        case loseAnswer
        /// The venue does not get it, and nobody knows.
        case loseRequest
        /// It does not leave, and that is known.
        case unsent
        /// Somebody else answers.
        case answer(Int, String)
        /// The venue gets it at once, its answer comes late.
        case slow(Duration)
        /// It reaches the venue late.
        case lateRequest(Duration)
    }

    /// What the engine was told of an order.
    struct Told {
        var accepted = 0
        var ends = 0
        var filled = Quantity.zero
        var size = Quantity.zero
        var filledAfterEnd = Quantity.zero
        var isLateCancel = false
        var last: EngineEvent?
    }

    let gateway: OrderGateway
    var clob: FakeClob
    var now = Timestamp(seconds: 1_795_436_400)
    var progress: UInt64 = 0
    var isLoopStuck = false
    var fault: (GatewayRequest) -> Fault = { _ in .none }
    /// What the user socket does with a frame: when it comes, each time.
    var delivery: () -> [Duration] = { [.milliseconds(5)] }
    var told: [OrderID: Told] = [:]
    var alarms: [GatewayAlarm] = []
    var others: [GatewayEffect] = []
    /// Fills that were taken back.
    var reversed: [Fill] = []
    var sent: [GatewayRequest] = []
    private(set) var orderOf: [Word256: OrderID] = [:]
    private var lastID: UInt64 = 0
    private var line: [(at: Timestamp, order: Int, deed: (GatewayHarness) -> Void)] = []
    private var deeds = 0
    /// Orders on their way to the venue, or kept from it.
    private(set) var underWay: Set<OrderID> = []

    static let latency = Duration.milliseconds(5)

    init(
        seed: UInt64 = 1,
        configuration: OrderGateway.Configuration = OrderGateway.Configuration()
    ) throws {
        clob = try FakeClob()
        let owner = InlineText(FakeClob.owner) ?? InlineText()
        gateway = OrderGateway(
            try GatewaySupport.signer(seed: seed),
            identity: UserIdentity(owner: owner, makerAddress: InlineText()),
            configuration: configuration
        )
        gateway.list(GatewaySupport.market(0))
    }

    /// A gateway that may send.
    static func started(
        seed: UInt64 = 1,
        configuration: OrderGateway.Configuration = OrderGateway.Configuration()
    ) throws -> GatewayHarness {
        let harness = try GatewayHarness(seed: seed, configuration: configuration)
        harness.gateway.start(at: harness.now)
        harness.run(.milliseconds(1_500))
        harness.sent.removeAll()
        return harness
    }

    @discardableResult
    func submit(
        _ outcome: Outcome = .yes,
        cents: Int64 = 49,
        size: Quantity = Quantity(shares: 10)
    ) -> OrderID {
        lastID += 1
        let id = OrderID(number: lastID)
        told[id] = Told(size: size)
        let order = Order(
            id: id,
            market: MarketID(index: 0),
            outcome: outcome,
            side: .buy,
            price: Price(raw: cents * 100),
            size: size
        )
        gateway.submitUnchecked(order, at: now)
        pump()
        return id
    }

    func cancel(_ id: OrderID) {
        gateway.cancel(id, at: now)
        pump()
    }

    func venueID(_ id: OrderID) -> Word256? { orderOf.first { $0.value == id }?.key }

    func frame(_ text: String) {
        let bytes = Array(text.utf8)
        var frame = UserFrame(bytes.span)
        do {
            while let message = try frame.next() { gateway.told(message, at: now) }
        } catch {
            clob.complaints.append("frame: \(error)")
        }
        pump()
    }

    /// Lets time pass in steps of 5 ms.
    func run(_ time: Duration, _ check: () -> Void = {}) {
        let end = now + time
        while now < end {
            now = now + .milliseconds(5)
            deliver()
            if !isLoopStuck { progress += 1 }
            gateway.timePassed(progress: progress, at: now)
            pump()
            check()
        }
    }

    /// Runs until the condition holds, at most so long.
    func run(until isDone: () -> Bool, atMost time: Duration) {
        let end = now + time
        while now < end, !isDone() { run(.milliseconds(5)) }
    }

    private func deliver() {
        while let first = line.enumerated().min(by: {
            ($0.element.at, $0.element.order) < ($1.element.at, $1.element.order)
        }), first.element.at <= now {
            line.remove(at: first.offset).deed(self)
            pump()
        }
    }

    private func later(_ wait: Duration, _ deed: @escaping (GatewayHarness) -> Void) {
        deeds += 1
        line.append((now + wait, deeds, deed))
    }

    /// Performs what the gateway wants, and sends what the user socket has to tell.
    func pump() {
        var effects: [GatewayEffect] = []
        gateway.drain(into: &effects)
        for effect in effects {
            switch effect {
            case .send(let request): send(request)
            case .tell(let event): note(event)
            case .alarm(let alarm): alarms.append(alarm)
            case .renewConnection, .ready, .compared, .cancelAllConfirmed:
                others.append(effect)
            }
        }
        let frames = clob.frames
        clob.frames = []
        for text in frames {
            for wait in delivery() { later(wait) { $0.frame(text) } }
        }
    }

    private func send(_ request: GatewayRequest) {
        sent.append(request)
        if case .place(let id) = request.action, let index = gateway.index(of: id) {
            orderOf[gateway.orders[index].id] = id
            underWay.insert(id)
        }
        // Rendered when it is sent: what is kept is bytes.
        var clobRequest = ClobRequest()
        guard gateway.write(request, into: &clobRequest) else { return }
        let bytes = RequestText(clobRequest)
        clob.check(clobRequest, bytes, at: now)
        let fault = fault(request)
        switch fault {
        case .unsent:
            if case .place(let id) = request.action { underWay.remove(id) }
            later(Self.latency) {
                $0.gateway.didNotLeave(request.number, .orderPathShut, at: $0.now)
            }
        case .loseRequest:
            if case .place(let id) = request.action { underWay.remove(id) }
            later(.milliseconds(200)) {
                $0.gateway.lost(request.number, mayHaveArrived: true, at: $0.now)
            }
        case .answer(let status, let body):
            if case .place(let id) = request.action { underWay.remove(id) }
            later(Self.latency) { $0.answer(request, FakeClob.Answer(status: status, body: body)) }
        case .none: arrive(request, bytes, after: Self.latency, answer: Self.latency)
        case .loseAnswer: arrive(request, bytes, after: Self.latency, answer: nil)
        case .slow(let wait): arrive(request, bytes, after: Self.latency, answer: wait)
        case .lateRequest(let wait): arrive(request, bytes, after: wait, answer: Self.latency)
        }
    }

    private func arrive(
        _ request: GatewayRequest,
        _ text: RequestText,
        after wait: Duration,
        answer: Duration?
    ) {
        later(wait) { harness in
            let answered = harness.clob.take(text, at: harness.now)
            if case .place(let id) = request.action { harness.underWay.remove(id) }
            guard let answer else {
                return harness.later(.milliseconds(200)) {
                    $0.gateway.lost(request.number, mayHaveArrived: true, at: $0.now)
                }
            }
            harness.later(answer) { $0.answer(request, answered) }
        }
    }

    private func answer(_ request: GatewayRequest, _ answer: FakeClob.Answer) {
        gateway.answered(
            request.number,
            status: answer.status,
            body: Array(answer.body.utf8).span,
            at: now
        )
    }

    private func note(_ event: EngineEvent) {
        if case .fillReversed(let fill) = event { return reversed.append(fill) }
        guard let id = event.orderOfAnswer else { return }
        var told = told[id] ?? Told()
        told.last = event
        switch event {
        case .orderAccepted: told.accepted += 1
        case .orderRejected, .orderCancelled: told.ends += 1
        case .orderFilled(let fill):
            if told.ends > 0 { told.filledAfterEnd += fill.size }
            told.filled += fill.size
            if fill.isComplete { told.ends += 1 }
        case .cancelRejected: told.isLateCancel = true
        default: break
        }
        self.told[id] = told
    }

    /// What the venue may still fill, or has filled without the engine knowing, of one token.
    func trueExposure(_ outcome: Outcome) -> Quantity {
        let token = "\(decimal(GatewaySupport.market(0).token(outcome)))"
        var sum = Quantity.zero
        for (id, order) in clob.orders where order.token == token {
            guard let known = orderOf[id] else { continue }
            let most = order.status == "LIVE" ? order.size : order.matched
            sum += max(most - (told[known]?.filled ?? .zero), .zero)
        }
        return sum
    }

    private func decimal(_ word: Word256) -> String { written { word.appendDecimal(to: &$0) } }
}

extension EngineEvent {
    /// The order that the event is about.
    fileprivate var orderOfAnswer: OrderID? {
        switch self {
        case .orderAccepted(let id), .orderRejected(let id, _), .orderCancelled(let id, _),
            .cancelRejected(let id):
            id
        case .orderFilled(let fill): fill.orderID
        default: nil
        }
    }
}
