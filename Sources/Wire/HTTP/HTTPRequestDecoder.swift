/// What has been decoded of a request.
public enum HTTPRequestEvent: Sendable {
    /// A whole, valid head. A body that its `Content-Length` puts over the limit was refused instead.
    case head(HTTPRequestHead)
    /// A piece of the body, at least one byte: `HTTPRequestDecoder.withBodyPiece` lends it until the
    /// decoder is called again.
    case bodyPiece
    /// The request is complete. The next call of `next()` begins with the one after it.
    case end
}

/// The server's side of HTTP/1.1 (RFC 9112): bytes of one connection in, requests out, in order.
///
/// ```
///            head                   bodyPiece…                end
///  ┌─ head ───────► fixed or chunked body ──────► (all there) ────┐
///  └───────────────────────────◄─────────────────────────────────┘
///  any state ──HTTPError──► failed: every further call throws the same
///  any state ──takeRemainder()──► detached: the bytes belong to another protocol
/// ```
///
/// Requests may be pipelined: answer one before calling `next()` for the following one, and stop
/// reading from the socket while `isFull`.
public struct HTTPRequestDecoder: ~Copyable {
    /// What the connection waits for; a server's timeouts differ by it.
    public enum Awaiting: Equatable, Sendable {
        /// The first byte of a request.
        case request
        /// The rest of a head.
        case head
        /// The rest of a body.
        case body
        /// Nothing: failed or detached.
        case nothing
    }

    private enum State {
        case head
        /// This many bytes of the body are still to come; at zero the end is due.
        case fixed(Int)
        case chunked(HTTPChunkedDecoder)
        /// Head and body were handed out, the end is due.
        case ending
        case failed(HTTPError)
        case detached
    }

    /// Bytes of buffer kept while nothing is to be decoded: an ordinary request.
    private static let retainedBytesMax = 1_024

    public let limits: HTTPLimits
    private var input = ByteBuffer(capacity: Self.retainedBytesMax)
    /// The most bytes `input` held since memory was last given back.
    private var inputPeak = 0
    private var state = State.head
    private var headParser = HTTPHeadParser()
    /// Bytes at the front of `input` that are lent as the body piece.
    private var lentByteCount = 0

    public init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
    }

    /// Takes bytes as they came from the socket. After a failure or `takeRemainder` they are dropped.
    public mutating func receive(_ bytes: Span<UInt8>) {
        switch state {
        case .failed, .detached: break
        case .head, .fixed, .chunked, .ending:
            input.append(bytes)
            inputPeak = max(inputPeak, input.count)
        }
    }

    /// What comes next in the bytes received; `nil` when more are needed.
    public mutating func next() throws(HTTPError) -> HTTPRequestEvent? {
        input.consume(lentByteCount)
        lentByteCount = 0
        do throws(HTTPError) {
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

    /// What the connection waits for, given that `next()` returned `nil`.
    public var awaiting: Awaiting {
        switch state {
        case .head: headParser.isFresh ? .request : .head
        case .fixed, .chunked, .ending: .body
        case .failed, .detached: .nothing
        }
    }

    /// Whether so much waits to be decoded that the socket should not be read for now: a client
    /// pipelines faster than it is answered.
    public var isFull: Bool { input.count >= limits.headBytesMax + limits.bodyBytesMax }

    /// Hands over the bytes received and not yet decoded, for the protocol that the last head
    /// upgraded to. The decoder is done with.
    public mutating func takeRemainder() -> ByteBuffer {
        input.consume(lentByteCount)
        lentByteCount = 0
        state = .detached
        var remainder = ByteBuffer(capacity: 0)
        swap(&remainder, &input)
        return remainder
    }

    private mutating func advance() throws(HTTPError) -> HTTPRequestEvent? {
        switch state {
        case .head: return try nextHead()
        case .fixed(let remaining):
            let count = min(remaining, input.count)
            if count == 0 { return nil }
            state = count == remaining ? .ending : .fixed(remaining - count)
            lentByteCount = count
            return .bodyPiece
        case .chunked(let decoder): return try nextChunked(decoder)
        case .ending:
            state = .head
            return .end
        case .failed(let error): throw error
        case .detached: return nil
        }
    }

    private mutating func nextHead() throws(HTTPError) -> HTTPRequestEvent? {
        guard let (head, byteCount) = try headParser.parse(input, limits) else { return nil }
        input.consume(byteCount)
        headParser = HTTPHeadParser()
        state =
            switch head.bodyLength {
            case .none: .ending
            case .fixed(let count): .fixed(count)
            case .chunked: .chunked(HTTPChunkedDecoder())
            }
        return .head(head)
    }

    private mutating func nextChunked(
        _ current: HTTPChunkedDecoder
    ) throws(HTTPError) -> HTTPRequestEvent? {
        var decoder = current
        while true {
            let step = try decoder.step(input.span, limits)
            state = .chunked(decoder)
            switch step {
            case .needMore: return nil
            case .framing(let count): input.consume(count)
            case .piece(let count):
                lentByteCount = count
                return .bodyPiece
            case .end(let count):
                input.consume(count)
                state = .head
                return .end
            }
        }
    }
}
