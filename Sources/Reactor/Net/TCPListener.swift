internal import CUV
internal import Glibc

/// Accepts TCP connections at an address.
///
/// It polls the listening socket and calls accept(2) itself instead of uv_listen, for one reason:
/// when the process has no descriptor left (EMFILE), libuv 1.44 either drops every waiting
/// connection by means of a spare descriptor or, when another thread has taken that one, calls
/// back with the error in a loop that it never leaves. Here the listener pauses: it stops polling
/// for `pauseMilliseconds`, the connections wait in the kernel's backlog, and then it goes on.
@safe public final class TCPListener: HandleOwner {
    /// How long accepting pauses when the system has no descriptors or no memory for more.
    public static let pauseMilliseconds = 100

    /// Connections accepted in one turn of the loop, so that a flood of them does not starve the
    /// streams that are there.
    public static let acceptsPerTurnMax = 64

    /// Where it listens. The port is the real one also when port 0 was asked for.
    public let address: SocketAddress

    /// Called each time accepting pauses, with the reason (EMFILE, ENFILE, ENOBUFS, ENOMEM).
    public var onPause: ((SystemError) -> Void)?

    private let loop: EventLoop
    private let descriptor: Int32
    private var handle = Handle()
    private let resumption: LoopTimer
    private var onConnection: ((TCPStream) -> Void)?

    /// Binds and listens, with SO_REUSEADDR, so that a restarted process gets its port back although
    /// old connections linger there (TIME_WAIT). Two listeners at one address remain an error.
    /// - Parameters:
    ///   - backlog: connections that may wait in the kernel to be accepted.
    ///   - onConnection: called on the loop with each new stream, which is not reading yet.
    /// - Throws: `EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`, with the address in the sentence.
    public init(
        on loop: EventLoop,
        address: SocketAddress,
        backlog: Int = 511,
        onConnection: @escaping (TCPStream) -> Void
    ) throws(SystemError) {
        (descriptor, self.address) = try Self.listen(address, backlog: backlog)
        self.loop = loop
        self.onConnection = onConnection
        var resume: () -> Void = {}
        resumption = LoopTimer(on: loop) { resume() }
        resume = { [unowned self] in self.poll() }
        let descriptor = descriptor
        let status = unsafe handle.open(for: self) {
            unsafe uv_poll_init(loop.uv, $0, descriptor)
        }
        guard status == 0 else {
            resumption.close()
            Glibc.close(descriptor)
            throw SystemError(code: status, attempt: "watch the listener at \(address)")
        }
        poll()
    }

    /// Stops listening at once: the port is free when this returns, and what waited in the backlog
    /// is reset. Accepted streams go on. May be called twice.
    public func close() {
        // The descriptor leaves the loop's epoll set here, so it may be closed at once.
        guard handle.close() else { return }
        Glibc.close(descriptor)
        resumption.close()
        onConnection = nil
        onPause = nil
    }

    func handleDidClose() {}

    private func poll() {
        guard let poll = unsafe handle.open(as: uv_poll_t.self) else { return }
        let status = unsafe uv_poll_start(poll, Int32(UV_READABLE.rawValue)) { poll, _, _ in
            guard let poll = unsafe poll else { return }
            unsafe CReference.borrow(poll.pointee.data, as: TCPListener.self).accept()
        }
        precondition(status == 0, "an open poll handle can be started")
    }

    private func accept() {
        for _ in 0..<Self.acceptsPerTurnMax {
            // `onConnection` may have closed the listener.
            guard handle.isOpen else { return }
            do {
                guard let stream = try acceptOne() else { return }
                onConnection?(stream)
            } catch {
                return pause(because: error)
            }
        }
    }

    /// The next connection; `nil` when none is waiting.
    private func acceptOne() throws(SystemError) -> TCPStream? {
        let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        while true {
            var socket: Int32 = -1
            let peer = unsafe SocketAddress.reading { name, byteCount in
                socket = unsafe accept4(descriptor, name, byteCount, flags)
                return socket >= 0
            }
            if let peer { return try TCPStream.adopting(socket, from: peer, on: loop) }
            switch errno {
            case EAGAIN: return nil
            // The fate of that one connection, or of its network (accept(2), "Error handling").
            case EINTR, ECONNABORTED, EPROTO, ENOPROTOOPT, EOPNOTSUPP, EPERM,
                ENETDOWN, ENETUNREACH, ENONET, EHOSTDOWN, EHOSTUNREACH:
                continue
            default: throw .last("accept at \(address)")
            }
        }
    }

    private func pause(because error: SystemError) {
        guard let poll = unsafe handle.open(as: uv_poll_t.self) else { return }
        unsafe uv_poll_stop(poll)
        resumption.start(afterMilliseconds: Self.pauseMilliseconds)
        onPause?(error)
    }

    /// A listening socket and where it is.
    private static func listen(
        _ address: SocketAddress,
        backlog: Int
    ) throws(SystemError) -> (Int32, SocketAddress) {
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(address.family, flags, 0)
        guard descriptor >= 0 else { throw .last("open a socket for \(address)") }
        var isOn: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, size)
        let bound = unsafe address.withSockaddr { unsafe bind(descriptor, $0, $1) }
        guard bound == 0, Glibc.listen(descriptor, Int32(clamping: backlog)) == 0 else {
            let error = SystemError.last("listen at \(address)")
            Glibc.close(descriptor)
            throw error
        }
        let actual = unsafe SocketAddress.reading { unsafe getsockname(descriptor, $0, $1) == 0 }
        return (descriptor, actual ?? address)
    }
}

@available(*, unavailable)
extension TCPListener: Sendable {}
