/// A journal on disk. All numbers are little-endian integers; a `Double` is kept as its bit
/// pattern, a text as its length (u8) and its bytes, a yes or no as 1 or 0.
///
/// ```
///   header   magic "QQJRNL\r\n"   version u32   session i64   CRC-32C u32 of the 20 bytes before
///   record   length u16   ~length u16   CRC-32C u32 of what follows   kind u8   time i64   fields
///   record   ...
/// ```
///
/// A record's length counts kind, time and fields. It stands there twice, so that a damaged length
/// is told apart from a file that ends in the middle of a record. The fields of each kind are
/// listed where they are written (`JournalWriter`); they change only together with `version`:
///
/// ```
///   1   kinds 1 ... 13
///   2   a listed market ends with its settlement (kind u8, seconds u8); kind 14, merged pairs
///   3   kinds 15 ... 17: fills taken back, cash and shares adopted
///   4   an order ends with its kind (u8); kind 18: stopped by a limit (`RiskCause` u8), which was
///       kind 10 before
/// ```
public enum JournalFormat {
    /// The version written.
    public static let version: UInt32 = 4
    /// The versions read.
    public static let versionsRead: ClosedRange<UInt32> = 1...4
    /// Bytes of the header.
    public static let headerByteCount = 24
    /// Bytes of the longest record, its frame included. The longest in use is that of a listed
    /// market with its four texts.
    public static let recordByteCountMax = frameByteCount + bodyByteCountMax

    /// "\r\n" shows a transfer that took the file for text.
    static let magic = Array("QQJRNL\r\n".utf8)
    /// Length twice, and checksum.
    static let frameByteCount = 8
    /// Kind and time.
    static let bodyByteCountMin = 9
    static let bodyByteCountMax = 512
}

/// The first byte of a record's body.
enum RecordCode: UInt8, CaseIterable {
    case sessionStarted = 1
    case marketListed = 2
    case orderPlaced = 3
    case orderAccepted = 4
    case orderRejected = 5
    case orderFilled = 6
    case orderCancelled = 7
    case marketResolved = 8
    case parametersChanged = 9
    case emergencyStopped = 10
    case rearmed = 11
    case equity = 12
    case sessionEnded = 13
    case pairsMerged = 14
    case fillReversed = 15
    case cashAdopted = 16
    case sharesAdopted = 17
    case stoppedByLimit = 18

    /// The first version with such records.
    var since: UInt32 {
        if self == .stoppedByLimit { return 4 }
        if rawValue >= RecordCode.fillReversed.rawValue { return 3 }
        return self == .pairsMerged ? 2 : 1
    }
}

/// How a market is settled, as one byte; a second one tells the seconds of an average.
enum SettlementCode: UInt8, CaseIterable {
    case unsupported = 0
    case chainlinkTWAP = 1
    case binanceCandle = 2
    case spotSnapshot = 3
}
