internal import Reactor
internal import Trading
internal import Wire

/// One connection: requests in, answers out, in order, one at a time; or, after a handshake, a
/// client of the stream.
///
/// ```
///            head: refused, shown        end of body
///   idle ───────────────────► skipping ──────────────► idle
///    │ head: key is right                               ▲
///    ├────────► collecting ──end──► answering ──────────┤  (the control port completes)
///    │ head: key is refused            ▲                │
///    ├─────────────────────────────────┘                │
///    │ handshake                                        │
///    ├────────► streaming                               │
///    └──last answer, fault, timeout──► closing ──FIN, grace──► (gone)
/// ```
///
/// The next request is looked at only when the socket has taken the last answer, so at most one
/// answer waits; what a client pipelines beyond the decoder's buffer stays in the kernel.
final class APIConnection {
    private enum State {
        /// Between requests, or in the middle of a head.
        case idle
        /// The key was right; the body is coming.
        case collecting(ControlEndpoint, Exchange)
        /// The control port has been asked; `bodyEnded` tells where the decoder stands.
        case answering(Exchange, bodyEnded: Bool)
        /// Answered; the rest of the body is thrown away.
        case skipping
        case streaming(StreamClient)
        /// Everything is said; the client has until then to end its side.
        case closing
    }

    private let tcp: TCPStream
    private let service: APIService
    private var decoder = HTTPRequestDecoder()
    private var state = State.idle
    /// What has come of the body that is being collected, at most `HTTPLimits.bodyBytesMax` bytes.
    private var body: [UInt8] = []
    /// When the present wait is over; `nil` while only the control port is waited for.
    private var deadline: Timestamp?
    private var awaiting = HTTPRequestDecoder.Awaiting.request
    /// Since when the socket has not taken an answer.
    private var backlogSince: Timestamp?
    /// The client has sent FIN: what it asked before is still answered.
    private var peerEnded = false
    private var isProcessing = false

    /// - Parameter onClose: called once, when the connection is gone.
    init(
        _ tcp: TCPStream,
        service: APIService,
        onClose: @escaping (APIConnection) -> Void
    ) {
        self.tcp = tcp
        self.service = service
        // The first request must be there as soon as a head.
        deadline = service.now + service.configuration.headTimeout
        tcp.onBytes = { [unowned self] in self.received($0) }
        tcp.onDrain = { [unowned self] in self.drained() }
        tcp.onEnd = { [unowned self] in self.ended() }
        // The stream lives until it is closed, and with this closure so does the connection.
        tcp.onClose = { _ in
            if case .streaming(let client) = self.state { client.closed() }
            onClose(self)
        }
    }

    func start() { tcp.startReading() }

    // MARK: - Events of the socket

    private func received(_ bytes: Span<UInt8>) {
        switch state {
        case .streaming(let client): client.received(bytes, at: service.now)
        case .closing: break
        case .idle, .collecting, .answering, .skipping:
            decoder.receive(bytes)
            process()
        }
    }

    private func drained() {
        backlogSince = nil
        if case .streaming(let client) = state {
            service.stream.drained(client, at: service.now)
        } else {
            process()
        }
    }

    private func ended() {
        peerEnded = true
        switch state {
        case .streaming(let client): client.ended()
        case .closing: break
        case .idle, .collecting, .answering, .skipping: process()
        }
    }

    // MARK: - Deadlines

    /// Looks at what should have happened by now.
    func sweep(at now: Timestamp) {
        if case .streaming(let client) = state { return client.sweep(at: now) }
        if let since = backlogSince, now - since >= service.configuration.writeTimeout {
            return tcp.close()
        }
        guard let deadline, now >= deadline else { return }
        switch state {
        case .closing: tcp.close()
        case .idle where awaiting != .head: finish()
        case .idle, .collecting, .skipping:
            refuse(Answer(.requestTimeout, detail: "The request did not come in time"))
        case .answering, .streaming: break
        }
    }

    /// Ends the connection if nothing is owed to the client. Otherwise its answer will say that it
    /// is the last (`APIService.isGoingAway`).
    func goAway() {
        if case .idle = state, awaiting == .request, tcp.backlogBytes == 0 { tcp.close() }
    }

    /// Ends the connection whatever is owed.
    func close() { tcp.close() }

    /// Answers that there are too many connections.
    func refuseForLoad() { refuse(Answer(.serviceUnavailable, detail: "Too many connections")) }

    // MARK: - Requests

    /// Takes what has come as far as it goes.
    private func process() {
        // A completion that is called before the control port returns comes back here.
        if isProcessing { return }
        isProcessing = true
        defer { isProcessing = false }
        do {
            while tcp.isOpen, wantsEvent, let event = try decoder.next() { handle(event) }
        } catch {
            return refuse(Answer(error))
        }
        guard tcp.isOpen else { return }
        switch state {
        case .streaming, .closing: return
        case .answering: break
        case .idle, .collecting, .skipping:
            if peerEnded && tcp.backlogBytes == 0 { return finish() }
            updateDeadline()
        }
        if decoder.isFull { tcp.stopReading() } else { tcp.startReading() }
    }

    /// Whether the decoder may go on.
    private var wantsEvent: Bool {
        switch state {
        case .idle, .collecting, .skipping: tcp.backlogBytes == 0
        case .answering, .streaming, .closing: false
        }
    }

