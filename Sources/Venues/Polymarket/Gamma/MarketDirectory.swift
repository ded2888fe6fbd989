internal import Trading
internal import Venues

/// Which windows of a series there are for us: found by their computed names, followed from a
/// minute ahead until their outcome is known. A value without I/O; `now` never decreases.
///
/// ```
///            record                         end              outcome (socket or record)
///   sought ─────────► followed ───────────────────► settling ─────────► (forgotten)
///     └── not there, not understood: asked again; over: given up
/// ```
struct MarketDirectory {
    /// How long before its start the next window is asked for.
    static let lead = Duration.seconds(60)
    /// Between two requests for a record that is not there, or not understood.
    static let searchInterval = Duration.seconds(5)
    /// After the end, before the record is asked for the outcome, which the socket tells first.
    static let outcomeDelay = Duration.seconds(30)
    static let outcomeInterval = Duration.seconds(15)
    /// Outcomes come within minutes; one that has not come for so long is given up, loudly.
    static let outcomePatience = Duration.seconds(6 * 3_600)
    /// Windows kept at a time; the engine keeps `Engine.marketsMax`.
    static let windowsMax = 12

    enum Step {
        /// Ask for the record of this window, and tell by `answered`.
        case ask(start: Timestamp, slug: String)
        case list(MarketDefinition)
        /// The outcome is known, from the record.
        case resolve(MarketID, Outcome)
        /// Nothing of this market is wanted any more.
        case unfollow(MarketID)
        /// For the log: what stands against a window.
        case tell(String)
    }

    enum Answer {
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
    }

    let series: WindowSeries
    private var windows: [Window] = []
    /// The start of the newest window that was ever sought.
    private var newest: Timestamp?
    private var steps: [Step] = []
    private var marketCount: UInt32 = 0

    init(_ series: WindowSeries) { self.series = series }

    /// What is to be done next; `nil` when nothing is.
    mutating func next(at now: Timestamp) -> Step? {
        seek(series.start(at: now), at: now)
        let next = series.nextStart(after: now)
        if next - now <= Self.lead { seek(next, at: now) }
        for index in windows.indices.reversed() { advance(index, at: now) }
        return steps.isEmpty ? nil : steps.removeFirst()
    }

    /// When `next` will have something to do.
    func nextDue(after now: Timestamp) -> Timestamp {
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
        return due
    }

    /// The socket has told the outcome.
    mutating func resolved(_ id: MarketID) {
        for index in windows.indices {
            switch windows[index].stage {
            case .followed(let definition) where definition.id == id,
                .settling(let definition, _) where definition.id == id:
                windows.remove(at: index)
                steps.append(.unfollow(id))
                return
            case .sought, .followed, .settling: continue
            }
        }
    }

    /// What came of `ask`.
    mutating func answered(_ start: Timestamp, _ answer: Answer, at now: Timestamp) {
        guard let index = windows.firstIndex(where: { $0.start == start }) else { return }
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
            if case .settling(let definition, _) = oldest.stage {
                steps.append(.unfollow(definition.id))
            }
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
