/// What has been decoded of a response.
public enum HTTPResponseEvent: Sendable {
    /// The head of the final response; interim ones (1xx) are passed over.
    case head(HTTPResponseHead)
    /// A piece of the body, at least one byte: `HTTPResponseDecoder.withBodyPiece` lends it until the
    /// decoder is called again.
    case bodyPiece
    /// The response is complete. `isReusable` says whether another request may follow.
    case end
}

/// The client's side of HTTP/1.1 (RFC 9112): bytes of one connection in, the response to one request
/// at a time out.
///
/// ```
///        expect(method)        head              bodyPiece…              end
///  idle ───────────────► head ──────► fixed, chunked or untilEnd ───────────► idle, or spent
///    └ bytes: unexpectedBytes     └ 1xx: again          └ end of the connection: truncated, unless
///                                                         the body is untilEnd and the end is clean
///  any state ──HTTPResponseError──► failed: every further call throws the same
/// ```
public struct HTTPResponseDecoder: ~Copyable {
    private enum State {
        /// No request is under way, and the next one may be sent.
        case idle
        case head(HTTPMethod)
        /// This many bytes of the body are still to come, at least one.
        case fixed(Int)
        case chunked(HTTPChunkedDecoder)
        /// This many bytes of the body have come.
        case untilEnd(Int)
        /// Head and body were handed out, the end is due.
        case ending
        /// The last response of this connection has been handed out.
        case spent
        case failed(HTTPResponseError)
    }

    /// How the connection ended, if it did.
    private enum Ending {
        case clean, torn
    }

    /// Bytes of buffer kept while nothing is to be decoded.
    private static let retainedBytesMax = 16 * 1_024

    public let limits: HTTPResponseLimits
    private let chunkLimits: HTTPLimits
    private var input = ByteBuffer()
    /// The most bytes `input` held since memory was last given back.
    private var inputPeak = 0
    private var state = State.idle
    private var headParser = HTTPResponseHeadParser()
    private var interimCount = 0
    /// What the head of the current response said.
    private var keepsAlive = true
    /// Bytes at the front of `input` that are lent as the body piece.
    private var lentByteCount = 0
    private var ending: Ending?

    public init(limits: HTTPResponseLimits = HTTPResponseLimits()) {
        self.limits = limits
        chunkLimits = limits.shared
    }

    /// Whether a request may be sent: the last response is complete, the server keeps the connection
    /// and has sent nothing else.
    public var isReusable: Bool {
        if case .idle = state { input.isEmpty && ending == nil } else { false }
    }

    /// Whether a byte of the awaited response has come, which proves that the server has seen the
    /// request.
    public var hasBegun: Bool {
        switch state {
        case .idle, .spent, .failed: false
        case .head: !input.isEmpty || interimCount > 0
        case .fixed, .chunked, .untilEnd, .ending: true
        }
    }

    /// A request is being sent, and its response awaited.
    /// - Precondition: `isReusable`.
    public mutating func expect(_ method: HTTPMethod) {
        precondition(isReusable, "one request at a time, on a connection that is kept")
        state = .head(method)
        interimCount = 0
        keepsAlive = true
    }

    /// Takes bytes as they came. After a failure they are dropped.
    public mutating func receive(_ bytes: Span<UInt8>) {
        switch state {
        case .failed, .spent: break
        case .idle, .head, .fixed, .chunked, .untilEnd, .ending:
            input.append(bytes)
            inputPeak = max(inputPeak, input.count)
        }
    }

    /// The connection has ended: no more bytes.
    /// - Parameter isClean: whether the peer said so (FIN of plain TCP, close_notify of TLS); `false`
    ///   for a reset, and for a FIN of TCP under TLS.
    public mutating func receiveEnd(isClean: Bool) {
        if ending == nil { ending = isClean ? .clean : .torn }
    }

    /// What comes next in the bytes received; `nil` when more are needed.
    public mutating func next() throws(HTTPResponseError) -> HTTPResponseEvent? {
        input.consume(lentByteCount)
        lentByteCount = 0
        do throws(HTTPResponseError) {
            let event = try advance()
            if event == nil { input.giveBack(peak: &inputPeak, above: Self.retainedBytesMax) }
            return event
        } catch {
            state = .failed(error)
            input = ByteBuffer(capacity: 0)
            throw error
        }
    }

    /// Lends the piece that the last `next()` returned as `.bodyPiece`; empty after any other event.
    public func withBodyPiece<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(input.span.extracting(0..<lentByteCount))
    }

    private mutating func advance() throws(HTTPResponseError) -> HTTPResponseEvent? {
        switch state {
        case .idle:
            guard input.isEmpty else { throw .unexpectedBytes }
            return nil
        case .spent: return nil
        case .failed(let error): throw error
        case .head(let method): return try nextHead(method)
        case .fixed(let remaining):
            let count = min(remaining, input.count)
            guard count > 0 else { return try waiting() }
            state = count == remaining ? .ending : .fixed(remaining - count)
            lentByteCount = count
            return .bodyPiece
        case .chunked(let decoder): return try nextChunked(decoder)
        case .untilEnd(let byteCount): return try nextUntilEnd(byteCount)
        case .ending: return finish()
        }
    }

    /// Nothing more can be decoded for now; nor ever, if the connection has ended.
    private func waiting() throws(HTTPResponseError) -> HTTPResponseEvent? {
        guard ending == nil else { throw hasBegun ? .truncated : .noResponse }
        return nil
    }

    private mutating func finish() -> HTTPResponseEvent {
        state = keepsAlive ? .idle : .spent
        return .end
    }

    private mutating func nextHead(
        _ method: HTTPMethod
    ) throws(HTTPResponseError) -> HTTPResponseEvent? {
        while true {
            guard
                let (head, byteCount) = try headParser.parse(
                    input,
                    answering: method,
                    limits
                )
            else { return try waiting() }
            input.consume(byteCount)
            headParser = HTTPResponseHeadParser()
            guard head.status.code >= 200 else {
                guard head.status.code != 101 else { throw .unexpectedUpgrade }
                interimCount += 1
                guard interimCount <= limits.interimCountMax else { throw .tooManyInterims }
                continue
            }
            keepsAlive = head.keepsAlive
            state =
                switch head.bodyLength {
                case .none: .ending
                case .fixed(let count): .fixed(count)
                case .chunked: .chunked(HTTPChunkedDecoder())
                case .untilEnd: .untilEnd(0)
                }
            return .head(head)
        }
    }

    private mutating func nextChunked(
        _ current: HTTPChunkedDecoder
    ) throws(HTTPResponseError) -> HTTPResponseEvent? {
        var decoder = current
        while true {
            let step: HTTPChunkedDecoder.Step
            do {
                step = try decoder.step(input.span, chunkLimits)
            } catch {
                throw HTTPResponseError(error)
            }
            state = .chunked(decoder)
            switch step {
            case .needMore: return try waiting()
            case .framing(let count): input.consume(count)
            case .piece(let count):
                lentByteCount = count
                return .bodyPiece
            case .end(let count):
                input.consume(count)
                return finish()
            }
        }
    }

    private mutating func nextUntilEnd(
        _ byteCount: Int
    ) throws(HTTPResponseError) -> HTTPResponseEvent? {
        guard input.isEmpty else {
            guard input.count <= limits.bodyBytesMax - byteCount else { throw .bodyTooLarge }
            lentByteCount = input.count
            state = .untilEnd(byteCount + input.count)
            return .bodyPiece
        }
        switch ending {
        case nil: return nil
        case .clean: return finish()
        case .torn: throw .truncated
        }
    }
}
