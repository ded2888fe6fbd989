import Foundation
import Synchronization

/// A blocking socket to a server on loopback, so that tests see bytes and nothing else.
final class RawClient {
    enum Failure: Error {
        case noConnection
        /// The server closed before everything that was expected had come.
        case closedEarly([UInt8])
        /// Nothing came for five seconds.
        case silence
        case malformed(String)
    }

    struct Response {
        var status: Int
        var fields: [(name: String, value: String)]
        var body: String

        subscript(_ name: String) -> String? {
            fields.first { $0.name.lowercased() == name }?.value
        }
    }

    struct Frame: Equatable {
        var opcode: UInt8
        var payload: [UInt8]

        var text: String { String(decoding: payload, as: UTF8.self) }
        var closeCode: Int? {
            opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
        }
    }

    private var descriptor: Int32
    /// What came; the bytes before `taken` were taken.
    private var received: [UInt8] = []
    private var taken = 0

    /// What came and was not taken.
    var input: ArraySlice<UInt8> { received[taken...] }

    /// - Parameter receiveBufferBytes: small for a client that is to stall soon.
    init(port: UInt16, receiveBufferBytes: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var bytes = receiveBufferBytes {
            unsafe setsockopt(
                descriptor,
                SOL_SOCKET,
                SO_RCVBUF,
                &bytes,
                socklen_t(MemoryLayout<Int32>.size)
            )
        }
        var timeout = timeval(tv_sec: 5, tv_usec: 0)
        unsafe setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &timeout,
            socklen_t(MemoryLayout<timeval>.size)
        )
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let result = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Failure.noConnection }
    }

    deinit { close() }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    /// FIN.
    func endSending() { shutdown(descriptor, Int32(SHUT_WR)) }

    func close() {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    /// RST.
    func reset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        unsafe setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_LINGER,
            &linger,
            socklen_t(MemoryLayout<Glibc.linger>.size)
        )
        close()
    }

    /// Reads once; false at the end.
    private func readMore() throws -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        if count > 0 {
            if taken == received.count {
                received.removeAll(keepingCapacity: true)
                taken = 0
            }
            received += buffer[..<count]
            return true
        }
        if count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) { throw Failure.silence }
        return false
    }

    /// Everything up to the end of the connection, which must come.
    func readToEnd() throws -> [UInt8] {
        while try readMore() {}
        defer { taken = received.count }
        return Array(input)
    }

    func take(_ count: Int) throws -> [UInt8] {
        while input.count < count {
            guard try readMore() else { throw Failure.closedEarly(Array(input)) }
        }
        defer { taken += count }
        return Array(input.prefix(count))
    }

    /// - Parameter isHead: the answer has no content, whatever its length says.
    func response(isHead: Bool = false) throws -> Response {
        let blank = Array("\r\n\r\n".utf8)
        var end: Int?
        while end == nil {
            end = input.indices.first { input[$0...].starts(with: blank) }
            if end == nil, try !readMore() { throw Failure.closedEarly(Array(input)) }
        }
        let head = String(decoding: try take((end ?? taken) + 4 - taken), as: UTF8.self)
        let lines = head.split(separator: "\r\n", omittingEmptySubsequences: true)
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw Failure.malformed(head)
        }
        let fields = lines.dropFirst().map { line -> (name: String, value: String) in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (String(line[..<colon]), String(line[colon...].dropFirst(2)))
        }
        var response = Response(status: status, fields: fields, body: "")
        if let length = response["content-length"].flatMap({ Int($0) }), !isHead {
            response.body = String(decoding: try take(length), as: UTF8.self)
        }
        return response
    }

    /// Opens the stream.
    func openStream() throws {
        send(
            "GET /api/v1/ws/stream HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\n"
                + "connection: Upgrade\r\nsec-websocket-version: 13\r\n"
                + "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        )
        let response = try response()
        guard response.status == 101 else { throw Failure.malformed("\(response)") }
    }

    func frame() throws -> Frame {
        let start = try take(2)
        var count = Int(start[1] & 0x7F)
        if count == 126 {
            count = try take(2).reduce(0) { $0 << 8 | Int($1) }
        } else if count == 127 {
            count = try take(8).reduce(0) { $0 << 8 | Int($1) }
        }
        return Frame(opcode: start[0] & 0x0F, payload: try take(count))
    }

    /// A masked frame, as clients send them.
    func sendFrame(opcode: UInt8, _ payload: [UInt8] = []) {
        let mask: [UInt8] = [1, 2, 3, 4]
        var bytes: [UInt8] = [0x80 | opcode]
        if payload.count < 126 {
            bytes.append(0x80 | UInt8(payload.count))
        } else {
            bytes += [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        }
        bytes += mask
        bytes += payload.enumerated().map { $0.element ^ mask[$0.offset % 4] }
        send(bytes)
    }
}
