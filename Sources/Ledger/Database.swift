internal import CSQLite
internal import Glibc

/// A SQLite database and its prepared statements: the only place that touches SQLite's pointers.
///
/// The handle is non-nil exactly while the database is open, and the statements are valid as long
/// as it is; every entry checks that. One thread at a time.
@safe final class Database {
    /// What a statement's parameter is set to, or a column holds.
    enum Value: Equatable {
        case null
        case integer(Int64)
        case real(Double)
        case text(String)
    }

    /// Another program may hold the file this long, in milliseconds, before we give up. Short: the
    /// thread that writes here has more urgent things to write, and what is missed can be made up.
    private static let busyTimeout: Int32 = 100

    let path: String
    private var handle: OpaquePointer?
    private var statements: [Statement] = []

    @safe private struct Statement {
        let pointer: OpaquePointer
    }

    /// Opens the file, or creates it, readable for its owner alone.
    init(path: String) throws(LedgerError) {
        self.path = path
        // Neither an option nor one of SQLite's special names (":memory:").
        let file = path.hasPrefix("/") ? path : "./" + path
        // SQLite would create it with the process's mask; its side files take over this mode.
        let created = unsafe Glibc.open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if created >= 0 { Glibc.close(created) }
        // With no other thread in it SQLite's own locks are not needed.
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
        do throws(LedgerError) {
            // SQLite stores a handle even when it fails, to ask it why.
            try check(unsafe sqlite3_open_v2(file, &handle, flags, nil), "open")
            guard unsafe sqlite3_db_readonly(handle, "main") == 0 else {
                throw LedgerError(
                    .notWritable,
                    attempt: "open \(path)",
                    message: "it may only be read"
                )
            }
            try check(unsafe sqlite3_busy_timeout(handle, Self.busyTimeout), "open")
        } catch {
            close()
            throw error
        }
    }

    deinit { precondition(unsafe handle == nil, "a database is closed before it is dropped") }

    /// Runs statements that have no parameters and whose rows nobody wants.
    func execute(_ sql: String, _ attempt: String) throws(LedgerError) {
        try checkOpen(attempt)
        try check(unsafe sqlite3_exec(handle, sql, nil, nil, nil), attempt)
    }

    /// Runs a statement without parameters once.
    /// - Returns: the first column of its first row, if it has one.
    func query(_ sql: String, _ attempt: String) throws(LedgerError) -> Value? {
        let number = try prepare(sql, attempt)
        defer {
            unsafe sqlite3_finalize(statements[number].pointer)
            statements.remove(at: number)
        }
        return try run(number, [], attempt)
    }

    /// Prepares a statement; it is found by the number returned.
    func prepare(_ sql: String, _ attempt: String) throws(LedgerError) -> Int {
        try checkOpen(attempt)
        var statement: OpaquePointer?
        let flags = UInt32(SQLITE_PREPARE_PERSISTENT)
        try check(unsafe sqlite3_prepare_v3(handle, sql, -1, flags, &statement, nil), attempt)
        guard let statement = unsafe statement else { preconditionFailure("an empty statement") }
        statements.append(unsafe Statement(pointer: statement))
        return statements.count - 1
    }

    /// Runs a prepared statement to its end with these parameters, from the first on.
    /// - Returns: the first column of its first row, if it has one.
    @discardableResult
    func run(
        _ number: Int,
        _ values: [Value],
        _ attempt: String
    ) throws(LedgerError) -> Value? {
        try checkOpen(attempt)
        let statement = unsafe statements[number].pointer
        precondition(
            unsafe Int(sqlite3_bind_parameter_count(statement)) == values.count,
            "a statement is given all its parameters"
        )
        defer {
            // Says again what the step said.
            unsafe sqlite3_reset(statement)
        }
        for (index, value) in values.enumerated() {
            try check(unsafe Self.bind(value, to: statement, at: Int32(index + 1)), attempt)
        }
        var first: Value?
        while true {
            let code = unsafe sqlite3_step(statement)
            if code == SQLITE_DONE { return first }
            guard code == SQLITE_ROW else {
                try check(code, attempt)
                return first
            }
            if first == nil { first = unsafe Self.firstColumn(of: statement) }
        }
    }

    /// Whether a transaction is open. SQLite ends one by itself after some errors.
    var isInTransaction: Bool { unsafe handle != nil && sqlite3_get_autocommit(handle) == 0 }

    /// Closes the database; an open transaction is undone. May be called twice.
    func close() {
        for statement in statements { unsafe sqlite3_finalize(statement.pointer) }
        statements.removeAll()
        let code = unsafe sqlite3_close(handle)
        precondition(code == SQLITE_OK, "all statements have been finalized")
        unsafe handle = nil
    }

    private static func bind(_ value: Value, to statement: OpaquePointer, at index: Int32) -> Int32
    {
        switch value {
        case .null: return unsafe sqlite3_bind_null(statement, index)
        case .integer(let number): return unsafe sqlite3_bind_int64(statement, index, number)
        case .real(let number): return unsafe sqlite3_bind_double(statement, index, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                unsafe csqlite_bind_text_copy(
                    statement,
                    index,
                    bytes.baseAddress,
                    Int32(bytes.count)
                )
            }
        }
    }

    private static func firstColumn(of statement: OpaquePointer) -> Value {
        switch unsafe sqlite3_column_type(statement, 0) {
        case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(statement, 0))
        case SQLITE_FLOAT: return .real(unsafe sqlite3_column_double(statement, 0))
        case SQLITE_TEXT:
            // The text is SQLite's until the statement moves on; here it becomes a copy.
            guard let text = unsafe sqlite3_column_text(statement, 0) else { return .null }
            return .text(unsafe String(cString: text))
        default: return .null
        }
    }

    /// Throws when the database has been closed.
    func checkOpen(_ attempt: String) throws(LedgerError) {
        guard unsafe handle != nil else {
            throw LedgerError(.closed, attempt: "\(attempt) \(path)", message: "it is closed")
        }
    }

    private func check(_ code: Int32, _ attempt: String) throws(LedgerError) {
        guard code != SQLITE_OK else { return }
        // SQLite's message lives as long as no other call is made; here it becomes a copy.
        let message = unsafe String(cString: sqlite3_errmsg(handle))
        throw LedgerError(
            // The low byte is the code; the others say which of its kinds.
            code & 0xFF == SQLITE_NOTADB ? .notALedger : .sqlite(code: code),
            attempt: "\(attempt) \(path)",
            message: message
        )
    }
}
