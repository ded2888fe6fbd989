internal import Glibc
internal import Reactor

/// A TCP connection of this process to itself: what is sent on one end is read on the other.
///
/// The unsafe calls hand the kernel addresses of local values and spans for the length of the call.
@safe final class LoopbackPipe {
    struct Failure: Error {
        let call: String
        let code: Int32
    }

    private let sender: Int32
    private let receiver: Int32
    private var buffer = [UInt8](repeating: 0, count: 64 * 1_024)

    init() throws {
        let listener = try Self.check(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0), "socket")
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        sender = try Self.check(socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0), "socket")
        let (sender, size) = (sender, length)
        receiver = try unsafe withUnsafeMutablePointer(to: &address) { pointer in
            try unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                try Self.check(unsafe bind(listener, pointer, size), "bind")
                try Self.check(listen(listener, 1), "listen")
                try Self.check(unsafe getsockname(listener, pointer, &length), "getsockname")
                try Self.check(unsafe connect(sender, pointer, size), "connect")
                return try Self.check(accept(listener, nil, nil), "accept")
            }
        }
        var isOn: Int32 = 1
        let optionSize = socklen_t(MemoryLayout<Int32>.size)
        try Self.check(
            unsafe setsockopt(sender, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, optionSize),
            "setsockopt"
        )
    }

    deinit {
        close(sender)
        close(receiver)
    }

    @discardableResult
    private static func check(_ result: Int32, _ call: String) throws -> Int32 {
        guard result >= 0 else { throw Failure(call: call, code: errno) }
        return result
    }

    func send(_ bytes: Span<UInt8>) {
        let sent = unsafe bytes.withUnsafeBytes { bytes in
            unsafe Glibc.send(sender, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
        }
        precondition(sent == bytes.count, "an emptied socket takes an order")
    }

    /// Reads what has been sent.
    func empty() {
        let flags = Int32(MSG_DONTWAIT)
        while unsafe recv(receiver, &buffer, buffer.count, flags) == buffer.count {}
    }
}

enum WallSeconds {
    static func now() -> Int64 { WallClock.now() / 1_000_000_000 }
}
