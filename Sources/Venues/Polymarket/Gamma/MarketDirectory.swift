public import Trading

/// Which windows of a series there are for us: found by their computed names, followed from a
/// minute ahead until their outcome is known. A value without I/O; `now` never decreases.
///
/// ```
///            record                         end              outcome (socket or record)
///   sought ─────────► followed ───────────────────► settling ─────────► (forgotten)
///     └── not there, not understood: asked again; over: given up
/// ```
///
///     while let step = directory.next(at: now) { … }       // again at `nextDue`
///     directory.answered(start, answer, at: now)           // what came of `.ask`
public struct MarketDirectory {
    /// How long before its start the next window is asked for.
    public static let lead = Duration.seconds(60)
    /// Between two requests for a record that is not there, or not understood.
    public static let searchInterval = Duration.seconds(5)
    /// After the end, before the record is asked for the outcome, which the socket tells first.
    public static let outcomeDelay = Duration.seconds(30)
    public static let outcomeInterval = Duration.seconds(15)
    /// Outcomes come within minutes; one that has not come for so long is given up, loudly.
    public static let outcomePatience = Duration.seconds(6 * 3_600)
    /// Windows kept at a time; the engine keeps `Engine.marketsMax`.
    public static let windowsMax = 12

    /// What is to be done.
    public enum Step: Equatable, Sendable {
        /// Ask for the record of this window, and tell by `answered`.
        case ask(start: Timestamp, slug: String)
        case list(MarketDefinition)
        /// The venue's own record tells the price that this market's end is compared with.
        case strike(MarketID, ReferencePrice)
        /// The outcome is known, from the record.
        case resolve(MarketID, Outcome)
        /// Nothing of this market is wanted any more.
        case unfollow(MarketID)
        /// For the log: what stands against a window.
        case tell(String)
    }

    /// What came of a request.
    public enum Answer: Sendable {
        case record(GammaMarket)
        /// The venue does not list it (yet).
        case absent
        case failed(String)
    }

    private struct Window {
        enum Stage {
            case sought(askAt: Timestamp)
            case followed(MarketDefinition)
            /// Over; the record is asked for the outcome.
            case settling(MarketDefinition, askAt: Timestamp)
        }

        let start: Timestamp
        let slug: String
        var stage: Stage
        var isAsking = false
        /// What was told last, so that it is told once.
        var complaint = ""

        var definition: MarketDefinition? {
            switch stage {
            case .sought: nil
            case .followed(let definition), .settling(let definition, _): definition
            }
        }
    }

    public let series: WindowSeries
    private var windows: [Window] = []
    /// The start of the newest window that was ever sought.
    private var newest: Timestamp?
    private var steps: [Step] = []
    private var marketCount: UInt32 = 0
    private var strikeSearch: StrikeSearch?

    public init(_ series: WindowSeries) { self.series = series }

    /// What is to be done next; `nil` when nothing is.
    public mutating func next(at now: Timestamp) -> Step? {
        seek(series.start(at: now), at: now)
        let next = series.nextStart(after: now)
        if next - now <= Self.lead { seek(next, at: now) }
        for index in windows.indices.reversed() { advance(index, at: now) }
        if let search = strikeSearch {
            if search.until <= now {
                strikeSearch = nil
            } else if !search.isAsking, search.askAt <= now {
                strikeSearch?.isAsking = true
                steps.append(.ask(start: search.start, slug: series.slug(start: search.start)))
            }
        }
        return steps.isEmpty ? nil : steps.removeFirst()
    }

    /// When `next` will have something to do.
    public func nextDue(after now: Timestamp) -> Timestamp {
        guard steps.isEmpty else { return now }
        let nextStart = series.nextStart(after: now)
        var due = max(nextStart - Self.lead, now)
        // Once that window is known, its start is what comes next.
        if let newest, newest >= nextStart { due = nextStart }
        for window in windows where !window.isAsking {
            switch window.stage {
            case .sought(let askAt), .settling(_, let askAt): due = min(due, askAt)
            case .followed(let definition):
                due = min(due, definition.windowEnd + Self.outcomeDelay)
            }
        }
        if let search = strikeSearch, !search.isAsking { due = min(due, search.askAt) }
        return due
    }

    /// The markets that are followed, the oldest first.
    public var followed: [MarketDefinition] { windows.compactMap(\.definition) }

    /// The socket has told the outcome.
    public mutating func resolved(_ id: MarketID) {
        guard let index = windows.firstIndex(where: { $0.definition?.id == id }) else { return }
        windows.remove(at: index)
        steps.append(.unfollow(id))
    }

    /// A better source than the records has told what this market's end is compared with.
    public mutating func strikeKnown(of id: MarketID) {
        if strikeSearch?.market == id { strikeSearch = nil }
    }

    /// What came of `ask`.
    public mutating func answered(_ start: Timestamp, _ answer: Answer, at now: Timestamp) {
        if let search = strikeSearch, search.isAsking, search.start == start {
            takeStrike(search, answer, at: now)
        }
        guard let index = windows.firstIndex(where: { $0.start == start }),
            windows[index].isAsking
        else { return }
        windows[index].isAsking = false
        switch windows[index].stage {
        case .sought: found(index, answer, at: now)
        case .settling(let definition, _): settle(index, definition, answer, at: now)
        case .followed: break
        }
    }

    // MARK: - Steps

