/// Whose pages may read the API's answers (CORS, the Fetch standard's section 3.2).
public struct AllowedOrigins: Equatable, Sendable {
    /// Most origins an operator may list.
    public static let countMax = 64

    private enum Pattern: Equatable, Sendable {
        /// Exactly this origin.
        case exact(String)
        /// This scheme and host at any port, or at none.
        case anyPort(String)
    }

    private var patterns: [Pattern] = []

    /// `*`: any page may read the answers, but none may send credentials with its requests.
    public private(set) var isAny = false

    /// `http://localhost:*` and `http://127.0.0.1:*`: dashboards under development.
    public static let localhost: AllowedOrigins = {
        var origins = AllowedOrigins()
        origins.patterns = [.anyPort("http://localhost"), .anyPort("http://127.0.0.1")]
        return origins
    }()

    private init() {}

    /// Origins separated by commas, such as `https://desk.example, http://localhost:*`; `*` alone
    /// allows any, the empty text none. `nil` when one is not an origin: a scheme, `://`, a host
    /// and an optional port (a number or `*`), with no path and no trailing slash.
    public init?(parsing text: String) {
        for part in text.split(separator: ",") {
            let origin = part.trimmed
            if origin.isEmpty { continue }
            if origin == "*" {
                isAny = true
            } else if let pattern = Self.pattern(origin.lowercased()) {
                patterns.append(pattern)
            } else {
                return nil
            }
            guard patterns.count <= Self.countMax else { return nil }
        }
    }

    /// Whether the value of an `Origin` header is among them.
    public func allows(_ origin: String) -> Bool {
        if isAny { return true }
        // Scheme and host are case-insensitive, and browsers send them in lower case anyway.
        let origin = origin.lowercased()
        return patterns.contains { pattern in
            switch pattern {
            case .exact(let allowed): return origin == allowed
            case .anyPort(let allowed):
                guard origin.hasPrefix(allowed) else { return false }
                let rest = origin.utf8.dropFirst(allowed.utf8.count)
                if rest.isEmpty { return true }
                return rest.first == UInt8(ascii: ":") && rest.count <= 6
                    && rest.dropFirst().allSatisfy(\.isDigit) && rest.count > 1
            }
        }
    }

    /// - Parameter origin: in lower case.
    private static func pattern(_ origin: String) -> Pattern? {
        guard let colon = origin.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
        let scheme = origin[..<colon]
        let rest = origin[colon...]
        guard scheme == "http" || scheme == "https", rest.hasPrefix("://") else { return nil }
        var host = rest.dropFirst(3)
        var port: Substring?
        let hostStart = host.startIndex
        // A colon inside the brackets of an IPv6 address does not begin the port.
        let portSearchStart = host.lastIndex(of: "]") ?? hostStart
        if let separator = host[portSearchStart...].lastIndex(of: ":") {
            port = host[host.index(after: separator)...]
            host = host[..<separator]
        }
        let forbidden: Set<Character> = ["/", "?", "#", "@", " ", "*", "\"", "\\"]
        guard !host.isEmpty, host.allSatisfy({ $0.isASCII && !forbidden.contains($0) }) else {
            return nil
        }
        switch port {
        case nil: return .exact(origin)
        case "*": return .anyPort("\(scheme)://\(host)")
        case .some(let digits):
            guard !digits.isEmpty, digits.utf8.allSatisfy(\.isDigit), UInt16(digits) != nil else {
                return nil
            }
            return .exact(origin)
        }
    }
}

extension UInt8 {
    /// Whether this is an ASCII digit.
    fileprivate var isDigit: Bool { self >= 0x30 && self <= 0x39 }
}

extension Substring {
    /// Without the blanks at both ends.
    fileprivate var trimmed: Substring {
        var result = self
        while result.first == " " || result.first == "\t" { result = result.dropFirst() }
        while result.last == " " || result.last == "\t" { result = result.dropLast() }
        return result
    }
}
