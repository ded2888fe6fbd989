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
    /// One of `recv_ts`, `slug` and `raw` is missing, or there twice; in a recording of snapshots,
    /// a key of that kind of line.
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
    /// A snapshot's market, side, time or levels are not what they should be.
    case snapshot(SnapshotDamage)
}

/// What is wrong with a line of a recording of snapshots.
public enum SnapshotDamage: Equatable, Sendable {
    /// `kind` is neither `market` nor `book`.
    case kind
    /// `ts`, `start_ts` or `end_ts` is no time in milliseconds.
    case time
    /// `start_ts` and `end_ts` are not the window that the slug names.
    case window
    /// The two payouts are not zero and one in either order.
    case payout
    /// The line's market has not been described by a line before.
    case unknownMarket
    /// The market was described by a line before.
    case repeatedMarket
    /// `side` is neither `UP` nor `DOWN`.
    case side
    /// A level is not a price between 0 and 1 dollar with four decimals and a size with six, or a
    /// price is there twice, or there are more than 100 levels.
    case levels
    /// It is more than `RecordingReader.clockStepMax` older than a line before: the recording is
    /// not in the order of time.
    case timeRunsBack
}

/// How a recording is written.
public enum RecordingFormat: Equatable, Sendable {
    /// One frame of the venue a line, as received.
    case frames
    /// Books thinned to one a second, with the markets' outcomes.
    case snapshots
    /// Everything that a live session heard, of all its feeds, as received.
    case feeds
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
    /// Snapshots before their market's start, which were left out.
    public var framesBeforeStart = 0
    /// Snapshots that said of one token what that of the other had said for the same instant; left
    /// out.
    public var framesRepeated = 0
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
    /// Winners that the recording tells.
    public var resolutionsTold = 0
    /// Winners that were inferred from the market's last book (see `RecordingReader`).
    public var resolutionsInferred = 0
    /// Contents of sound lines that a feed's decoder refuses, or doubts.
    public var contentsRefused = 0
    /// Prices of the reference and of the feed that settles, handed to the engine.
    public var referencePrices = 0
    public var settlementPrices = 0
    /// Keys that the decoder does not know, in lines and frames.
    public var unknownKeys = 0

    public init() {}
}
