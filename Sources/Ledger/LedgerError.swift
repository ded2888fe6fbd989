/// Why the ledger could not do what it was asked to. Nothing of it was done.
public struct LedgerError: Error, Equatable, Sendable {
    public var reason: Reason
    /// What was being done, such as `record a fill in /data/ledger.db`.
    public var attempt: String
    /// In what words it failed: SQLite's, where SQLite refused.
    public var message: String

    public enum Reason: Equatable, Sendable {
        /// SQLite refused, with its extended result code: disk full, locked by another program,
        /// damaged, not permitted.
        case sqlite(code: Int32)
        /// The file is no ledger, and none of ours to change.
        case notALedger
        /// A newer version of this program wrote it, with this schema.
        case newerSchema(Int64)
        /// The file, or its folder, cannot be written.
        case notWritable
        /// A record came before the start of its session.
        case noSession
        /// `close()` has been called.
        case closed
    }

    init(_ reason: Reason, attempt: String, message: String) {
        self.reason = reason
        self.attempt = attempt
        self.message = message
    }
}

extension LedgerError: CustomStringConvertible {
    public var description: String { "could not \(attempt): \(message)" }
}
