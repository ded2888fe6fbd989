public import Wire

/// A connection's number within one session, rising from 1.
public struct FeedConnectionID: Hashable, Comparable, Sendable {
    public let number: UInt32
    public init(number: UInt32) { self.number = number }
    public static func < (lhs: FeedConnectionID, rhs: FeedConnectionID) -> Bool {
        lhs.number < rhs.number
    }
}

/// What a feed session asks of its shell, in order, or tells it.
public enum FeedEffect: Sendable {
    /// Connect, with TLS where the endpoint says so; answer with `connected` or `disconnected`.
    case connect(FeedConnectionID, FeedEndpoint)
    case send(FeedConnectionID, SharedBytes)
    /// Send what was to be sent and close. Nothing of it is to be told to the session any more.
    case close(FeedConnectionID)
    /// What follows comes from a new connection: what was built up from the last one is void.
    case switched(to: FeedConnectionID)
    /// A message; `withMessage` lends it until the session is called again. When it has been read,
    /// tell `noteData` which channel it was of.
    case message
    case standing(FeedStanding)
}

/// How a feed is, as those who depend on it must know.
public enum FeedStanding: Equatable, Sendable {
    /// No connection that delivers; one is being made, or is due at a time.
    case down(FeedLoss?)
    /// Subscribed, and nothing has come yet.
    case subscribed
    /// Every channel delivers.
    case live
    /// The connection delivers, and this channel does not.
    case stale(channel: Int)
    /// Every host has refused us for good (from here, or as we are). Only `start` tries again.
    case blocked
    /// `stop` was called.
    case stopped
}

/// Why a connection was lost or could not be had.
public enum FeedLoss: Equatable, Sendable {
    /// The shell could not connect, or TCP or TLS ended.
    case transport
    case connectTimeout
    case upgradeTimeout
    /// The server answered the upgrade with another status than 101.
    case refused(status: Int)
    /// The answer to the upgrade is none.
    case badUpgrade
    /// The server closed, with this code.
    case closed(code: UInt16?)
    /// The server broke the protocol (RFC 6455).
    case protocolError(WebSocketError)
    /// Nothing came for `silenceMax`.
    case silent
    /// The server's pings, or the answers to ours, did not come.
    case pingTimeout
    /// As many attempts as are made in a while have failed; the next one waits.
    case tooManyAttempts
    /// Whoever reads the messages wanted a new connection.
    case renewed
}

/// Counts of one session.
public struct FeedStatistics: Equatable, Sendable {
    public var attempts: Int64 = 0
    public var connections: Int64 = 0
    public var rotations: Int64 = 0
    public var messages: Int64 = 0
    public var bytesReceived: Int64 = 0
    public var pongs: Int64 = 0
    /// Times a channel fell silent.
    public var stale: Int64 = 0
    public var losses: Int64 = 0
    /// Binary messages, which no venue of ours sends: left out.
    public var binaries: Int64 = 0
    public var lastLoss: FeedLoss?

    public init() {}
}
