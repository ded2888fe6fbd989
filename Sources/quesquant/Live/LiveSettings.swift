internal import Venues
internal import Wire

/// Where the live market comes from, checked.
struct LiveSettings: Sendable {
    let series: WindowSeries
    let addresses: LiveAddresses
    /// A PEM file of the only certificates that are trusted; `nil` for the system's.
    let trustFile: String?
    /// A member of a book message that is not known leaves its market trusted: for an operator who
    /// has read what it means.
    let toleratesUnknownMembers: Bool
    /// What the feeds count, for `/metrics`.
    let meters = LiveMeters()
    /// Orders go to Polymarket; on paper without it.
    var execution: ExecutionSettings?

    /// - Parameter text: such as `btc-updown-5m`.
    static func series(_ text: String) throws(UsageError) -> WindowSeries {
        let lengths: [(text: String, length: WindowLength)] = [
            ("5m", .fiveMinutes), ("15m", .fifteenMinutes), ("1h", .oneHour),
            ("4h", .fourHours),
        ]
        for asset in WindowAsset.allCases {
            for (name, length) in lengths where text == "\(asset.rawValue)-updown-\(name)" {
                return WindowSeries(asset, length)
            }
        }
        let assets = WindowAsset.allCases.map(\.rawValue).joined(separator: "|")
        throw UsageError(
            description:
                "--series \(text): {\(assets)}-updown-{5m|15m|1h|4h}, such as btc-updown-5m"
        )
    }
}

/// The services of the outside world. Each can be pointed elsewhere by a setting of its name.
struct LiveAddresses: Sendable {
    /// Base of the market list.
    let gamma: ServiceURL
    /// The market socket.
    let market: ServiceURL
    /// The user socket.
    let user: ServiceURL
    /// The price socket.
    let prices: ServiceURL
    /// Binance's streams, in the order of preference.
    let binance: [ServiceURL]
    /// Its requests.
    let binanceREST: [ServiceURL]

    /// - Parameter setting: the value of a key, from the environment or `.env`.
    /// - Throws: `UsageError` that names the key whose value cannot be used.
    init(_ setting: (String) -> String?) throws(UsageError) {
        let web: Set<ServiceURL.Scheme> = [.https, .http]
        let socket: Set<ServiceURL.Scheme> = [.wss, .ws]
        func address(
            _ key: String,
            _ schemes: Set<ServiceURL.Scheme>,
            _ standard: String
        ) throws(UsageError) -> ServiceURL {
            try Self.address(key, setting(key) ?? standard, schemes)
        }
        gamma = try address("POLYMARKET_GAMMA_URL", web, "https://gamma-api.polymarket.com")
        let sockets = try address(
            "POLYMARKET_WS_URL",
            socket,
            "wss://ws-subscriptions-clob.polymarket.com"
        )
        // The base of the market socket and of the user socket.
        market = try Self.address(
            "POLYMARKET_WS_URL",
            sockets.withoutSlash + "/ws/market",
            socket
        )
        user = try Self.address("POLYMARKET_WS_URL", sockets.withoutSlash + "/ws/user", socket)
        prices = try address("POLYMARKET_RTDS_URL", socket, "wss://ws-live-data.polymarket.com")
        let binanceKey = "BINANCE_WS_URL"
        if setting(binanceKey) != nil {
            binance = [try address(binanceKey, socket, "")]
        } else {
            // The first needs no account, and is reachable where the second is not (binance 8).
            binance = [
                try address(binanceKey, socket, "wss://data-stream.binance.vision"),
                try address(binanceKey, socket, "wss://stream.binance.com:9443"),
            ]
        }
        let requestsKey = "BINANCE_REST_URL"
        if setting(requestsKey) != nil {
            binanceREST = [try address(requestsKey, web, "")]
        } else {
            binanceREST = [
                try address(requestsKey, web, "https://data-api.binance.vision"),
                try address(requestsKey, web, "https://api.binance.com"),
            ]
        }
    }

    static func address(
        _ key: String,
        _ text: String,
        _ schemes: Set<ServiceURL.Scheme>
    ) throws(UsageError) -> ServiceURL {
        let names = schemes.map { "\($0.rawValue)://" }.sorted(by: >)
        let url: ServiceURL
        do {
            url = try ServiceURL(text)
        } catch {
            // The value is not repeated: it may hold a password.
            throw UsageError(
                description: "\(key): not an address of the form \(names[0])HOST (\(error))"
            )
        }
        guard schemes.contains(url.scheme) else {
            throw UsageError(
                description: "\(key) \(url): \(names.joined(separator: " or ")) is spoken here"
            )
        }
        guard url.scheme.isSecure || url.isLoopback else {
            throw UsageError(
                description: "\(key) \(url): without TLS only to this machine (127.0.0.1)"
            )
        }
        return url
    }
}

extension ServiceURL {
    /// The address without a slash at its end: a base to which a path is added.
    var withoutSlash: String {
        let text = description
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// Whether what is sent there stays on this machine. Only numeric addresses and the name
    /// `localhost` (RFC 6761 section 6.3) are.
    fileprivate var isLoopback: Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// As a feed's description wants it.
    var endpoint: FeedEndpoint {
        FeedEndpoint(host: host, port: port, target: target, isSecure: scheme.isSecure)
    }
}
