internal import Ledger
internal import Logging
internal import Reactor
internal import Server
internal import Trading
internal import Wire

/// The journal thread's room: the only place that waits for the disk.
///
/// What the control desk asks for is written, synced and answered in groups: everything that
/// arrived while the last sync ran shares the next one. Records of the session are appended and
/// synced the same way, then projected into the ledger. When the disk takes nothing, records wait
/// here, trading is told to stand still, and the attempt is repeated every second.
final class JournalRoom {
    /// Bytes of records that may wait for a disk that takes nothing.
    private static let bytesWaitingMax = 16 << 20
    /// Records kept for a ledger that takes nothing.
    private static let recordsUnprojectedMax = 65_536
    private static let retryMilliseconds = 1_000
    private static let mailboxCapacity = 4_096

    private let directory: DataDirectory
    private let loop: EventLoop
    private let records: RingConsumer<SessionRecord>
    private let api: MailboxSender<APIMessage>
    private var trading: MailboxSender<TradingMessage>?
    private let complain: (String) -> Void

    private var requests: [DeskRequest] = []
    private var audit: FileAppender?
    private var journal: SessionJournal?
    private var ledger: Ledger?
    /// Records that the ledger has not committed.
    private var unprojected: [SessionRecord] = []
    private var isHealthy = true
    private var isEnding = false
    private var retry: LoopTimer?
    private var flushSoon: Wakeup?
    private var mailbox: Mailbox<JournalMessage>?
    /// Set by `init`.
    private(set) var ports: JournalPorts?

    init(
        on loop: EventLoop,
        directory: DataDirectory,
        records: RingConsumer<SessionRecord>,
        api: MailboxSender<APIMessage>,
        complain: @escaping (String) -> Void
    ) {
        self.loop = loop
        self.directory = directory
        self.records = records
        self.api = api
        self.complain = complain
        retry = LoopTimer(on: loop) { [unowned self] in self.flush() }
        let wakeup = Wakeup(on: loop) { [unowned self] in self.flush() }
        flushSoon = wakeup
        let mailbox = Mailbox<JournalMessage>(on: loop, capacity: Self.mailboxCapacity) {
            [unowned self] in self.receive($0)
        }
        self.mailbox = mailbox
        ports = JournalPorts(sender: mailbox.sender, recordSignal: wakeup.signal)
    }

    private func receive(_ message: JournalMessage) {
        switch message {
        case .attach(let sender): trading = sender
        case .request(let request): requests.append(request)
        case .end: isEnding = true
        }
        // After the rest of the mailbox, so that a group shares a sync.
        flushSoon?.signal.wake()
    }

    /// Writes all that has arrived.
    private func flush() {
        answerRequests()
        writeRecords()
        guard isEnding else { return }
        audit?.close()
        journal?.close()
        ledger?.close()
        flushSoon?.close()
        retry?.close()
        mailbox?.close()
        loop.stop()
    }

    // MARK: Controls

    private func answerRequests() {
        guard !requests.isEmpty else { return }
        let group = requests
        requests.removeAll()
        // A latch does not wait for anything, nor depend on the audit log.
        var latched: [Bool] = []
        for request in group {
            if case .write(let contents) = request.latch {
                latched.append(
                    attempt { () throws(SystemError) in
                        try DurableFile.replace(directory.killLatch, with: contents.span)
                    }
                )
            } else {
                latched.append(true)
            }
        }
        let lastLatch = group.lastIndex { if case .write = $0.latch { true } else { false } } ?? -1
        let written = appendAudit(group)
        for (index, request) in group.enumerated() {
            var succeeded = written[index] && latched[index]
            if succeeded, let parameters = request.parameters {
                let text = StoredParameters.text(of: parameters)
                succeeded = attempt { () throws(SystemError) in
                    try DurableFile.replace(directory.parameters, with: text.span)
                }
            }
            // A latch that was asked for later stands already, and stays.
            if succeeded, case .remove = request.latch, index > lastLatch {
                succeeded = attempt { () throws(SystemError) in
                    _ = try DurableFile.remove(directory.killLatch)
                }
            }
            _ = api.send(.written(ticket: request.ticket, succeeded: succeeded))
        }
    }

    /// Appends the lines of a group and syncs once; says of each whether it is durable.
    private func appendAudit(_ group: [DeskRequest]) -> [Bool] {
        var written = [Bool](repeating: false, count: group.count)
        do {
            let file = try audit ?? FileAppender(path: directory.audit)
            audit = file
            for (index, request) in group.enumerated() {
                written[index] = attempt { () throws(SystemError) in
                    try file.append(request.line.span)
                }
            }
            try file.sync()
        } catch {
            complain("the audit log: \(error)")
            // A file whose sync failed is not trusted again; the next group opens it anew.
            audit?.close()
            audit = nil
            return [Bool](repeating: false, count: group.count)
        }
        return written
    }

    private func attempt(_ body: () throws(SystemError) -> Void) -> Bool {
        do {
            try body()
            return true
        } catch {
            complain("\(error)")
            return false
        }
    }

    // MARK: Records

    private func writeRecords() {
        while (journal?.pendingByteCount ?? 0) < Self.bytesWaitingMax, let record = records.pop() {
            if journal == nil { begin(record) }
            journal?.add(record)
            unprojected.append(record)
        }
        guard let journal, journal.pendingByteCount > 0 else { return }
        do throws(SystemError) {
            try journal.write()
        } catch {
            complain("the journal: \(error)")
            setHealthy(false)
            retry?.start(afterMilliseconds: Self.retryMilliseconds)
            return
        }
        setHealthy(true)
        project()
    }

    /// The first record names the session, and so its file.
    private func begin(_ record: SessionRecord) {
        journal = SessionJournal(directory: directory, session: record.time)
        do {
            ledger = try Ledger(path: directory.ledger)
        } catch {
            complain("the ledger, which goes without this session: \(error)")
        }
    }

    /// Brings the ledger up to the journal. It is a projection and stops nothing: a group that
    /// fails is tried again with the next one, as long as there is room to keep it.
    private func project() {
        guard let ledger else {
            unprojected.removeAll(keepingCapacity: true)
            return
        }
        do {
            for record in unprojected { try ledger.apply(record) }
            try ledger.commit()
            unprojected.removeAll(keepingCapacity: true)
        } catch {
            complain("the ledger: \(error)")
            guard unprojected.count > Self.recordsUnprojectedMax else { return }
            complain("the ledger goes without the rest of this session; the journal has it")
            ledger.close()
            self.ledger = nil
            unprojected.removeAll()
        }
    }

    private func setHealthy(_ healthy: Bool) {
        guard healthy != isHealthy else { return }
        isHealthy = healthy
        _ = trading?.send(.event(.recordingChanged(isHealthy: healthy)))
    }
}

/// What the other threads hold of the journal room.
struct JournalPorts: Sendable {
    let sender: MailboxSender<JournalMessage>
    /// To be woken after records were put into the ring.
    let recordSignal: WakeupSignal
}
