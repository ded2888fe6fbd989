internal import Trading
internal import Wire

/// The newest frame of each token: what a client is sent when it connects, so that a new dashboard
/// is not blank until the next tick.
struct NewestTicks {
    /// Most tokens remembered; the one that was silent for longest goes first.
    static let tokenCountMax = 32
    /// A token without a tick for so long, by the ticks' own time, has left the market: a live one
    /// ticks every 5 s at least.
    static let silenceMax = Duration.seconds(30)

    private struct Entry {
        let token: InlineText
        var frame: SharedBytes
        var time: Timestamp
        var position: Int
    }

    /// The most recent one last.
    private var entries: [Entry] = []

    var count: Int { entries.count }

    /// The frames, in the order of their ticks.
    var frames: [SharedBytes] { entries.map(\.frame) }

    /// Where the token's newest tick stands on the tape; `nil` for a token that is new.
    func position(of token: borrowing InlineText) -> Int? {
        // Nearly always the last: one token ticks at a time.
        for index in entries.indices.reversed() where entries[index].token == token {
            return entries[index].position
        }
        return nil
    }

    /// Notes a tick.
    mutating func note(
        _ frame: SharedBytes,
        of token: InlineText,
        time: Timestamp,
        position: Int
    ) {
        if entries.last?.token == token {
            entries[entries.count - 1].frame = frame
            entries[entries.count - 1].time = time
            entries[entries.count - 1].position = position
        } else {
            entries.removeAll { $0.token == token }
            if entries.count == Self.tokenCountMax { entries.removeFirst() }
            entries.append(Entry(token: token, frame: frame, time: time, position: position))
        }
        // The oldest is the first. The newest is never silent.
        while let oldest = entries.first, time - oldest.time > Self.silenceMax {
            entries.removeFirst()
        }
    }
}
