internal import Foundation

/// A blocking TCP socket to 127.0.0.1, so that tests see bytes and nothing else.
final class LoopbackSocket {
    private var descriptor: Int32

    init(port: UInt16) throws {
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(AF_INET, type, 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        // connect(2) reads an address of exactly this length.
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Missing("a connection to port \(port), errno \(errno)") }
    }

    deinit { close() }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            // send(2) reads the bytes that it is lent.
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw Missing("an open connection, errno \(errno)") }
            rest = rest.dropFirst(count)
        }
    }

    /// What has come; empty at the end of the connection, however it ended.
    /// - Throws: when nothing comes in time.
    func read(until deadline: Deadline) throws -> [UInt8] {
        var interest = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&interest, 1, deadline.millisecondsLeft) > 0 else {
            throw Missing("bytes in time")
        }
        var buffer = [UInt8](repeating: 0, count: 65_536)
        // recv(2) writes at most the buffer's length.
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        return Array(buffer.prefix(max(count, 0)))
    }

    func readToEnd(within seconds: Double) throws -> [UInt8] {
        let deadline = Deadline(seconds: seconds)
        var bytes: [UInt8] = []
        while case let more = try read(until: deadline), !more.isEmpty { bytes += more }
        return bytes
    }
}
