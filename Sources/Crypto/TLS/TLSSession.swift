internal import COpenSSL

/// What happened on a TLS connection.
public enum TLSEvent: Equatable, Sendable {
    /// The handshake is complete and, for a client, the server is who it should be. Plaintext may be
    /// written from here on.
    case connected
    /// At least one byte of plaintext, which `TLSSession.withPlaintext` lends until the session is
    /// called again.
    case plaintext
    /// The peer has said that it sends nothing more (close_notify).
    case end
}

/// One TLS connection without a socket: ciphertext and plaintext in, both out.
///
/// ```
///                 .connected              .end
///  handshaking ──────────────► open ──────────────► ended: may still be written
///       └───────────────────────┴── any TLSError ──► failed: every further call throws the same
/// ```
///
/// The owner hands over what the socket brought (`receive`), asks what it means (`next`, until it
/// says `nil`), and after every call takes what is to be sent (`drain`), after a failure too: the alert
/// that tells the peer is in it.
///
/// Why the unsafe calls are sound: `ssl` and its two BIOs live from `init` to `deinit`, nobody else
/// holds them, and the object stays on one thread. OpenSSL reads and writes only inside the buffers
/// whose lengths it is given; where it hands memory out, the call says how long that lasts.
@safe public final class TLSSession {
    /// The most plaintext that one record holds, and that is lent at a time (RFC 8446 section 5.1).
    public static let plaintextBytesMax = 16 * 1_024

    private enum State: Equatable {
        case handshaking, open, ended
        case failed(TLSError)
    }

    private let context: TLSContext
    /// Whom we want to speak to; empty for a server.
    private let name: String
    /// An `SSL *`, ours until `deinit`.
    private let ssl: OpaquePointer
    /// Memory BIOs that belong to `ssl`: what came and is not yet read, what is to be sent.
    private let input: OpaquePointer
    private let output: OpaquePointer
    private let plaintext: UnsafeMutableBufferPointer<UInt8>
    /// Bytes at the front of `plaintext` that are lent.
    private var lentByteCount = 0
    private var state = State.handshaking
    /// The transport brings nothing more.
    private var transportHasEnded = false
    /// close_notify was sent: nothing more is written.
    private var isWriteEnded = false
    private var hasKeptSession = false

    /// A client's side.
    ///
    /// - Parameters:
    ///   - host: the name, or numeric address, that the server's certificate has to hold. A name is
    ///     told to the server (SNI).
    ///   - now: seconds since 1970, at which certificates have to be valid.
    /// - Throws: `.badName`.
    public init(_ context: TLSContext, host: String, at now: Int64) throws(TLSError) {
        precondition(!context.isServer, "a client needs a client's context")
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        let isName = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard !name.isEmpty, name.utf8.count <= 253, isName else { throw .badName(host) }
        self.context = context
        self.name = name
        unsafe (ssl, input, output) = Self.make(context)
        unsafe plaintext = .allocate(capacity: Self.plaintextBytesMax)
        unsafe SSL_set_connect_state(ssl)
        guard setExpectedName() else { throw .badName(host) }
        let parameters = unsafe SSL_get0_param(ssl)
        unsafe X509_VERIFY_PARAM_set_time(parameters, time_t(now))
        let protocols: [UInt8] = [8] + Array("http/1.1".utf8)
        // Zero is success here, unlike everywhere else.
        let offered = unsafe SSL_set_alpn_protos(ssl, protocols, UInt32(protocols.count))
        precondition(offered == 0, "OpenSSL copies nine bytes")
        unsafe context.offer(to: ssl, for: name)
    }

    /// A server's side.
    public init(server context: TLSContext) {
        precondition(context.isServer, "a server needs a server's context")
        self.context = context
        name = ""
        unsafe (ssl, input, output) = Self.make(context)
        unsafe plaintext = .allocate(capacity: Self.plaintextBytesMax)
        unsafe SSL_set_accept_state(ssl)
    }

