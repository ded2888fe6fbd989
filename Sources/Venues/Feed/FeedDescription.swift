public import Trading

/// One host of a feed.
public struct FeedEndpoint: Hashable, Sendable {
    public var host: String
    public var port: UInt16
    /// Path and query.
    public var target: String
    /// Plain only to a loopback address; the shell refuses anything else.
    public var isSecure: Bool

    public init(host: String, port: UInt16, target: String, isSecure: Bool = true) {
        self.host = host
        self.port = port
        self.target = target
        self.isSecure = isSecure
    }

    /// The value of `Host`: with the port unless it is the scheme's own (RFC 6455 section 4.1).
    var hostField: String { port == (isSecure ? 443 : 80) ? host : "\(host):\(port)" }
}

/// How a venue wants to know that we are there.
public enum FeedPing: Equatable, Sendable {
    /// It asks itself, by ping frames; silence of these for so long means that it is gone.
    case byServer(silenceMax: Duration)
    /// The text `PING` every so often; where an answer comes, it is the text `PONG`.
    case text(every: Duration, isAnswered: Bool)
}

/// One stream of a feed that must not fall silent by itself.
public struct FeedChannel: Equatable, Sendable {
    public let name: StaticString
    /// Without data for longer it is stale, and whoever depends on it must stop.
    public let staleAfter: Duration

    public init(name: StaticString, staleAfter: Duration) {
        self.name = name
        self.staleAfter = staleAfter
    }

    public static func == (lhs: FeedChannel, rhs: FeedChannel) -> Bool {
        "\(lhs.name)" == "\(rhs.name)" && lhs.staleAfter == rhs.staleAfter
    }
}

/// Everything in which one venue's feed differs from another's.
public struct FeedDescription: Sendable {
    /// Channels of one feed.
    public static let channelsMax = 8

    public var name: StaticString
    /// In the order of preference. Not empty.
    public var endpoints: [FeedEndpoint]
    /// Texts that are sent once the connection is up, in order.
    public var subscriptions: [[UInt8]]
    public var ping: FeedPing
    /// At most `channelsMax`.
    public var channels: [FeedChannel]
    /// Without any message but pongs for longer, the connection is given up: sockets that stay open
    /// and deliver nothing are the common failure (binance 0).
    public var silenceMax: Duration
    /// From asking for a connection to having it, and from the request to its answer.
    public var connectMax = Duration.seconds(5)
    public var upgradeMax = Duration.seconds(5)
    /// How old a connection grows before another takes its place, and how much earlier or later at
    /// random; `nil` for as long as it lives.
    public var lifetimeMax: Duration?
    public var lifetimeJitter = Duration.zero
    public var backoff = FeedBackoff.Limits()
    /// Least time between two texts of ours: venues count them.
    public var textInterval = Duration.milliseconds(250)
    /// Bytes of one message; more closes the connection (1009).
    public var messageBytesMax = 4 << 20

    public init(
        name: StaticString,
        endpoints: [FeedEndpoint],
        subscriptions: [[UInt8]],
        ping: FeedPing,
        channels: [FeedChannel],
        silenceMax: Duration
    ) {
        precondition(!endpoints.isEmpty, "a feed has a host")
        precondition(channels.count <= Self.channelsMax, "a feed has at most 8 channels")
        self.name = name
        self.endpoints = endpoints
        self.subscriptions = subscriptions
        self.ping = ping
        self.channels = channels
        self.silenceMax = silenceMax
    }
}
