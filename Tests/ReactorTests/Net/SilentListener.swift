import Glibc
import Reactor
import Testing

/// An address that does not answer: a listener whose backlog is full and who accepts nobody, so that
/// the kernel drops every further attempt.
final class SilentListener {
    private var descriptors: [Int32] = []

    /// - Parameters:
    ///   - host: the last byte of an address of this computer, 127.0.0.x.
    ///   - port: free there.
    init(host: UInt8, port: UInt16) throws {
        // `sockaddr_in`: family in the host's order, port and address in the network's.
        var address = [UInt8](repeating: 0, count: 16)
        address[0] = UInt8(AF_INET)
        address[2] = UInt8(port >> 8)
        address[3] = UInt8(port & 0xFF)
        address.replaceSubrange(4..<8, with: [127, 0, 0, host])
        let listener = try open()
        let bound = unsafe call(address) { unsafe bind(listener, $0, $1) }
        try #require(bound == 0 && listen(listener, 0) == 0)
        // One fits; some kernels take one more.
        for _ in 0..<4 {
            let filler = try open()
            _ = unsafe call(address) { unsafe connect(filler, $0, $1) }
        }
    }

    private func call(
        _ address: [UInt8],
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        unsafe address.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress else { return -1 }
            return unsafe body(
                start.assumingMemoryBound(to: sockaddr.self),
                socklen_t(bytes.count)
            )
        }
    }

    deinit {
        for descriptor in descriptors { Glibc.close(descriptor) }
    }

    private func open() throws -> Int32 {
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(AF_INET, flags, 0)
        try #require(descriptor >= 0)
        descriptors.append(descriptor)
        return descriptor
    }
}
