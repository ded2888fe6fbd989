/// Where a service of the outside world is: `https://host:port/path?query`, and the same for `http`,
/// `ws` and `wss`. Absolute, without user information and without a fragment.
public struct ServiceURL: Sendable, Equatable, CustomStringConvertible {
    /// What is spoken there, and whether under TLS.
    public enum Scheme: String, Sendable {
        case http, https, ws, wss

        /// Whether TLS comes first.
        public var isSecure: Bool { self == .https || self == .wss }

        /// The port when none is given.
        public var defaultPort: UInt16 { isSecure ? 443 : 80 }
    }

    /// Why a text is no address of a service.
    public enum Failure: Error, Equatable, Sendable {
        /// Longer than `byteCountMax`, or with a byte that is not visible ASCII.
        case malformed
        /// Not `http://`, `https://`, `ws://` or `wss://`.
        case unknownScheme
        /// User and password in an address end in logs.
        case userInformation
        /// A fragment is never sent (RFC 6455 section 3 forbids it).
        case fragment
        /// No host, or one with a byte that no host may hold.
        case badHost
        /// Not 1 ... 65535.
        case badPort
    }

    /// Longest text that is looked at.
    public static let byteCountMax = 4_096
    /// Longest host: that of a name in DNS (RFC 1035 section 2.3.4).
    public static let hostByteCountMax = 253

    public let scheme: Scheme
    /// A name in lower case, or a numeric address; an IPv6 address without its brackets.
    public let host: String
    /// 1 ... 65535.
    public let port: UInt16
    /// Path and query, beginning with `/`.
    public let target: String

    public init(_ text: String) throws(Failure) {
        guard text.utf8.count <= Self.byteCountMax,
            text.utf8.allSatisfy(HTTPSyntax.isTarget)
        else { throw .malformed }
        guard let colon = text.firstIndex(of: ":"),
            let scheme = Scheme(rawValue: text[..<colon].lowercased()),
            text[colon...].hasPrefix("://")
        else { throw .unknownScheme }
        let rest = text[text.index(colon, offsetBy: 3)...]
        guard !rest.contains("#") else { throw .fragment }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { throw .userInformation }
        let target = rest.dropFirst(authority.count)
        self.scheme = scheme
        self.target = target.hasPrefix("/") ? String(target) : "/" + target
        (host, port) = try Self.split(authority, defaultPort: scheme.defaultPort)
    }

    /// The value of `Host`: with the port unless it is the scheme's own.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == scheme.defaultPort ? name : "\(name):\(port)"
    }

    public var description: String { "\(scheme.rawValue)://\(authority)\(target)" }

    /// The same service with another path and query.
    /// - Parameter target: begins with `/`, visible ASCII.
    public func with(target: String) throws(Failure) -> ServiceURL {
        try ServiceURL("\(scheme.rawValue)://\(authority)\(target)")
    }

    private static func split(
        _ authority: Substring,
        defaultPort: UInt16
    ) throws(Failure) -> (host: String, port: UInt16) {
        var host = authority
        var port: Substring?
        if host.first == "[" {
            guard let end = host.firstIndex(of: "]") else { throw .badHost }
            let rest = host[host.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { throw .badHost }
            if !rest.isEmpty { port = rest.dropFirst() }
            host = host[host.index(after: host.startIndex)..<end]
            let isNumeric = host.utf8.allSatisfy { byte in
                hexadecimalValue(byte) != nil || byte == UInt8(ascii: ":")
                    || byte == UInt8(ascii: ".")
            }
            guard isNumeric, host.contains(":") else { throw .badHost }
        } else {
            if let colon = host.firstIndex(of: ":") {
                port = host[host.index(after: colon)...]
                host = host[..<colon]
            }
            guard host.utf8.allSatisfy(isName) else { throw .badHost }
        }
        guard !host.isEmpty, host.utf8.count <= hostByteCountMax else { throw .badHost }
        guard let port else { return (host.lowercased(), defaultPort) }
        guard port.utf8.allSatisfy(HTTPSyntax.isDigit), let number = UInt16(port), number > 0
        else { throw .badPort }
        return (host.lowercased(), number)
    }

    /// Bytes of a name that can be resolved and that a certificate can hold.
    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
