internal import Glibc
internal import Logging
internal import Reactor
internal import Trading
internal import Venues

/// Keeps what the live feeds say, word for word, until it is told to end or the disk takes no more.
///
///     feeds ─► LiveSource ─► FrameTap ─► lines, collected ─► file, every 200 ms ─► fdatasync
final class RecordRoom: FrameTap {
    /// What was collected is written this often.
    private static let writeMilliseconds = 200

    private let loop: EventLoop
    private let source: LiveSource
    private let files: RecordFiles
    private let clock: SessionClock
    private let log: Logger
    private let syncInterval: Duration
    private let end: Timestamp?
    private let timer: LoopTimer
    private var syncedAt: Timestamp
    /// Why the recording has ended before its time.
    private var failure: (any Error)?

    /// - Parameters:
    ///   - syncInterval: between two waits for the disk; what came since the last one can be lost
    ///     with the machine, not with the process.
    ///   - duration: of the recording; `nil` until it is told to end.
    init(
        _ settings: LiveSettings,
        into files: RecordFiles,
        syncInterval: Duration,
        duration: Duration?,
        log: Logger
    ) throws {
        loop = EventLoop()
        clock = SessionClock()
        self.files = files
        self.syncInterval = syncInterval
        self.log = log
        end = duration.map { [clock] in clock.start + $0 }
        syncedAt = clock.start
        source = try LiveSource(on: loop, settings, clock: clock, log: log)
        var ring: () -> Void = {}
        timer = LoopTimer(on: loop) { ring() }
        ring = { [unowned self] in self.turn() }
    }

    /// Records; returns when it is over.
    /// - Throws: when the files take no more.
    func run() throws {
        _ = try files.beginIfDue(at: clock.now())
        let signals = try [SIGTERM, SIGINT, SIGHUP].map { signal in
            try SignalWatcher(on: loop, signal: signal) { [unowned self] in self.finish() }
        }
        source.tap = self
        source.start()
        timer.start(
            afterMilliseconds: Self.writeMilliseconds,
            repeatingMilliseconds: Self.writeMilliseconds
        )
        loop.run()
        for signal in signals { signal.close() }
        if let failure {
            // What went wrong first is told; a second failure would say less.
            try? files.close()
            throw failure
        }
        try files.close()
    }

    private func turn() {
        let now = clock.now()
        attempt {
            try files.write()
            if now - syncedAt >= syncInterval {
                syncedAt = now
                try files.sync()
            }
            if try files.beginIfDue(at: now) { source.tellAgain(at: now) }
        }
        // Not inside a feed's message, where it cannot be closed.
        if failure != nil || end.map({ $0 <= now }) ?? false { finish() }
    }

    private func finish() {
        source.tap = nil
        source.close()
        timer.close()
        loop.stop()
    }

    func received(
        _ bytes: Span<UInt8>,
        from feed: RecordedFeed,
        sentAt sent: Timestamp?,
        at now: Timestamp
    ) {
        // A greeting, or the answer to a ping.
        guard bytes.count > 4 else { return }
        guard failure == nil else { return }
        do throws(SystemError) {
            try files.append(bytes, of: feed, sentAt: sent, at: now)
        } catch {
            failure = error
        }
    }

    func linkChanged(_ link: RecordedLink, of feed: RecordedFeed, at now: Timestamp) {
        attempt { try files.append(link, of: feed, at: now) }
    }

    private func attempt(_ body: () throws -> Void) {
        guard failure == nil else { return }
        do { try body() } catch { failure = error }
    }
}

@available(*, unavailable)
extension RecordRoom: Sendable {}
