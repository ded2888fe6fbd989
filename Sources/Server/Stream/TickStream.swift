internal import Reactor
internal import Trading
internal import Wire

/// The stream: each tick is encoded once, into one frame that all clients share, and handed to
/// every socket that has taken everything before it. The others read the tape (`TickTape`, where
/// the rule for slow clients stands).
final class TickStream {
    /// Ticks by which a client may be behind and still count as ready.
    static let readyTicksMax = 256

    private let times: StreamTimes
    private var clients: [StreamClient] = []
    private var tape: TickTape
    private var newest = NewestTicks()
    private var frames = TickFrames()
    private var tapeMemory = TapeMemory()

    private(set) var counters = Counters()

    struct Counters {
        var ticksPublished: UInt64 = 0
        var framesSent: UInt64 = 0
        var ticksConflated: UInt64 = 0
        var clientsDropped: UInt64 = 0
    }

    init(_ configuration: APIConfiguration) {
        times = StreamTimes(configuration)
        tape = TickTape(conflationAge: configuration.conflationAge)
    }

    /// Clients that are connected.
    var clientCount: Int { clients.count }

    /// Whether some client is close to the end of the tape: it takes ticks as fast as they come, and
    /// those that wait for it make good batches.
    var hasReadyClient: Bool {
        clients.contains { tape.end - $0.place.position <= Self.readyTicksMax }
    }

    /// Bytes kept for clients that are behind.
    var tapeByteCount: Int { tape.byteCount }

    /// Sends a tick to every client.
    func publish(_ tick: Tick, at now: Timestamp) {
        counters.ticksPublished += 1
        let frame = frames.frame(tick)
        let position = tape.end
        let previous = newest.note(frame, of: tick.tokenID, time: tick.time, position: position)
        tape.append(frame, isEvent: tick.action.isEvent, after: previous, at: now)

        var neededFrom = tape.end
        // Backwards, because a client that is dropped is replaced by the last one.
        for index in clients.indices.reversed() {
            let client = clients[index]
            if client.place.position == position && client.isCaughtUp {
                client.place.position = position + 1
                counters.framesSent += 1
                client.write(frame, at: now)
            } else if tape.hasOverrun(client.place) {
                client.drop(at: now)
            } else {
                neededFrom = min(neededFrom, client.place.position)
            }
        }
        tape.forget(before: neededFrom)
    }

    /// Adds a client whose handshake has been answered, and sends it the newest ticks.
    func add(_ tcp: TCPStream, input: consuming ByteBuffer, at now: Timestamp) -> StreamClient {
        let client = StreamClient(
            tcp: tcp,
            input: input,
            place: TapePlace(position: tape.end),
            times: times,
            at: now,
            onLeave: { [unowned self] client, isDropped in
                self.remove(client)
                if isDropped { self.counters.clientsDropped += 1 }
            }
        )
        client.index = clients.count
        clients.append(client)
        let frames = newest.frames
        counters.framesSent += UInt64(frames.count)
        client.write(frames, at: now)
        client.takeEvents(at: now)
        return client
    }

    /// The client's socket has taken everything: it reads on from its place.
    func drained(_ client: StreamClient, at now: Timestamp) {
        client.drained()
        guard client.isReading else { return }
        var batch: [SharedBytes] = []
        var hasMore = true
        while hasMore && client.isCaughtUp {
            batch.removeAll(keepingCapacity: true)
            var byteCount = 0
            let conflatedBefore = client.place.conflatedCount
            reading: while byteCount < StreamClient.batchBytesMax {
                switch tape.read(from: &client.place, at: now) {
                case .frame(let frame):
                    batch.append(frame)
                    byteCount += frame.count
                case .end:
                    hasMore = false
                    break reading
                case .overrun:
                    client.drop(at: now)
                    return
                }
            }
            counters.ticksConflated += UInt64(client.place.conflatedCount - conflatedBefore)
            counters.framesSent += UInt64(batch.count)
            client.write(batch, at: now)
            // A write that fails leaves no backlog and no hope.
            hasMore = hasMore && client.tcp.isOpen
        }
    }

    /// Looks after memory; called with every sweep of the deadlines.
    func sweep(at now: Timestamp) {
        if tapeMemory.shouldTrim(tapeByteCount: tape.byteCount, at: now) { Heap.trim() }
    }

    /// Sends every client 1001.
    func goAway(at now: Timestamp) {
        for index in clients.indices.reversed() { clients[index].goAway(at: now) }
    }

    private func remove(_ client: StreamClient) {
        let last = clients.removeLast()
        if last !== client {
            clients[client.index] = last
            last.index = client.index
        }
        // Nobody is left who could be behind.
        if clients.isEmpty { tape.forget(before: tape.end) }
    }
}
