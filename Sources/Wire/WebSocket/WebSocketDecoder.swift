/// What has been decoded. `WebSocketDecoder.withPayload` lends the bytes that belong to it.
public enum WebSocketEvent: Equatable, Sendable {
    /// A whole text message; the payload is valid UTF-8.
    case text
    /// A whole binary message.
    case binary
    /// To be answered by a pong of the same payload.
    case ping
    case pong
    /// The peer sends nothing after it; `nil` when the frame was empty. The payload is the reason,
    /// valid UTF-8.
    case close(WebSocketCloseCode?)
}

/// Frames in, messages out (RFC 6455 section 5), for either role.
///
/// Works on what has come: a header is judged by each byte of it, a payload is unmasked and checked as
/// it arrives, so that a bad frame is refused before it is complete and a long one costs no second
/// pass.
///
/// ```
///             header complete            payload complete
///  ┌─ header ─────────────────► payload ─────────────────┐
///  └──────────────────────◄──────────────────────────────┤
///  any ──WebSocketError──► failed: every further call    └─ of a close frame ──► closed: nothing
///                          throws the same                  comes any more
/// ```
public struct WebSocketDecoder: ~Copyable {
    private enum State {
        case header
        case payload(WebSocketFrameHeader)
        case closed
        case failed(WebSocketError)
    }

    /// Where the bytes of the last event lie.
    private enum Lent {
        case nothing
        /// At the front of `input`; of a close frame the first two are its code.
        case input(byteCount: Int, skipped: Int)
        /// All of `message`.
        case message
    }

    public let role: WebSocketRole
    public let limits: WebSocketLimits
    private var input: ByteBuffer
    /// The most bytes `input` held since memory was last given back.
    private var inputPeak = 0
    private var state = State.header
    /// Bytes of the current frame's payload, at the front of `input`, already unmasked and checked.
    private var checkedByteCount = 0
    /// The fragments that came before the current frame.
    private var message = ByteBuffer(capacity: 0)
    /// What the fragments begun are; `nil` between messages.
    private var openMessage: WebSocketOpcode?
    private var text = UTF8Validator()
    private var lent = Lent.nothing

    /// - Parameter input: bytes that followed the handshake in the same read.
    public init(
        role: WebSocketRole,
        limits: WebSocketLimits = WebSocketLimits(),
        input: consuming ByteBuffer = ByteBuffer(capacity: 256)
    ) {
        self.role = role
        self.limits = limits
        inputPeak = input.count
        self.input = input
    }

    /// Takes bytes as they came. After a close frame or an error they are dropped.
    public mutating func receive(_ bytes: Span<UInt8>) {
        switch state {
        case .closed, .failed: break
        case .header, .payload:
            input.append(bytes)
            inputPeak = max(inputPeak, input.count)
        }
    }

    /// What comes next in the bytes received; `nil` when more are needed, and after a close frame.
    public mutating func next() throws(WebSocketError) -> WebSocketEvent? {
        giveBack()
        do throws(WebSocketError) {
            while true {
                switch state {
                case .header:
                    guard
                        let (header, byteCount) = try WebSocketFrameHeader.parse(
                            input.span,
                            role: role,
                            openMessage: openMessage
                        )
                    else {
                        input.giveBack(peak: &inputPeak, above: limits.retainedBytesMax)
                        return nil
                    }
                    try begin(header)
                    input.consume(byteCount)
                case .payload(let header):
                    try check(header)
                    guard input.count >= header.byteCount else { return nil }
                    state = .header
                    checkedByteCount = 0
                    if let event = try finish(header) { return event }
                case .closed: return nil
                case .failed(let error): throw error
                }
            }
        } catch {
            state = .failed(error)
            input = ByteBuffer(capacity: 0)
            message = ByteBuffer(capacity: 0)
            throw error
        }
    }

