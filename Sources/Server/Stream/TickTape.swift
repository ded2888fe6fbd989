internal import Trading
internal import Wire

/// The stream's ticker tape: the frames that some client has not taken yet, once each, in order.
///
/// **The rule for slow clients.** A client whose socket takes everything gets every tick, and the
/// tape plays no part. A client whose socket is full keeps its place on the tape instead of a queue
/// of its own, and reads on from there when the socket takes bytes again:
///
/// * It gets *every* tick, in order, as long as it is less than `conflationAge` behind.
/// * A *state tick* (`HEARTBEAT`) that has waited longer than that gives way when a newer tick of
///   its token is there: nobody needs the price of five seconds ago. This is conflation.
/// * An *event tick* (any other action) is never passed over. Neither is the newest tick of a token.
/// * The tape is bounded (`frameCountMax`, `byteCountMax`). When its oldest frame must go and was
///   not superseded, every client that still needed it is overrun: it is dropped with 1013.
/// * A client whose socket takes nothing for `stallTimeout` is dropped with 1013, however little it
///   is behind (see `StreamClient`).
///
/// So slow clients cost no memory of their own beyond one write in flight, a thousand of them cost
/// what one does, none delays another, and what a client misses are prices that it could no longer
/// have used.
struct TickTape {
    /// Most frames kept: three seconds at the highest rate of synthetic ticks.
    static let frameCountMax = 16_384
    /// Most bytes of frames kept, for all clients together.
    static let byteCountMax = 16 * 1_024 * 1_024

    private struct Entry {
        let frame: SharedBytes
        let writtenAt: Timestamp
        let isEvent: Bool
        /// A newer tick of the same token is on the tape, or was.
        var isSuperseded = false

        var isSkippable: Bool { isSuperseded && !isEvent }
    }

    private let frameCountMax: Int
    private let byteCountMax: Int
    private let conflationAge: Duration

    /// The entries kept are those from `start` on; the ones before are gone and wait for the array
    /// to be compacted.
    private var entries: [Entry?] = []
    private var start = 0
    /// The position of the entry at `start`, counted over the life of the tape.
    private var firstPosition = 0
    /// Every position below it is gone, and the one right below was not superseded.
    private var lostBefore = 0

    /// Bytes of the frames kept.
    private(set) var byteCount = 0

    init(
        frameCountMax: Int = TickTape.frameCountMax,
        byteCountMax: Int = TickTape.byteCountMax,
        conflationAge: Duration
    ) {
        self.frameCountMax = frameCountMax
        self.byteCountMax = byteCountMax
        self.conflationAge = conflationAge
    }

    /// Frames kept.
    var count: Int { entries.count - start }

    /// Where the next frame will stand: the place of a client that has taken everything.
    var end: Int { firstPosition + count }

    /// Puts a frame at `end`.
    /// - Parameters:
    ///   - previous: where the previous tick of the same token stands or stood, if there was one.
    ///   - now: by the loop's monotonic clock, like every time here.
    mutating func append(
        _ frame: SharedBytes,
        isEvent: Bool,
        after previous: Int?,
        at now: Timestamp
    ) {
        if let previous, previous >= firstPosition {
            entries[start + previous - firstPosition]?.isSuperseded = true
        }
        entries.append(Entry(frame: frame, writtenAt: now, isEvent: isEvent))
        byteCount += frame.count
        while count > frameCountMax || byteCount > byteCountMax {
            if let oldest = entries[start], !oldest.isSkippable { lostBefore = firstPosition + 1 }
            removeFirst()
        }
    }

    /// Whether a frame that the place still needed is gone.
    func hasOverrun(_ place: TapePlace) -> Bool { place.position < lostBefore }

    /// What a client at a place of the tape reads next.
    enum Reading {
        case frame(SharedBytes)
        /// Nothing until the next tick.
        case end
        /// A frame that it needed is gone.
        case overrun
    }

    /// Moves `place` over what it need not read and over the frame returned.
    func read(from place: inout TapePlace, at now: Timestamp) -> Reading {
        if hasOverrun(place) { return .overrun }
        if place.position < firstPosition {
            place.conflatedCount += firstPosition - place.position
            place.position = firstPosition
        }
        while place.position < end {
            guard let entry = entries[start + place.position - firstPosition] else { break }
            place.position += 1
            if entry.isSkippable && now - entry.writtenAt > conflationAge {
                place.conflatedCount += 1
            } else {
                return .frame(entry.frame)
            }
        }
        return .end
    }

    /// Lets go of the frames before `position`, which nobody needs any more.
    mutating func forget(before position: Int) {
        while count > 0 && firstPosition < position { removeFirst() }
    }

    private mutating func removeFirst() {
        byteCount -= entries[start]?.frame.count ?? 0
        entries[start] = nil
        start += 1
        firstPosition += 1
        if start == entries.count {
            entries.removeAll(keepingCapacity: entries.count <= 64)
            start = 0
        } else if start > entries.count / 2 && start > 64 {
            entries.removeFirst(start)
            start = 0
        }
    }
}

/// How far a client has read the tape.
struct TapePlace: Equatable {
    /// The next frame that it has not read.
    var position: Int
    /// State ticks that were passed over, in all.
    var conflatedCount = 0

    init(position: Int) { self.position = position }
}
