internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Where market events come from.
enum MarketSource: ~Copyable {
    case simulated(MarketSimulator)
    case recorded(RecordingPlayer)
    /// Speaks when it is spoken to by its venues, not when it is asked.
    case live(LiveSource)

    /// When the next event is due; `nil` when there is none left.
    var nextDue: Timestamp? {
        switch self {
        case .simulated(let simulator): simulator.nextDue
        case .recorded(let player): player.nextDue
        case .live: nil
        }
    }

    /// The next event not later than `now`.
    mutating func next(upTo now: Timestamp) -> (time: Timestamp, event: EngineEvent)? {
        switch consume self {
        case .simulated(var simulator):
            let event = simulator.next(upTo: now)
            self = .simulated(simulator)
            return event
        case .recorded(let player):
            let event = player.next(upTo: now)
            self = .recorded(player)
            return event
        case .live(let source):
            self = .live(source)
            return nil
        }
    }

    /// Books are wanted whole again. The simulator and a recording show what they show.
    func requestSnapshots() {
        switch self {
        case .simulated: break
        case .recorded: break
        case .live(let source): source.refreshBooks()
        }
    }

    /// Nothing is read any more. May be called twice.
    func close() {
        switch self {
        case .simulated: break
        case .recorded(let player): player.close()
        case .live(let source): source.close()
        }
    }
}

/// Plays a recording at the pace at which it was recorded.
final class RecordingPlayer {
    /// Bytes read from the file at a time.
    private static let chunkBytes = 256 * 1_024

    private let source: ByteSource
    private var reader = RecordingReader()
    private var chunk = ByteBuffer(capacity: chunkBytes)
    private var isAtEnd = false
    private var pending: (time: Timestamp, event: EngineEvent)?
    /// Damaged lines and read errors, in words.
    private let complain: (String) -> Void

    /// Reads up to the first event.
    /// - Throws: when the file cannot be read, is compressed, or holds no event at all.
    init(path: String, complain: @escaping (String) -> Void) throws {
        source = try ByteSource(path: path)
        self.complain = complain
        do {
            _ = try source.read(into: &chunk, upTo: Self.chunkBytes)
            try CompressedInput.refuse(chunk.span, name: path)
        } catch {
            source.close()
            throw error
        }
        reader.receive(chunk.span)
        pending = read()
        guard pending != nil else {
            throw UsageError(description: "\(path) holds no book frame that could be read")
        }
    }

    var nextDue: Timestamp? { pending?.time }

    /// The windows of a recording of feeds, which holds the reference's prices; `nil` for one of books
    /// alone.
    var series: WindowSeries? { reader.series }

    func next(upTo now: Timestamp) -> (time: Timestamp, event: EngineEvent)? {
        guard let due = pending, due.time <= now else { return nil }
        pending = read()
        return due
    }

    /// Leaves the rest of the file unread. May be called twice.
    func close() {
        pending = nil
        end()
    }

    private func read() -> (time: Timestamp, event: EngineEvent)? {
        while true {
            while let item = reader.next() {
                switch item {
                case .event(let time, let event): return (time, event)
                case .damaged(let line, let reason): complain("line \(line): \(reason.sentence)")
                }
            }
            guard !isAtEnd else { return nil }
            chunk.removeAll()
            do {
                if try source.read(into: &chunk, upTo: Self.chunkBytes) == 0 { end() }
            } catch {
                complain("\(error)")
                end()
            }
            if !chunk.isEmpty { reader.receive(chunk.span) }
        }
    }

    private func end() {
        guard !isAtEnd else { return }
        isAtEnd = true
        reader.finish()
        source.close()
    }
}