    /// Lends the bytes that belong to the last event, until the decoder is called again: the message,
    /// the payload of a ping or pong, the reason of a close.
    public func withPayload<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        switch lent {
        case .nothing: try body(Span())
        case .input(let byteCount, let skipped):
            try body(input.span.extracting(skipped..<byteCount))
        case .message: try body(message.span)
        }
    }

    /// Forgets what the last event was lent.
    private mutating func giveBack() {
        switch lent {
        case .nothing: break
        case .input(let byteCount, _): input.consume(byteCount)
        case .message:
            if message.count > limits.retainedBytesMax {
                message = ByteBuffer(capacity: 0)
            } else {
                message.removeAll()
            }
        }
        lent = .nothing
    }

    /// The header is complete: takes it in, before any byte of the payload.
    private mutating func begin(_ header: WebSocketFrameHeader) throws(WebSocketError) {
        if !header.opcode.isControl {
            guard header.byteCount <= limits.messageBytesMax - message.count else {
                throw .messageTooBig
            }
            if header.opcode != .continuation {
                openMessage = header.opcode
                text = UTF8Validator()
            }
        }
        state = .payload(header)
    }

    /// Unmasks and checks what has come of the payload since the last call.
    private mutating func check(_ header: WebSocketFrameHeader) throws(WebSocketError) {
        let fresh = checkedByteCount..<min(input.count, header.byteCount)
        guard !fresh.isEmpty else { return }
        if let mask = header.mask {
            var bytes = input.mutableSpan
            WebSocketMask.apply(mask, offset: fresh.lowerBound, to: &bytes, in: fresh)
        }
        checkedByteCount = fresh.upperBound
        if openMessage == .text && !header.opcode.isControl {
            guard Self.accept(&text, input, fresh) else { throw .invalidUTF8 }
        }
    }

    /// The frame's payload is complete at the front of `input`.
    private mutating func finish(
        _ header: WebSocketFrameHeader
    ) throws(WebSocketError) -> WebSocketEvent? {
        switch header.opcode {
        case .ping, .pong:
            lent = .input(byteCount: header.byteCount, skipped: 0)
            return header.opcode == .ping ? .ping : .pong
        case .close: return try finishClose(header)
        case .text, .binary, .continuation:
            guard header.isFinal else {
                Self.append(to: &message, input, header.byteCount)
                input.consume(header.byteCount)
                return nil
            }
            let isText = openMessage == .text
            guard !isText || text.isComplete else { throw .invalidUTF8 }
            openMessage = nil
            if message.isEmpty {
                lent = .input(byteCount: header.byteCount, skipped: 0)
            } else {
                Self.append(to: &message, input, header.byteCount)
                input.consume(header.byteCount)
                lent = .message
            }
            return isText ? .text : .binary
        }
    }

    private mutating func finishClose(
        _ header: WebSocketFrameHeader
    ) throws(WebSocketError) -> WebSocketEvent? {
        guard header.byteCount != 1 else { throw .badClose }
        var code: WebSocketCloseCode?
        if header.byteCount > 0 {
            let payload = input.span
            let given = WebSocketCloseCode(rawValue: UInt16(payload[0]) << 8 | UInt16(payload[1]))
            guard given.maySend else { throw .badClose }
            var reason = UTF8Validator()
            guard reason.accept(payload.extracting(2..<header.byteCount)), reason.isComplete else {
                throw .invalidUTF8
            }
            code = given
        }
        state = .closed
        lent = .input(byteCount: header.byteCount, skipped: code == nil ? 0 : 2)
        return .close(code)
    }

    // Functions of their own because the compiler takes a span of one property and a change of
    // another for overlapping accesses.

    private static func accept(
        _ text: inout UTF8Validator,
        _ input: borrowing ByteBuffer,
        _ range: Range<Int>
    ) -> Bool {
        text.accept(input.span.extracting(range))
    }

    private static func append(
        to message: inout ByteBuffer,
        _ input: borrowing ByteBuffer,
        _ byteCount: Int
    ) {
        message.append(input.span.extracting(0..<byteCount))
    }
}
