public import Trading

/// The sessions as tables that people read, in a SQLite file: which orders, fills, controls and
/// markets there were, and how equity went (`LedgerSchema`).
///
/// The journal is the truth and the ledger its image: whatever it has missed (a crash, a full
/// disk) is there after the journal's records have been applied again, from the session's start;
/// what it already has stays as it is.
///
/// ```
///   apply(record) ... apply(record)  commit()       a group: in the file as a whole or not at all
/// ```
/// Blocking; for a thread that may wait for the disk, and for one thread only.
public final class Ledger {
    /// The file grows no further than this, in bytes; beyond it SQLite says that the disk is full.
    public static let byteCountMax: Int64 = 64 << 30

    public let path: String
    let database: Database
    /// The prepared statements, by `LedgerCommand.rawValue`.
    private let commands: [Int]

    /// What `apply` knows from the records before.
    struct Progress {
        var session: Timestamp?
        /// Controls of one instant are told apart by their order.
        var controlTime: Timestamp?
        var controlOrdinal: Int64 = 0
    }
    var progress = Progress()
    /// As of the last commit.
    private var committed = Progress()

    /// Opens the ledger, or creates it with mode 0600.
    /// - Throws: when the file is something else, was written by a newer version, is damaged or
    ///   cannot be written. A file that is no ledger is left as it was.
    public init(path: String, byteCountMax: Int64 = Ledger.byteCountMax) throws(LedgerError) {
        self.path = path
        let database = try Database(path: path)
        do {
            try LedgerSchema.prepare(database, byteCountMax: byteCountMax)
            var commands: [Int] = []
            for command in LedgerCommand.allCases {
                commands.append(try database.prepare(command.sql, command.attempt))
            }
            self.commands = commands
        } catch {
            database.close()
            throw error
        }
        self.database = database
    }

    /// Writes one record, in a transaction that `commit()` ends. Another program that is writing to
    /// the file may delay it by 100 ms, then it is an error.
    /// - Throws: then everything since the last commit is undone; the same records may be applied
    ///   again, later or from the journal.
    public func apply(_ record: SessionRecord) throws(LedgerError) {
        do {
            if !database.isInTransaction {
                try database.execute("BEGIN IMMEDIATE", "begin to write to")
            }
            try write(record)
        } catch {
            undo()
            throw error
        }
    }

    /// Makes everything applied since the last commit durable against an end of this process (a
    /// power cut may undo the last commits: the journal has them).
    /// - Throws: as `apply`.
    public func commit() throws(LedgerError) {
        try database.checkOpen("commit to")
        guard database.isInTransaction else { return }
        do {
            try database.execute("COMMIT", "commit to")
        } catch {
            undo()
            throw error
        }
        committed = progress
    }

    /// Closes the file. What has not been committed is not in it. May be called twice.
    public func close() { database.close() }

    func run(_ command: LedgerCommand, _ values: Database.Value...) throws(LedgerError) {
        try database.run(commands[command.rawValue], values, command.attempt)
    }

    private func undo() {
        progress = committed
        guard database.isInTransaction else { return }
        do {
            try database.execute("ROLLBACK", "undo a change of")
        } catch {
            // Half of a group must not become durable with the next one: closing undoes it too.
            database.close()
        }
    }
}

/// Used by one thread at a time; the journal thread opens its own.
@available(*, unavailable)
extension Ledger: Sendable {}
