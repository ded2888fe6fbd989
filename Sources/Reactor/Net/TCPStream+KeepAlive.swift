internal import CUV
internal import Glibc

extension TCPStream {
    /// Lets the kernel notice a peer that is gone without a word (a cable, a NAT that forgot us), which
    /// otherwise takes it a quarter of an hour, or for ever while nothing is written.
    ///
    /// - Parameters:
    ///   - idle: seconds of silence after which the kernel begins to ask.
    ///   - interval: seconds between its questions; three without an answer close the stream with
    ///     `ETIMEDOUT`, and so do bytes that are not acknowledged for `idle + 3 * interval`.
    /// - Returns: whether the kernel has taken all of it.
    @discardableResult
    func keepAlive(idleSeconds idle: Int32, intervalSeconds interval: Int32) -> Bool {
        precondition(idle > 0 && interval > 0, "time runs forward")
        let questions: Int32 = 3
        return set(SOL_SOCKET, SO_KEEPALIVE, 1)
            && set(Int32(IPPROTO_TCP), TCP_KEEPIDLE, idle)
            && set(Int32(IPPROTO_TCP), TCP_KEEPINTVL, interval)
            && set(Int32(IPPROTO_TCP), TCP_KEEPCNT, questions)
            && set(Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, (idle + questions * interval) * 1_000)
    }

    private func set(_ level: Int32, _ option: Int32, _ value: Int32) -> Bool {
        var descriptor: uv_os_fd_t = -1
        guard let handle = unsafe handle.open(as: uv_handle_t.self),
            unsafe uv_fileno(handle, &descriptor) == 0
        else { return false }
        var value = value
        let size = socklen_t(MemoryLayout<Int32>.size)
        // The kernel reads four bytes during the call.
        return unsafe setsockopt(descriptor, level, option, &value, size) == 0
    }
}
