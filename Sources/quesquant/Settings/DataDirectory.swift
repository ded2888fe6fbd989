internal import Glibc
internal import Reactor
internal import Server
internal import Trading

/// The files of a data directory, and what a start finds in them.
struct DataDirectory {
    let path: String

    /// One line for every control; see `AuditLine`.
    var audit: String { path + "/audit.ndjson" }
    /// There exactly while the emergency stop is latched.
    var killLatch: String { path + "/kill.latch" }
    /// The parameters last put in force, so that a restart does not undo a pause.
    var parameters: String { path + "/parameters.json" }
    /// Held by the one process that may use the directory.
    var lock: String { path + "/lock" }
    /// Every session's orders, fills and controls, one file a session.
    var journals: String { path + "/journal" }
    /// The same for people, in SQLite.
    var ledger: String { path + "/ledger.sqlite" }

    private static let parametersBytesMax = 4_096

    /// Creates what is missing, and keeps other processes off.
    /// - Throws: `StartFailure` when another process has it.
    func claim() throws -> InstanceLock {
        try DurableFile.createDirectory(path)
        try DurableFile.createDirectory(journals)
        do {
            return try InstanceLock(path: lock)
        } catch {
            guard error.code == EAGAIN else { throw error }
            throw StartFailure(
                description: "--data-dir \(path) is in use by another quesquant: \(error.attempt)"
            )
        }
    }

    /// Whether an emergency stop is latched. What cannot be read counts as a latch: when in doubt
    /// the answer is to stand still.
    func hasKillLatch() -> Bool {
        do {
            return try DurableFile.read(killLatch, byteCountMax: 64 * 1_024) != nil
        } catch {
            return true
        }
    }

    /// The parameters of the last run; `nil` when there are none.
    /// - Throws: `UsageError` when the file is there but cannot be understood: quoting on wrong
    ///   parameters is worse than not starting.
    func readParameters() throws(UsageError) -> Parameters? {
        let bytes: [UInt8]?
        do {
            bytes = try DurableFile.read(parameters, byteCountMax: Self.parametersBytesMax)
        } catch {
            throw UsageError(description: "\(error)")
        }
        guard let bytes else { return nil }
        guard let parameters = StoredParameters.parse(bytes.span) else {
            throw UsageError(
                description:
                    "\(self.parameters) is damaged; correct it, or remove it for the defaults"
            )
        }
        return parameters
    }
}
