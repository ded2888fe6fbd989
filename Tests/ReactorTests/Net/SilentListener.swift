import Glibc
import Reactor
import Testing

/// An address that does not answer: a listener whose backlog is full and who accepts nobody, so that
/// the kernel drops every further attempt.
final class SilentListener {
    private var descriptors: [Int32] = []

    /// - Parameters:
    ///   - host: of this computer.
    ///   - port: free there.
    init(host: String, port: UInt16) throws {
        let listener = try open()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        #expect(unsafe inet_pton(AF_INET, host, &address.sin_addr) == 1)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(listener, $0, size)
            }
        }
        try #require(bound == 0 && listen(listener, 0) == 0)
        // One fits; some kernels take one more.
        for _ in 0..<4 {
            let filler = try open()
            _ = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(filler, $0, size)
                }
            }
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
