internal import Trading

/// Recordings of books that were thinned to one a second (`SnapshotLine`).
///
/// Only what lies inside a market's window is told. These recordings list one market after the
/// other, each from long before its window to some time after it, so that the file as a whole is
/// not in the order of time; the windows are.
extension RecordedLines {
    mutating func takeSnapshotLine(_ bytes: Span<UInt8>) throws(RecordingDamage) {
        let line = try SnapshotLine(bytes, levelsInto: &snapshot)
        statistics.unknownKeys += line.unknownKeys
        switch line.kind {
        case .market(let slug, let winner):
            try describe(slug, winner, bytes.extracting(line.marketID))
        case .book(let stamp, let token, let bestBid, let bestAsk):
            guard let index = markets.index(ofCondition: bytes.extracting(line.marketID)) else {
                throw .snapshot(.unknownMarket)
            }
            if token == .yes {
                try takeSnapshot(index, stamp, bestBid, bestAsk, isOtherToken: false)
            } else {
                snapshot.takeOtherSide()
                let (bid, ask) = (bestAsk?.complement, bestBid?.complement)
                try takeSnapshot(index, stamp, bid, ask, isOtherToken: true)
            }
        }
    }

    /// Notes a market; it is listed when its first book comes.
    private mutating func describe(
        _ slug: MarketSlug,
        _ winner: Outcome?,
        _ conditionID: Span<UInt8>
    ) throws(RecordingDamage) {
        guard let id = InlineText(conditionID) else { throw .identityChanged }
        guard markets.index(ofSlug: slug.text) == nil,
            markets.index(ofCondition: conditionID) == nil
        else { throw .snapshot(.repeatedMarket) }
        guard markets.count < RecordingReader.marketsMax else { throw .tooManyMarkets }
        // The recording names no tokens: the condition stands for its YES token, which is unique
        // as well.
        let index = list(slug, id, id, .hundredth)
        markets[index].toldWinner = winner
        pending.listed = nil
    }

    /// - Precondition: `snapshot` is in terms of YES.
    private mutating func takeSnapshot(
        _ index: Int,
        _ stamp: Timestamp,
        _ bestBid: Price?,
        _ bestAsk: Price?,
        isOtherToken: Bool
    ) throws(RecordingDamage) {
        let definition = markets[index].definition
        if stamp < definition.windowStart {
            statistics.framesBeforeStart += 1
            return
        }
        if stamp >= definition.windowEnd {
            statistics.framesAfterEnd += 1
            return
        }
        guard stamp + RecordingReader.clockStepMax >= time else {
            throw .snapshot(.timeRunsBack)
        }
        snapshot.market = definition.id
        snapshot.venueTime = stamp
        snapshot.tickSize = nil
        if snapshot == lastSnapshot {
            statistics.framesRepeated += 1
            return
        }
        moveTime(to: stamp)
        pending.ends = time
        if markets[index].lastBook == nil { pending.listed = index }
        let tickSize = snapshot.grid(from: markets[index].tickSize)
        if tickSize != markets[index].tickSize {
            markets[index].tickSize = tickSize
            pending.tickSize = tickSize
            statistics.tickSizeChanges += 1
        }
        markets[index].noteBook(bestBid: bestBid, bestAsk: bestAsk, at: time)
        lastSnapshot = snapshot
        snapshot.tickSize = tickSize
        pending.hasBook = true
        statistics.frames += 1
        if isOtherToken { statistics.framesOfOtherToken += 1 }
    }
}