    deinit {
        keepSession()
        // Otherwise OpenSSL makes the session unusable for the next connection because this one was
        // cut off, as TLS 1.0 wanted it (RFC 5246 section 7.2.1 does not any more).
        if case .failed(let error) = state, error != .truncated {
        } else {
            unsafe SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN)
        }
        unsafe SSL_free(ssl)
        // Answers may hold keys.
        unsafe OPENSSL_cleanse(plaintext.baseAddress, plaintext.count)
        unsafe plaintext.deallocate()
    }

    /// Whether the handshake is complete and nothing has failed.
    public var isConnected: Bool { state == .open || state == .ended }

    /// Takes ciphertext as it came.
    public func receive(_ ciphertext: Span<UInt8>) {
        guard !ciphertext.isEmpty, !transportHasEnded else { return }
        // A memory BIO copies the bytes and takes all of them, or there is no memory left.
        let taken = unsafe ciphertext.withUnsafeBytes { bytes in
            unsafe BIO_write(input, bytes.baseAddress, Int32(clamping: bytes.count))
        }
        precondition(Int(taken) == ciphertext.count, "a memory BIO takes what fits in an Int32")
    }

    /// The transport has ended: no more ciphertext will come.
    public func receiveEnd() { transportHasEnded = true }

    /// What the ciphertext received means; `nil` when more is needed. Call `drain` afterwards.
    public func next() throws(TLSError) -> TLSEvent? {
        lentByteCount = 0
        switch state {
        case .handshaking: return try shakeHands()
        case .open: return try read()
        case .ended: return nil
        case .failed(let error): throw error
        }
    }

    /// Lends the bytes of the last `.plaintext` event; empty after any other.
    public func withPlaintext<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // OpenSSL has written that many bytes, and writes again only in `next`.
        let bytes = unsafe UnsafeBufferPointer(rebasing: plaintext[..<lentByteCount])
        return try body(unsafe Span(_unsafeElements: bytes))
    }

    /// Encrypts `bytes`. Call `drain` afterwards. Ignored after `close`.
    /// - Precondition: the session is connected: nothing leaves before the peer is known.
    public func write(_ bytes: Span<UInt8>) throws(TLSError) {
        if case .failed(let error) = state { throw error }
        precondition(isConnected, "nothing is written before the handshake is complete")
        guard !isWriteEnded, !bytes.isEmpty else { return }
        ERR_clear_error()
        // The output is memory, so that all of it is written at once.
        let result = unsafe bytes.withUnsafeBytes { bytes in
            var written = 0
            return unsafe SSL_write_ex(ssl, bytes.baseAddress, bytes.count, &written)
        }
        if result != 1 { throw fail(reason()) }
    }

    /// Says that nothing more will be written (close_notify). Call `drain` afterwards. May be called
    /// twice; during the handshake and after a failure it does nothing.
    public func close() {
        guard isConnected, !isWriteEnded else { return }
        isWriteEnded = true
        ERR_clear_error()
        _ = unsafe SSL_shutdown(ssl)
    }

    /// Lends the ciphertext that is to be sent, all of it, and forgets it. Not called when there is
    /// none.
    public func drain(_ body: (Span<UInt8>) -> Void) {
        var start: UnsafeMutablePointer<UInt8>?
        let count = unsafe ques_bio_data(output, &start)
        guard count > 0, let start = unsafe start else { return }
        // The BIO's memory stays where it is until the BIO is written to again, which only the
        // calls of this object do; `body` cannot call them and hold the span.
        body(unsafe Span(_unsafeStart: start, count: count))
        unsafe ques_bio_reset(output)
    }
}

extension TLSSession {
    /// What the handshake has agreed on.
    public struct Details: Equatable, Sendable {
        /// `TLSv1.3` or `TLSv1.2`.
        public let version: String
        /// The cipher suite's name.
        public let cipher: String
        /// Whether an earlier session was taken up, which spares a round of signatures.
        public let isResumed: Bool
    }