    private func updateDeadline() {
        let now = decoder.awaiting
        guard now != awaiting || deadline == nil else { return }
        awaiting = now
        deadline = service.now + service.configuration.timeout(of: now)
    }

    private func handle(_ event: HTTPRequestEvent) {
        switch event {
        case .head(let head): handle(head)
        case .bodyPiece:
            guard case .collecting = state else { return }
            decoder.withBodyPiece { piece in
                for index in piece.indices { body.append(piece[index]) }
            }
        case .end:
            if case .collecting(let endpoint, let exchange) = state {
                state = .answering(exchange, bodyEnded: true)
                deadline = nil
                perform(endpoint, exchange)
            } else {
                state = .idle
            }
        }
    }

    private func handle(_ head: HTTPRequestHead) {
        let exchange = Exchange(head, peer: tcp.peer)
        switch service.policy.judge(head) {
        case .answer(let answer): answerAtOnce(answer, exchange, head)
        case .showHealth:
            answerAtOnce(.health(connections: service.stream.clientCount), exchange, head)
        case .showMetrics: answerAtOnce(service.metrics(), exchange, head)
        case .openStream: openStream(head)
        case .takeBody(let endpoint):
            body = []
            state = .collecting(endpoint, exchange)
            if head.expectsContinue { write(HTTPResponse.continueBytes()) }
        case .refuseKey(let endpoint, let answer):
            state = .answering(exchange, bodyEnded: false)
            deadline = nil
            service.counters.keyRefusals += 1
            service.control.recordRefusal(
                of: endpoint,
                status: answer.status.code,
                from: exchange.controlOrigin
            ) {
                self.complete(with: answer, closes: head.expectsContinue)
            }
        }
    }

    /// An answer that needs nothing but the head. The body, if there is one, is thrown away; one
    /// that the client has held back will not come, and then the connection is of no more use.
    private func answerAtOnce(_ answer: Answer, _ exchange: Exchange, _ head: HTTPRequestHead) {
        state = .skipping
        send(answer, exchange, closes: head.expectsContinue)
    }

    private func perform(_ endpoint: ControlEndpoint, _ exchange: Exchange) {
        switch endpoint {
        case .parameters:
            switch exchange.judgePatch(body) {
            case .refused(let status, let body):
                complete(with: Answer(refusal: status, body: body))
            case .accepted(let patch):
                service.counters.updates += 1
                service.control.update(patch, from: exchange.controlOrigin) { outcome in
                    self.complete(with: Answer(outcome))
                }
            }
        case .emergencyStop:
            switch exchange.judgeStop(body) {
            case .refused(let status, let body):
                complete(with: Answer(refusal: status, body: body))
            case .accepted(let reason):
                service.counters.stops += 1
                service.control.emergencyStop(
                    reason: reason,
                    from: exchange.controlOrigin
                ) { outcome in
                    self.complete(with: Answer(outcome, reason: reason))
                }
            }
        }
    }

    /// The control port has answered. The connection may be gone by now, or timed out of writing.
    private func complete(with answer: Answer, closes: Bool = false) {
        guard case .answering(let exchange, let bodyEnded) = state, tcp.isOpen else { return }
        state = bodyEnded ? .idle : .skipping
        send(answer, exchange, closes: closes)
        process()
    }

    private func openStream(_ head: HTTPRequestHead) {
        do {
            tcp.write(
                try service.withDate { date throws(WebSocketHandshake.Refusal) in
                    try WebSocketHandshake.accept(head, date: date)
                }
            )
            service.counters.count(status: 101)
        } catch {
            return refuse(Answer(error))
        }
        let input = decoder.takeRemainder()
        let client = service.stream.add(tcp, input: input, at: service.now)
        state = .streaming(client)
        deadline = nil
        if peerEnded { client.ended() }
    }

    // MARK: - Answers

    private func send(_ answer: Answer, _ exchange: Exchange, closes: Bool) {
        let closes = closes || answer.closes || !exchange.keepsAlive || service.isGoingAway
        let cors = service.policy.cors.fields(origin: exchange.browserOrigin)
        service.counters.count(status: answer.status.code)
        write(
            service.withDate { date in
                answer.encoded(cors: cors, date: date, closes: closes, omitsBody: exchange.isHead)
            }
        )
        // The next wait begins with this answer.
        deadline = nil
        if closes { finish() }
    }

    /// The last answer, to a request that was not understood or did not come in time.
    private func refuse(_ answer: Answer) {
        service.counters.count(status: answer.status.code)
        write(
            service.withDate { date in
                answer.encoded(cors: [], date: date, closes: true, omitsBody: false)
            }
        )
        finish()
    }

    private func write(_ bytes: SharedBytes) {
        tcp.write(bytes)
        if tcp.backlogBytes > 0 && backlogSince == nil { backlogSince = service.now }
    }

    /// Sends FIN behind what was written, and waits for the client's: closing at once while its
    /// bytes are still coming would reset the connection and could take the answer with it.
    private func finish() {
        state = .closing
        deadline = service.now + service.configuration.closeGrace
        tcp.startReading()
        tcp.shutdown()
    }
}

extension APIConfiguration {
    /// How long a connection waits for what its decoder waits for.
    fileprivate func timeout(of awaiting: HTTPRequestDecoder.Awaiting) -> Duration {
        switch awaiting {
        case .request, .nothing: idleTimeout
        case .head: headTimeout
        case .body: bodyTimeout
        }
    }
}
