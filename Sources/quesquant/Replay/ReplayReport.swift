internal import Trading
internal import Venues
internal import Wire

/// What a replay found. `text` is for people, `json` for programs. Money in dollars, sizes in
/// shares.
struct ReplayReport {
    let format: RecordingFormat?
    let recording: RecordingStatistics
    let engine: Engine
    /// In the order of the recording.
    let markets: [ReplayMarket]
    /// In the order of time; empty unless they were asked for.
    let fills: [ReplayFill]
    let wallNanoseconds: Int64

    /// More than one line in a hundred.
    var isTooDamaged: Bool { recording.damaged * 100 > recording.lines }

    /// Frames that were sound, whether or not their market was open.
    var frames: Int {
        recording.frames + recording.framesAfterEnd + recording.framesBeforeStart
            + recording.framesRepeated
    }

    /// From the first frame to the last.
    var span: Duration {
        guard let first = recording.firstTime, let last = recording.lastTime else { return .zero }
        return last - first
    }

    var equity: Money { engine.totalEquity }
    var profit: Money { equity - engine.portfolio.startingCash }

    /// Profit of the markets whose winner was assumed from a last book that leaves doubt.
    var profitInDoubt: Money {
        var sum = Money.zero
        for market in markets where market.isInDoubt { sum += market.attribution.total }
        return sum
    }

    /// Millionths as a decimal.
    static func decimal(_ micros: Int64) -> String {
        var buffer = ByteBuffer(capacity: 32)
        buffer.append(upTo: DecimalText.byteCountMax) {
            DecimalText.append(micros, decimals: 6, minimumDecimals: 1, to: &$0)
        }
        return buffer.text
    }

    static func seconds(_ duration: Duration) -> String {
        decimal(duration.nanoseconds / 1_000)
    }

    static func stamp(_ time: Timestamp) -> String {
        var buffer = ByteBuffer(capacity: 32)
        buffer.append(upTo: DateText.timestampByteCount) {
            DateText.appendTimestamp(nanoseconds: time.nanoseconds, to: &$0)
        }
        return buffer.text + "Z"
    }
}

extension ByteBuffer {
    fileprivate var text: String {
        let bytes = span
        return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}