    /// What the handshake has agreed on.
    /// - Precondition: connected.
    public var details: Details {
        precondition(isConnected, "known after the handshake")
        // Constant texts of OpenSSL.
        return unsafe Details(
            version: String(cString: SSL_get_version(ssl)),
            cipher: String(cString: SSL_CIPHER_get_name(SSL_get_current_cipher(ssl))),
            isResumed: SSL_session_reused(ssl) == 1
        )
    }

    private static func make(
        _ context: TLSContext
    ) -> (ssl: OpaquePointer, input: OpaquePointer, output: OpaquePointer) {
        guard let ssl = unsafe SSL_new(context.pointer), let input = unsafe BIO_new(BIO_s_mem()),
            let output = unsafe BIO_new(BIO_s_mem())
        else { preconditionFailure("there is memory for a connection") }
        // Both belong to `ssl` now.
        unsafe SSL_set_bio(ssl, input, output)
        return unsafe (ssl, input, output)
    }

    /// By subjectAltName only, and `*` only as a whole label (RFC 9525 section 6.3).
    private func setExpectedName() -> Bool {
        let parameters = unsafe SSL_get0_param(ssl)
        if unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1 { return true }
        ERR_clear_error()
        let flags = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS
        unsafe SSL_set_hostflags(ssl, UInt32(flags))
        guard unsafe SSL_set1_host(ssl, name) == 1 else { return false }
        return unsafe ques_ssl_set_server_name(ssl, name) == 1
    }

    private func shakeHands() throws(TLSError) -> TLSEvent? {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(ssl)
        if result == 1 {
            guard hasRightProtocol else { throw fail(.wrongApplicationProtocol) }
            state = .open
            return .connected
        }
        guard unsafe SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ else {
            throw fail(reason())
        }
        if transportHasEnded { throw fail(.endedInHandshake) }
        return nil
    }

    /// No protocol was chosen, or the one that we offered. OpenSSL refuses another one itself (as a bad
    /// extension); its older releases left that to us.
    private var hasRightProtocol: Bool {
        var start: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(ssl, &start, &count)
        guard let start = unsafe start, count > 0 else { return true }
        // OpenSSL's own copy of `count` bytes.
        let chosen = unsafe UnsafeBufferPointer(start: start, count: Int(count))
        return unsafe chosen.elementsEqual("http/1.1".utf8)
    }

    private func read() throws(TLSError) -> TLSEvent? {
        ERR_clear_error()
        var count = 0
        let result = unsafe SSL_read_ex(ssl, plaintext.baseAddress, plaintext.count, &count)
        if result == 1 {
            lentByteCount = count
            if !hasKeptSession { keepSession() }
            return .plaintext
        }
        switch unsafe SSL_get_error(ssl, result) {
        case SSL_ERROR_WANT_READ:
            if transportHasEnded { throw fail(.truncated) }
            return nil
        case SSL_ERROR_ZERO_RETURN:
            state = .ended
            return .end
        default: throw fail(reason())
        }
    }

    /// Keeps the session for the next connection, once the server has given one (TLS 1.3: some time
    /// after the handshake).
    private func keepSession() {
        guard !context.isServer, isConnected || state == .failed(.truncated), !hasKeptSession,
            let session = unsafe SSL_get1_session(ssl)
        else { return }
        if unsafe SSL_SESSION_is_resumable(session) == 1 {
            hasKeptSession = true
            unsafe context.keep(session, for: name)
        } else {
            unsafe SSL_SESSION_free(session)
        }
    }

    private func fail(_ error: TLSError) -> TLSError {
        state = .failed(error)
        // What a server did not accept once is not offered again.
        if error != .truncated { context.forget(name) }
        return error
    }

    /// Why the last call failed.
    private func reason() -> TLSError {
        let code = ERR_get_error()
        let reason = ERR_GET_REASON(code)
        if reason == SSL_R_CERTIFICATE_VERIFY_FAILED {
            return TLSError(verifyResult: unsafe SSL_get_verify_result(ssl), name: name)
        }
        return code == 0 ? .endedInHandshake : TLSError(code: code)
    }
}

@available(*, unavailable)
extension TLSSession: Sendable {}
