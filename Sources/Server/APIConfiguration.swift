public import Trading

/// How the API is served. The defaults are those of `api-specification.md` and of a server that
/// stands on the open internet; tests shorten the times.
public struct APIConfiguration: Sendable {
    /// An IPv4 or IPv6 address to listen on; `0.0.0.0` for all of IPv4.
    public var host = "0.0.0.0"
    /// 0 lets the system choose; `APIServer.address` tells which.
    public var port: UInt16 = 8_002

    /// The key of the control endpoints (`DASHBOARD_API_KEY`). Without one, or with an empty one,
    /// they answer 500.
    public var apiKey: String?

    /// Whose pages may read the answers.
    public var allowedOrigins = AllowedOrigins.localhost
    /// Whether a WebSocket handshake from another origin is refused with 403. Off by default:
    /// existing clients connect from anywhere, and the stream holds no secret.
    public var checksStreamOrigin = false

    /// Open connections at a time, WebSocket clients included. One more is accepted, answered 503
    /// and closed.
    public var connectionsMax = 10_000

    /// From the first byte of a request, or from the connection's start, to the end of its head.
    public var headTimeout = Duration.seconds(10)
    /// From the end of the head to the end of the body.
    public var bodyTimeout = Duration.seconds(10)
    /// A kept-alive connection without a request.
    public var idleTimeout = Duration.seconds(75)
    /// An answer that the client does not take, from its last progress.
    public var writeTimeout = Duration.seconds(10)

    /// How often a stream client is pinged.
    public var pingInterval = Duration.seconds(20)
    /// A stream client from which nothing came for so long, not even a pong, is closed.
    public var silenceTimeout = Duration.seconds(60)
    /// A stream client whose socket takes nothing for so long is dropped with 1013.
    public var stallTimeout = Duration.seconds(10)
    /// A state tick that waited for so long gives way to a newer one of its token.
    public var conflationAge = Duration.seconds(5)
    /// From a close frame of ours to the end of the connection, whatever the client does.
    public var closeGrace = Duration.seconds(2)

    /// From `shutdown` to the end of every connection, whatever the clients do.
    public var shutdownLimit = Duration.milliseconds(800)

    /// How often deadlines are looked at: none is missed by more than this.
    public var sweepInterval = Duration.seconds(1)

    public init() {}
}
