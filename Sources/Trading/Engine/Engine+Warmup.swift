internal import Glibc

/// What the engine is told besides live prices: the past of the reference, and a reference that is
/// asked for while its stream is down.
extension Engine {
    /// A history that ended longer ago leaves too much untold.
    static let historyAgeMax = Duration.seconds(30)
    /// The most by which a history's last price may differ from the live one: beyond it, it is of
    /// something else.
    static let historyDifferenceMax = 0.02

    /// Takes the reference's past as if it had been heard second by second: volatility and means are
    /// built from it anew. What was heard since its end stays; no price of it counts as live.
    ///
    /// The estimators begin again, as they cannot be told what was before what they know; only the
    /// mean over hours is kept. A history that covers less than is known is therefore refused.
    mutating func takeHistory(_ history: ReferenceHistory, _ now: Timestamp) {
        guard isUsable(history, now) else {
            statistics.historiesRefused += 1
            return
        }
        statistics.historiesTaken += 1
        stateHash.mix(history.end.nanoseconds)
        for price in history.prices { stateHash.mix(price.raw) }
        rebuildAverages(history, now)
        rebuildVolatility(history)
        markCurrentDirty()
    }

    private mutating func isUsable(_ history: ReferenceHistory, _ now: Timestamp) -> Bool {
        guard configuration.hasReference, history.end <= now,
            now - history.end <= Self.historyAgeMax,
            Int64(history.prices.count) > min(volatility.samples, Volatility.samplesFull)
        else { return false }
        guard let reference, isReferenceFresh(now) else { return true }
        let last = history.prices[history.prices.count - 1].dollars
        return abs(last / reference.dollars - 1) <= Self.historyDifferenceMax
    }

    private mutating func rebuildAverages(_ history: ReferenceHistory, _ now: Timestamp) {
        var rebuilt = ReferenceAverage()
        for index in history.prices.indices {
            rebuilt.observe(history.prices[index], at: history.time(at: index))
        }
        var second = history.end + .seconds(1)
        while second <= now {
            let heard = averages.mean(endingAt: second, averaged: 1, at: now)
            if let heard, heard.seen == 1 {
                let raw = Int64((heard.dollars * 100_000_000).rounded())
                rebuilt.observe(ReferencePrice(raw: raw), at: second)
            }
            second = second + .seconds(1)
        }
        // Of the second that is not over.
        if let reference, let arrival = referenceArrival, arrival > history.end {
            rebuilt.observe(reference, at: arrival)
        }
        averages = rebuilt
    }

    /// The next sample continues the history when it is due a second after its end.
    private mutating func rebuildVolatility(_ history: ReferenceHistory) {
        volatility.restart()
        var last = history.prices[0].dollars
        for price in history.prices.dropFirst() {
            volatility.observe(log(price.dollars / last), isLogarithmic: true)
            last = price.dollars
        }
        if nextSample == history.end + .seconds(1) {
            lastSample = last
        } else {
            volatility.noteGap()
            if let time = lastSampleTime, time <= history.end { lastSample = nil }
        }
    }

    /// The reference's level, asked for because its stream is silent: as good as a live one for
    /// what stands, not for taking new risk (binance 6).
    /// - Parameter roundTrip: from asking to having it; it is taken to be half as old.
    mutating func takePolled(
        _ price: ReferencePrice,
        roundTrip: Duration,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        reference = price
        referenceArrival = now - Duration(nanoseconds: max(roundTrip.nanoseconds, 0) / 2)
        averages.observe(price, at: now)
        warnGuards(price, now)
        markCurrentDirty()
        isReferencePolled = true
        inform(.referenceSourceChecked(isPolled: true), now, &effects)
    }

    /// How far a market's book is trusted; told by its feed.
    mutating func doubtBook(
        _ id: MarketID,
        _ doubt: BookDoubt,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard let index = index(of: id) else {
            statistics.eventsUnmatched += 1
            return
        }
        markets[index].bookDoubt = doubt
        markets[index].isDirty = true
        stateHash.mix(UInt64(doubt.rawValue))
        // A book from which nothing may be quoted tells the guards nothing either.
        if doubt == .drifted { markets[index].guards.sweep.bookLost() }
        inform(.bookChecked(id, bookHealth(index, now)), now, &effects)
    }
}