    private mutating func seek(_ start: Timestamp, at now: Timestamp) {
        if let newest, start <= newest { return }
        newest = start
        if windows.count >= Self.windowsMax {
            let oldest = windows.removeFirst()
            steps.append(.tell("\(oldest.slug): given up for newer windows"))
            if let definition = oldest.definition { steps.append(.unfollow(definition.id)) }
        }
        windows.append(
            Window(start: start, slug: series.slug(start: start), stage: .sought(askAt: now))
        )
    }

    private mutating func advance(_ index: Int, at now: Timestamp) {
        guard !windows[index].isAsking else { return }
        switch windows[index].stage {
        case .sought(let askAt):
            guard askAt <= now else { return }
            if now >= windows[index].start + series.length.duration {
                steps.append(.tell("\(windows[index].slug): over before its record was found"))
                windows.remove(at: index)
                return
            }
            ask(index)
        case .followed(let definition):
            guard now >= definition.windowEnd + Self.outcomeDelay else { return }
            windows[index].stage = .settling(definition, askAt: now)
            ask(index)
        case .settling(let definition, let askAt):
            guard askAt <= now else { return }
            if now - definition.windowEnd > Self.outcomePatience {
                steps.append(
                    .tell("\(definition.slug): no outcome in six hours; what is held stays held")
                )
                steps.append(.unfollow(definition.id))
                windows.remove(at: index)
                return
            }
            ask(index)
        }
    }

    private mutating func ask(_ index: Int) {
        windows[index].isAsking = true
        steps.append(.ask(start: windows[index].start, slug: windows[index].slug))
    }

    private mutating func found(_ index: Int, _ answer: Answer, at now: Timestamp) {
        windows[index].stage = .sought(askAt: now + Self.searchInterval)
        switch answer {
        case .absent: complain(index, "not listed yet")
        case .failed(let reason): complain(index, reason)
        case .record(let record):
            guard record.slug.description == windows[index].slug else {
                return complain(index, "the record is of \(record.slug)")
            }
            do {
                let id = MarketID(index: marketCount)
                let definition = try record.definition(id: id, at: now)
                marketCount += 1
                windows[index].stage = .followed(definition)
                steps.append(.list(definition))
                offerStrike(definition, record)
                seekStrike(definition, at: now)
            } catch {
                complain(index, "not traded, for its record is not what we trade (\(error))")
            }
        }
    }

    private mutating func settle(
        _ index: Int,
        _ definition: MarketDefinition,
        _ answer: Answer,
        at now: Timestamp
    ) {
        windows[index].stage = .settling(definition, askAt: now + Self.outcomeInterval)
        switch answer {
        case .failed(let reason): complain(index, reason)
        case .absent: complain(index, "over, and its record is gone")
        case .record(let record):
            guard record.conditionID == definition.conditionID, let winner = record.winner else {
                return
            }
            // Compared with the one that was traded on, and counted when it is another.
            offerStrike(definition, record)
            windows.remove(at: index)
            steps.append(.resolve(definition.id, winner))
            steps.append(.unfollow(definition.id))
        }
    }

    private mutating func complain(_ index: Int, _ reason: String) {
        guard windows[index].complaint != reason else { return }
        windows[index].complaint = reason
        steps.append(.tell("\(windows[index].slug): \(reason)"))
    }
}

// MARK: - Strikes that records tell

extension MarketDirectory {
    /// Asks the record of the window before for its final price, which is the strike of the one
    /// that was joined on its way: nobody repeats the price that was stamped with its start.
    private struct StrikeSearch {
        /// Least time between two requests.
        static let interval = Duration.seconds(10)
        /// The engine leaves a window out whose strike does not come in so long (strategy 12).
        static let patience = Duration.seconds(30)

        let market: MarketID
        /// Of the window before.
        let start: Timestamp
        let until: Timestamp
        var askAt: Timestamp
        var isAsking = false
    }

    /// `priceToBeat`, where the record has it.
    private mutating func offerStrike(_ definition: MarketDefinition, _ record: GammaMarket) {
        guard let price = record.strike?.reference else { return }
        steps.append(.strike(definition.id, price))
        strikeKnown(of: definition.id)
    }

    private mutating func seekStrike(_ definition: MarketDefinition, at now: Timestamp) {
        // A candle's open is asked of the exchange itself, and windows that are still to begin will
        // be told theirs.
        guard definition.windowStart < now, !steps.contains(where: { $0.isStrike }) else { return }
        switch definition.settlement {
        case .chainlinkTWAP, .spotSnapshot: break
        case .binanceCandle, .unsupported: return
        }
        strikeSearch = StrikeSearch(
            market: definition.id,
            start: definition.windowStart - series.length.duration,
            until: now + StrikeSearch.patience,
            askAt: now
        )
    }

    private mutating func takeStrike(
        _ search: StrikeSearch,
        _ answer: Answer,
        at now: Timestamp
    ) {
        strikeSearch?.isAsking = false
        strikeSearch?.askAt = now + StrikeSearch.interval
        guard case .record(let record) = answer,
            record.slug.description == series.slug(start: search.start),
            let price = record.finalPrice?.reference
        else { return }
        steps.append(.strike(search.market, price))
        strikeSearch = nil
    }
}

extension MarketDirectory.Step {
    fileprivate var isStrike: Bool {
        if case .strike = self { true } else { false }
    }
}

extension SettlementValue {
    /// Rounded to the nearest 1e-8 dollars; `nil` when it is too large for that.
    public var reference: ReferencePrice? {
        Int64(exactly: (raw + 5_000_000_000) / 10_000_000_000).map(ReferencePrice.init)
    }
}
