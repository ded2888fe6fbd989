internal import CUV
internal import Glibc

extension TCPStream {
    /// Connects to `address`. The completion is called on the loop, exactly once and never inside
    /// this call; when it is called with a failure, no handler of the stream is called.
    /// - Returns: the stream on its way, of which only `close()` may be called before the
    ///   completion (which then gets `ECANCELED`). There is no timeout but the kernel's.
    @discardableResult
    public static func connect(
        on loop: EventLoop,
        to address: SocketAddress,
        completion: @escaping Completion
    ) -> TCPStream {
        let stream = TCPStream(on: loop, peer: address, state: .connecting(completion))
        guard let tcp = unsafe stream.tcp else {
            preconditionFailure("a new stream is open")
        }
        let request = UnsafeMutablePointer<uv_connect_t>.allocate(capacity: 1)
        unsafe request.pointee.data = CReference.retain(stream)
        let status = unsafe address.withSockaddr { name, _ in
            unsafe uv_tcp_connect(request, tcp, name) { request, status in
                guard let request = unsafe request else { return }
                let owner = unsafe CReference.take(request.pointee.data, as: TCPStream.self)
                unsafe request.deallocate()
                owner.didConnect(status)
            }
        }
        if status != 0 {
            _ = unsafe CReference.take(request.pointee.data, as: TCPStream.self)
            unsafe request.deallocate()
            stream.fail(SystemError(code: status, attempt: "connect to \(address)"))
        }
        return stream
    }

    private func didConnect(_ status: Int32) {
        guard case .connecting(let completion) = state else { return }
        guard status == 0 else {
            return fail(SystemError(code: status, attempt: "connect to \(peer)"))
        }
        state = .open
        completion(.success(self))
    }

    /// A stream on a socket that accept(2) has brought. Takes the descriptor over in any case.
    static func adopting(
        _ descriptor: Int32,
        from peer: SocketAddress,
        on loop: EventLoop
    ) throws(SystemError) -> TCPStream {
        let stream = TCPStream(on: loop, peer: peer, state: .open)
        guard let tcp = unsafe stream.tcp else {
            preconditionFailure("a new stream is open")
        }
        let status = unsafe uv_tcp_open(tcp, descriptor)
        guard status == 0 else {
            Glibc.close(descriptor)
            stream.close()
            throw SystemError(code: status, attempt: "adopt the connection from \(peer)")
        }
        return stream
    }
}
