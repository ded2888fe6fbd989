public import Trading
public import Wire

/// What a recording says next.
public enum RecordingItem: Equatable, Sendable {
    /// An event for the engine. Times never decrease.
    case event(Timestamp, EngineEvent)
    /// Line `line`, counted from 1, was skipped.
    case damaged(line: Int, reason: RecordingDamage)
}

/// Why a line of a recording was skipped.
public enum RecordingDamage: Error, Equatable, Sendable {
    /// More bytes than `RecordingReader.lineBytesMax`.
    case tooLong
    /// Not JSON; the offset counts from the beginning of the line.
    case notJSON(JSONError)
    /// Not an object.
    case notAnObject
    /// One of `recv_ts`, `slug` and `raw` is missing, or there twice.
    case keys
    /// `recv_ts` is not a number of seconds after 1970 with at most nine decimals.
    case receiveTime
    /// `recv_ts` and the venue's stamp differ by more than `RecordingReader.clockDifferenceMax`.
    case clocksApart
    /// `slug` does not tell when the market's window starts and ends.
    case slug
    /// `raw` is not a book frame; offsets count from the beginning of the line.
    case frame(BookFrameError)
    /// The frame's hash is not that of its content: something was changed.
    case hashMismatch
    /// The slug's frames before named another market or two other tokens, or another slug's frames
    /// named this token.
    case identityChanged
    /// More markets than `RecordingReader.marketsMax`.
    case tooManyMarkets
}

/// What has been read so far.
public struct RecordingStatistics: Equatable, Sendable {
    /// Lines, blank and damaged ones included.
    public var lines = 0
    public var damaged = 0
    /// Books handed to the engine.
    public var frames = 0
    /// Those of them that were in terms of the market's other token and were turned over.
    public var framesOfOtherToken = 0
    /// Sound frames that came after their market's end and were left out.
    public var framesAfterEnd = 0
    public var markets = 0
    /// Time of the first and the last frame; `nil` before the first.
    public var firstTime: Timestamp?
    public var lastTime: Timestamp?
    /// Times the recorder's clock stepped back; such frames are given the time of the one before.
    public var clockStepsBack = 0
    /// Frames whose hash was checked against what they spell out.
    public var hashesVerified = 0
    /// Frames whose hash was explained by the last known grid and last trade price of the market.
    public var hashesVerifiedByLastTerms = 0
    /// Frames whose hash was explained by another grid or last trade price, which it revealed.
    public var hashesVerifiedBySearch = 0
    public var hashesMismatched = 0
    /// Frames on a grid whose prices are not searched.
    public var hashesUnverifiable = 0
    /// Endings that were hashed in all searches.
    public var hashAttempts = 0
    /// Trades that a changed last trade price gave away, and how many of them were printed in
    /// terms of the other token.
    public var tradesInferred = 0
    public var tradesOfOtherToken = 0
    public var tickSizeChanges = 0
    /// Winners, all of them inferred from the market's last book (see `RecordingReader`).
    public var resolutionsInferred = 0
    /// Keys that the decoder does not know, in lines and frames.
    public var unknownKeys = 0

    public init() {}
}
