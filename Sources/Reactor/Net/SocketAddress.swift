internal import CUV
internal import Glibc

/// Where a TCP socket is: a numeric IPv4 or IPv6 address and a port. Names are not resolved here,
/// except `localhost`, which is 127.0.0.1.
public struct SocketAddress: Sendable, Equatable, CustomStringConvertible {
    /// Longest text that is looked at; the longest that can be an address has 54 characters.
    static let textByteCountMax = 64

    /// The address in network order: all 16 bytes of an IPv6 address, or the 4 of an IPv4 address
    /// at the top of `high`.
    private let high: UInt64
    private let low: UInt64
    /// The interface of a link-local IPv6 address (RFC 4007); zero otherwise.
    private let scope: UInt32
    private let isIPv6: Bool

    /// 0...65535. Zero asks the system for a free port when it is bound.
    public let port: UInt16

    /// Whether nobody outside this host can reach it (127.0.0.0/8 and ::1).
    public var isLoopback: Bool {
        isIPv6 ? high == 0 && low == 1 : high >> 56 == 127
    }

    /// - Parameter host: `127.0.0.1`, `::1`, `fe80::1%eth0` or `localhost`; without brackets.
    /// - Throws: `EINVAL` for anything else.
    public init(host: String, port: UInt16) throws(SystemError) {
        let name = host == "localhost" ? "127.0.0.1" : host
        var four = sockaddr_in()
        var six = sockaddr_in6()
        if name.utf8.count > Self.textByteCountMax || name.utf8.contains(0) {
            throw SystemError(code: EINVAL, attempt: "read a numeric address")
        } else if unsafe uv_ip4_addr(name, Int32(port), &four) == 0 {
            self.init(four)
        } else if unsafe uv_ip6_addr(name, Int32(port), &six) == 0 {
            self.init(six)
        } else {
            throw SystemError(code: EINVAL, attempt: "read \"\(host)\" as a numeric address")
        }
    }

    /// Reads `HOST`, `HOST:PORT`, `[IPv6]:PORT`, `[IPv6]` or a bare IPv6 address.
    /// - Throws: `EINVAL` when it is none of these.
    public init(parsing text: String, defaultPort: UInt16) throws(SystemError) {
        let refusal = SystemError(code: EINVAL, attempt: "read \"\(text.prefix(64))\" as HOST:PORT")
        var host = Substring(text)
        var port: Substring?
        if host.first == "[" {
            guard let end = host.lastIndex(of: "]") else { throw refusal }
            let rest = host[host.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { throw refusal }
            if !rest.isEmpty { port = rest.dropFirst() }
            host = host[host.index(after: host.startIndex)..<end]
            guard host.contains(":") else { throw refusal }
        } else if let colon = host.firstIndex(of: ":"), colon == host.lastIndex(of: ":") {
            port = host[host.index(after: colon)...]
            host = host[..<colon]
        }
        var number = defaultPort
        if let port {
            let isDecimal = port.utf8.allSatisfy { 48...57 ~= $0 }
            guard isDecimal, let value = UInt16(port) else { throw refusal }
            number = value
        }
        do {
            self = try SocketAddress(host: String(host), port: number)
        } catch {
            throw refusal
        }
    }

    /// The same address with another port.
    public func with(port: UInt16) -> SocketAddress {
        SocketAddress(high: high, low: low, scope: scope, isIPv6: isIPv6, port: port)
    }

    public var description: String {
        isIPv6 ? "[\(host)]:\(port)" : "\(host):\(port)"
    }

    /// The address without port and brackets.
    public var host: String {
        // The text of the longest address and its zero take 46 bytes (INET6_ADDRSTRLEN).
        let text = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { buffer in
            unsafe buffer.initialize(repeating: 0)
            var words = (high.bigEndian, low.bigEndian)
            let family = isIPv6 ? AF_INET6 : AF_INET
            _ = unsafe uv_inet_ntop(family, &words, buffer.baseAddress, buffer.count)
            return unsafe String(cString: UnsafePointer(buffer.baseAddress!))
        }
        return scope == 0 ? text : "\(text)%\(scope)"
    }
}

extension SocketAddress {
    private init(high: UInt64, low: UInt64, scope: UInt32, isIPv6: Bool, port: UInt16) {
        self.high = high
        self.low = low
        self.scope = scope
        self.isIPv6 = isIPv6
        self.port = port
    }

    private init(_ raw: sockaddr_in) {
        self.init(
            high: UInt64(UInt32(bigEndian: raw.sin_addr.s_addr)) << 32,
            low: 0,
            scope: 0,
            isIPv6: false,
            port: UInt16(bigEndian: raw.sin_port)
        )
    }

    private init(_ raw: sockaddr_in6) {
        // The union of bytes and words in `in6_addr` is 16 plain bytes.
        let words = unsafe unsafeBitCast(raw.sin6_addr, to: (UInt64, UInt64).self)
        self.init(
            high: UInt64(bigEndian: words.0),
            low: UInt64(bigEndian: words.1),
            scope: raw.sin6_scope_id,
            isIPv6: true,
            port: UInt16(bigEndian: raw.sin6_port)
        )
    }

    /// `AF_INET` or `AF_INET6`.
    var family: Int32 { isIPv6 ? AF_INET6 : AF_INET }

    /// Asks `fill` (accept, getsockname, getpeername) for an address; `nil` when `fill` answers
    /// with an error or the socket is not an internet one.
    static func reading(
        _ fill: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Bool
    ) -> SocketAddress? {
        var storage = sockaddr_storage()
        var byteCount = socklen_t(MemoryLayout<sockaddr_storage>.size)
        // `sockaddr_storage` is as large and as aligned as every other kind of address, and
        // starts with the family that tells which kind it is.
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            let raw = UnsafeMutableRawPointer(pointer)
            guard unsafe fill(raw.assumingMemoryBound(to: sockaddr.self), &byteCount) else {
                return nil
            }
            switch Int32(unsafe pointer.pointee.ss_family) {
            case AF_INET: return SocketAddress(unsafe raw.load(as: sockaddr_in.self))
            case AF_INET6: return SocketAddress(unsafe raw.load(as: sockaddr_in6.self))
            default: return nil
            }
        }
    }

    /// Lends the address as C wants it, for the length of the call.
    func withSockaddr<Result>(
        _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var storage = sockaddr_storage()
        // As in `reading`: the storage holds every kind of address.
        return unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            let raw = UnsafeMutableRawPointer(pointer)
            let byteCount: Int
            if isIPv6 {
                var six = sockaddr_in6()
                six.sin6_family = sa_family_t(AF_INET6)
                six.sin6_port = port.bigEndian
                six.sin6_scope_id = scope
                six.sin6_addr = unsafe unsafeBitCast(
                    (high.bigEndian, low.bigEndian),
                    to: in6_addr.self
                )
                unsafe raw.storeBytes(of: six, as: sockaddr_in6.self)
                byteCount = MemoryLayout<sockaddr_in6>.size
            } else {
                var four = sockaddr_in()
                four.sin_family = sa_family_t(AF_INET)
                four.sin_port = port.bigEndian
                four.sin_addr.s_addr = UInt32(high >> 32).bigEndian
                unsafe raw.storeBytes(of: four, as: sockaddr_in.self)
                byteCount = MemoryLayout<sockaddr_in>.size
            }
            return unsafe body(
                UnsafePointer(raw.assumingMemoryBound(to: sockaddr.self)),
                socklen_t(byteCount)
            )
        }
    }
}
