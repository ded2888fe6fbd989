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

    /// Notes a tick.
    /// - Returns: where the token's tick before it stands on the tape; `nil` for the first.
    mutating func note(
        _ frame: SharedBytes,
        of token: InlineText,
        time: Timestamp,
        position: Int
    ) -> Int? {
        // Nearly always the last: one token ticks at a time.
        var index = entries.count - 1
        while index >= 0 && entries[index].token != token { index -= 1 }
        let previous = index >= 0 ? entries[index].position : nil
        if index >= 0 && index == entries.count - 1 {
            entries[index].frame = frame
            entries[index].time = time
            entries[index].position = position
        } else {
            if index >= 0 {
                entries.remove(at: index)
            } else if entries.count == Self.tokenCountMax {
                entries.removeFirst()
            }
            entries.append(Entry(token: token, frame: frame, time: time, position: position))
        }
        // The oldest is the first. The newest is never silent.
        while let oldest = entries.first?.time, time - oldest > Self.silenceMax {
            entries.removeFirst()
        }
        return previous
    }
}
