internal import Journal
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
    private var journal: FileAppender?
    private var journalPath: String?
    private var ledger: Ledger?
    /// Records encoded and not yet on disk, and the same for the ledger.
    private var encoded = ByteBuffer(capacity: 1 << 16)
    private var recordsToProject: [SessionRecord] = []
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
        let written = appendAudit(group)
        for (index, request) in group.enumerated() {
            var succeeded = written[index] && latched[index]
            if succeeded, let parameters = request.parameters {
                let text = StoredParameters.text(of: parameters)
                succeeded = attempt { () throws(SystemError) in
                    try DurableFile.replace(directory.parameters, with: text.span)
                }
            }
            if succeeded, case .remove = request.latch {
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
        while encoded.count < Self.bytesWaitingMax, let record = records.pop() {
            if journalPath == nil { beginJournal(record) }
            JournalWriter.encode(record, into: &encoded)
            recordsToProject.append(record)
        }
        guard !encoded.isEmpty, let path = journalPath else { return }
        do {
            let file = try journal ?? FileAppender(path: path)
            journal = file
            try file.append(encoded.span)
            encoded.removeAll()
            try file.sync()
            setHealthy(true)
        } catch {
            complain("the journal: \(error)")
            journal?.close()
            journal = nil
            setHealthy(false)
            retry?.start(afterMilliseconds: Self.retryMilliseconds)
        }
        project()
    }

    /// The first record names the session, and so its file.
    private func beginJournal(_ record: SessionRecord) {
        let session = record.time.nanoseconds
        journalPath = "\(directory.journals)/session-\(session).qqj"
        JournalWriter.encodeHeader(session: record.time, into: &encoded)
        do {
            ledger = try Ledger(path: directory.ledger)
        } catch {
            complain("the ledger, which goes without this session: \(error)")
        }
    }

    /// The ledger is a projection: what it misses can be made up from the journal, so it stops
    /// nothing.
    private func project() {
        defer { recordsToProject.removeAll(keepingCapacity: true) }
        guard let ledger else { return }
        do {
            for record in recordsToProject { try ledger.apply(record) }
            try ledger.commit()
        } catch {
            complain("the ledger: \(error)")
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
