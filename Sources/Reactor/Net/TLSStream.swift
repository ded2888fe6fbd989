public import Crypto
public import Wire

/// TLS over a `TCPStream`, with the same shape.
///
///     shaking hands ──► open ──close_notify──► ended ──close()──► closed
///           └─────────────┴── refused, cut off, reset ─────────────▲
///
/// A FIN of TCP without a close_notify before it closes the stream with `TLSError.truncated`: somebody
/// may have cut the connection, and bytes may be missing. Whether that matters is for the protocol
/// above to say (RFC 9112 section 9.8).
public final class TLSStream: ByteStream {
    /// Called with the outcome of the handshake.
    public typealias Completion = (Result<TLSStream, NetError>) -> Void

    /// Plaintext encrypted at a time before its ciphertext goes to the socket: bounds what both
    /// OpenSSL and this stream hold.
    private static let pieceByteCount = 64 * 1_024

    public var onBytes: ((Span<UInt8>) -> Void)?
    public var onEnd: (() -> Void)?
    public var onDrain: (() -> Void)?
    private var onGone: ((NetError?) -> Void)?

    public let peer: SocketAddress
    private let host: String
    let tcp: TCPStream
    private let session: TLSSession
    /// For the handshake's outcome; `nil` once it is told.
    private var completion: Completion?
    /// Why we have closed the TCP stream, when it was not the owner's wish.
    private var failure: NetError?
    private var isReading = false
    /// Handlers are being called: whoever asks for more gets it when they return.
    private var isPumping = false
    private var isWriteEnded = false
    private var hasEnded = false
    /// Delivers what waits in the session when reading starts again.
    private let resumption: LoopTimer

    /// Shakes hands over a connected stream, of which nobody else has set handlers.
    ///
    /// - Parameters:
    ///   - session: a fresh one, of either side.
    ///   - host: for error texts.
    ///   - completion: called on the loop, exactly once and never inside this call. When it is called
    ///     with a failure, the TCP stream is closed and no handler is called.
    public init(
        over tcp: TCPStream,
        session: TLSSession,
        host: String,
        completion: @escaping Completion
    ) {
        self.tcp = tcp
        self.session = session
        self.host = host
        self.completion = completion
        peer = tcp.peer
        var resume: () -> Void = {}
        resumption = LoopTimer(on: tcp.loop) { resume() }
        resume = { [unowned self] in self.pump() }
        // The TCP stream drops these handlers, and with them this stream, when it is closed.
        tcp.onBytes = { bytes in
            self.session.receive(bytes)
            self.pump()
        }
        tcp.onEnd = {
            self.session.receiveEnd()
            self.pump()
        }
        tcp.onDrain = { self.onDrain?() }
        tcp.onClose = { error in self.didClose(error) }
        tcp.startReading()
        // A client speaks first. Should that fail, the end of TCP tells it.
        pump()
    }

    /// What the handshake has agreed on.
    /// - Precondition: the completion was called with success.
    public var details: TLSSession.Details { session.details }

    public var backlogBytes: Int { tcp.backlogBytes }

    public var isOpen: Bool { tcp.isOpen }

    public func startReading() {
        guard isOpen, session.isConnected, !isReading, !hasEnded else { return }
        isReading = true
        tcp.startReading()
        // Plaintext may wait here that no event of the socket will announce.
        if !isPumping { resumption.start(afterMilliseconds: 0) }
    }

    public func stopReading() {
        guard isReading else { return }
        isReading = false
        tcp.stopReading()
    }

    public func write(_ bytes: SharedBytes) { write(copying: bytes.span) }

    /// Writes bytes that the caller keeps: encrypted at once, so that nothing of them is kept here.
    public func write(copying bytes: Span<UInt8>) {
        guard isOpen, session.isConnected, !isWriteEnded else { return }
        do {
            var start = 0
            while start < bytes.count {
                let end = min(start + Self.pieceByteCount, bytes.count)
                try session.write(bytes.extracting(start..<end))
                flush()
                start = end
            }
        } catch {
            fail(.tls(error, host: host))
        }
    }

    public func shutdown() {
        guard isOpen, !isWriteEnded else { return }
        isWriteEnded = true
        session.close()
        flush()
        tcp.shutdown()
    }

    public func close() {
        guard isOpen else { return }
        if !isWriteEnded {
            isWriteEnded = true
            session.close()
            flush()
        }
        tcp.close()
    }

    public func whenClosed(_ handler: @escaping (NetError?) -> Void) { onGone = handler }

    /// Takes out what the session has understood, as long as somebody reads.
    private func pump() {
        guard !isPumping else { return }
        isPumping = true
        defer { isPumping = false }
        do {
            while tcp.isOpen, isReading || completion != nil, let event = try session.next() {
                // What answers the peer (the handshake, a change of keys) goes out first.
                flush()
                switch event {
                case .connected: didConnect()
                case .plaintext: session.withPlaintext { onBytes?($0) }
                case .end:
                    hasEnded = true
                    isReading = false
                    onEnd?()
                }
            }
            flush()
        } catch {
            // The alert that tells the peer.
            flush()
            fail(.tls(error, host: host))
        }
    }

    private func didConnect() {
        let completion = completion
        self.completion = nil
        // Until the owner reads.
        tcp.stopReading()
        completion?(.success(self))
    }

    private func flush() {
        session.drain { tcp.write(copying: $0) }
    }

    private func fail(_ error: NetError) {
        guard tcp.isOpen else { return }
        failure = error
        tcp.close()
    }

    private func didClose(_ error: SystemError?) {
        resumption.close()
        let reason = failure ?? error.map { .system($0) }
        let (completion, onGone) = (completion, onGone)
        (onBytes, onEnd, onDrain, self.onGone, self.completion) = (nil, nil, nil, nil, nil)
        if let completion {
            completion(.failure(reason ?? .tls(.endedInHandshake, host: host)))
        } else {
            onGone?(reason)
        }
    }
}

@available(*, unavailable)
extension TLSStream: Sendable {}
