internal import Wire

/// One connection of an `HTTPClient`: one request at a time, and what comes back.
///
///     idle ──send──► head ──► body ──► idle, or closed when the server does not keep it
///       ├ closed by the server: `onGone`
///       └ for too long: `onStale`; still usable
final class HTTPConnection {
    /// The head and its body, or why there is none.
    typealias Completion = (Result<HTTPResponseHead, HTTPClientError>, Span<UInt8>) -> Void

    /// A request under way.
    private struct Exchange {
        let completion: Completion
        var head: HTTPResponseHead?
    }

    /// Bytes of body buffer kept between requests.
    private static let retainedBytesMax = 64 * 1_024

    /// The connection cannot take another request. Called once, after the completion of the last.
    var onGone: (() -> Void)?

    /// It has been idle for so long that the server may close it at any moment, and a request might
    /// cross with that: time for another one.
    var onStale: (() -> Void)?

    /// Whether `onStale` was called and nothing was sent since.
    private(set) var isStale = false

    private let stream: any ByteStream
    private let timeouts: HTTPTimeouts
    private let timer: LoopTimer
    private var decoder: HTTPResponseDecoder
    private var body = ByteBuffer()
    private var exchange: Exchange?
    private var isGone = false

    init(
        _ stream: any ByteStream,
        on loop: EventLoop,
        limits: HTTPResponseLimits,
        timeouts: HTTPTimeouts
    ) {
        self.stream = stream
        self.timeouts = timeouts
        decoder = HTTPResponseDecoder(limits: limits)
        var timeIsOver: () -> Void = {}
        timer = LoopTimer(on: loop) { timeIsOver() }
        timeIsOver = { [unowned self] in self.timeIsOver() }
        stream.onBytes = { bytes in
            self.decoder.receive(bytes)
            self.decode()
        }
        stream.onEnd = {
            self.decoder.receiveEnd(isClean: true)
            self.decode()
            self.close(.response(.noResponse))
        }
        stream.whenClosed { error in
            self.decoder.receiveEnd(isClean: false)
            self.decode()
            self.close(error.map { .lost($0) } ?? .closed)
        }
        stream.startReading()
        timer.start(afterMilliseconds: timeouts.idleMilliseconds)
    }

    /// Whether a request may be sent now.
    var isReady: Bool { !isGone && exchange == nil && decoder.isReusable && stream.isOpen }

    /// Sends a request.
    /// - Precondition: `isReady`.
    func send(_ bytes: Span<UInt8>, _ method: HTTPMethod, _ completion: @escaping Completion) {
        precondition(isReady, "one request at a time")
        body.removeAll()
        isStale = false
        exchange = Exchange(completion: completion)
        decoder.expect(method)
        timer.start(afterMilliseconds: timeouts.headMilliseconds)
        stream.write(copying: bytes)
    }

    /// Ends the connection; a request under way fails with `cause`. May be called twice.
    func close(_ cause: HTTPClientError.Cause) {
        guard !isGone else { return }
        isGone = true
        timer.close()
        stream.close()
        // The server may have seen the request: whatever it was, nobody knows what became of it.
        finish(.failure(HTTPClientError(cause: cause, mayHaveArrived: true)))
        let onGone = onGone
        (self.onGone, onStale) = (nil, nil)
        onGone?()
    }

    private func decode() {
        guard !isGone else { return }
        do throws(HTTPResponseError) {
            while !isGone, let event = try decoder.next() {
                switch event {
                case .head(let head):
                    exchange?.head = head
                    timer.start(afterMilliseconds: timeouts.bodyMilliseconds)
                case .bodyPiece: takePiece()
                case .end:
                    timer.start(afterMilliseconds: timeouts.idleMilliseconds)
                    guard let head = exchange?.head else { continue }
                    let isReusable = decoder.isReusable
                    finish(.success(head))
                    if !isReusable { close(.closed) }
                }
            }
        } catch {
            close(.response(error))
        }
    }

    private func takePiece() {
        // A local copy of the buffer, because the decoder lends from another property of `self`.
        var buffer = ByteBuffer(capacity: 0)
        swap(&buffer, &body)
        decoder.withBodyPiece { buffer.append($0) }
        swap(&buffer, &body)
    }

    /// Tells the outcome, once. The completion may send the next request, or close.
    private func finish(_ result: Result<HTTPResponseHead, HTTPClientError>) {
        guard let exchange else { return }
        self.exchange = nil
        var lent = ByteBuffer(capacity: 0)
        swap(&lent, &body)
        if case .failure = result { lent.removeAll() }
        exchange.completion(result, lent.span)
        // The memory comes back unless the next request has begun or it is too much to keep.
        if self.exchange == nil, lent.count <= Self.retainedBytesMax { swap(&lent, &body) }
    }

    private func timeIsOver() {
        if let exchange { return close(.timeout(exchange.head == nil ? .head : .body)) }
        isStale = true
        onStale?()
    }
}

@available(*, unavailable)
extension HTTPConnection: Sendable {}
