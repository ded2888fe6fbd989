public import Crypto
public import Wire

/// A connection's bytes, in the clear or under TLS: what both kinds of stream can do. The rules of
/// `TCPStream` hold: handlers run on the loop, never inside a call of the stream, and each of them may
/// close it; whoever has no use for an open stream any more closes it.
public protocol ByteStream: AnyObject {
    /// The bytes that have just come. They are gone when the handler returns.
    var onBytes: ((Span<UInt8>) -> Void)? { get set }

    /// The peer has said that it sends nothing more: FIN, or close_notify under TLS. The stream can
    /// still write.
    var onEnd: (() -> Void)? { get set }

    /// `backlogBytes` was not zero and now is.
    var onDrain: (() -> Void)? { get set }

    /// The other end.
    var peer: SocketAddress { get }

    /// Bytes, as they go over the wire, that the socket has not taken.
    var backlogBytes: Int { get }

    /// Whether neither `close()` nor an error has ended it.
    var isOpen: Bool { get }

    /// Starts calling `onBytes` and `onEnd`.
    func startReading()

    /// Makes the peer stop sending after a while.
    func stopReading()

    /// Writes all of `bytes`, now or as the peer takes them, after everything written before.
    func write(_ bytes: SharedBytes)

    /// Writes bytes that the caller keeps.
    func write(copying bytes: Span<UInt8>)

    /// Ends our direction behind everything that was written.
    func shutdown()

    /// Closes at once and abandons what is queued. May be called twice.
    func close()

    /// Sets what is called when the stream is gone, exactly once and as the last call of all: with
    /// `nil` after `close()` and after both directions have ended, or with the reason.
    func whenClosed(_ handler: @escaping (NetError?) -> Void)
}

extension TCPStream: ByteStream {
    public func whenClosed(_ handler: @escaping (NetError?) -> Void) {
        onClose = { error in handler(error.map { .system($0) }) }
    }
}

/// How far a connection had come.
public enum NetPhase: String, Equatable, Sendable {
    case resolving = "resolving its name"
    case connecting = "connecting"
    case shakingHands = "the TLS handshake"
}

/// Why a connection cannot be made, or is gone. Its text is for a person.
public enum NetError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The name has no address, or the resolver does not answer.
    case unresolved(host: String, reason: String)
    /// The operating system refused.
    case system(SystemError)
    /// TLS refused.
    case tls(TLSError, host: String)
    /// It took too long.
    case timeout(NetPhase, host: String)
    /// TLS is asked for, and the connector has no context for it.
    case noTLS(host: String)

    public var description: String {
        switch self {
        case .unresolved(let host, let reason): "\(host) cannot be resolved: \(reason)"
        case .system(let error): error.description
        case .tls(let error, let host): "TLS with \(host): \(error)"
        case .timeout(let phase, let host): "\(host): \(phase.rawValue) took too long"
        case .noTLS(let host): "\(host) asks for TLS, which is not set up"
        }
    }
}
