internal import Foundation
internal import Testing
internal import Trading

@testable internal import Ledger

@Suite struct LedgerErrorTests {
    private static func openingError(_ path: String) -> LedgerError? {
        do {
            try Ledger(path: path).close()
            return nil
        } catch {
            return error as LedgerError
        }
    }

    private static func contents(_ path: String) -> [UInt8]? {
        FileManager.default.contents(atPath: path).map { Array($0) }
    }

    @Test("a newer version's ledger is refused")
    func newerSchema() throws {
        let folder = try Folder()
        try Ledger(path: folder.file()).close()
        _ = try Rows.value("PRAGMA user_version = 4", in: folder.file())
        let error = try #require(Self.openingError(folder.file()))
        #expect(error.reason == .newerSchema(4))
        #expect("\(error)".contains("newer version") && "\(error)".contains(folder.file()))
    }

    @Test("another program's database is refused and left as it was")
    func foreign() throws {
        let folder = try Folder()
        _ = try Rows.value("CREATE TABLE bookmarks (url TEXT)", in: folder.file())
        let before = Self.contents(folder.file())
        #expect(Self.openingError(folder.file())?.reason == .notALedger)
        #expect(Self.contents(folder.file()) == before)
    }

    @Test("a file that is no database is refused and left as it was", arguments: [2, 600, 5_000])
    func garbage(byteCount: Int) throws {
        let folder = try Folder()
        let bytes = [UInt8](repeating: 0x41, count: byteCount)
        try Data(bytes).write(to: URL(fileURLWithPath: folder.file()))
        let error = try #require(Self.openingError(folder.file()))
        #expect(error.reason == .notALedger)
        #expect("\(error)".contains("not a database"))
        #expect(Self.contents(folder.file()) == bytes)
    }

    @Test("an empty file becomes a ledger")
    func empty() throws {
        let folder = try Folder()
        try Data().write(to: URL(fileURLWithPath: folder.file()))
        #expect(Self.openingError(folder.file()) == nil)
        #expect(try Rows.value("PRAGMA user_version", in: folder.file()) == "3")
    }

    @Test("a ledger of version 1 is brought up to date, keeps its rows and takes new ones")
    func oldSchema() throws {
        let folder = try Folder()
        let path = folder.file()
        let ledger = try Ledger(path: path)
        try ledger.apply(Script.whole)
        ledger.close()
        let whole = try Rows.dump(path)
        let columns = "market window_end winner fills payout"
        let view = try Rows.lines(columns, of: "markets_view", in: path)
        // As version 1 left it.
        for sql in [
            "DROP VIEW markets_view", "DROP VIEW fills_view", "DROP VIEW sessions_view",
            "DROP TABLE merges", "DROP TABLE adoptions",
            "ALTER TABLE fills DROP COLUMN reversed_at",
            "CREATE VIEW fills_view AS SELECT time FROM fills",
            "CREATE VIEW sessions_view AS SELECT id FROM sessions",
            "ALTER TABLE markets DROP COLUMN settlement",
            "CREATE VIEW markets_view AS SELECT slug FROM markets", "PRAGMA user_version = 1",
        ] { _ = try Rows.value(sql, in: path) }

        let upgraded = try Ledger(path: path)
        defer { upgraded.close() }
        #expect(try Rows.value("PRAGMA user_version", in: path) == "3")
        #expect(try Rows.value("SELECT count(settlement) FROM markets", in: path) == "0")
        #expect(try Rows.lines(columns, of: "markets_view", in: path) == view)
        let kept = ["sessions:", "orders:", "fills:", "controls:", "equity:"]
        func isKept(_ line: String) -> Bool { kept.contains { line.hasPrefix($0) } }
        let unchanged = try Rows.dump(path).filter(isKept)
        #expect(unchanged == whole.filter(isKept))
        try upgraded.apply(
            Script.records([
                .sessionStarted(cash: .zero, parameters: Parameters()),
                .marketListed(Script.definition),
            ])
        )
    }

    @Test("where no file can be, the error says so")
    func unreachable() throws {
        let folder = try Folder()
        for path in [folder.file("missing/ledger.db"), folder.path] {
            let error = try #require(Self.openingError(path))
            #expect("\(error)".contains("unable to open") && "\(error)".contains(path))
        }
    }

    @Test(
        "a folder that may only be read is refused",
        .enabled(if: geteuid() != 0, "permissions do not bind the superuser")
    )
    func readOnlyFolder() throws {
        let folder = try Folder()
        let files = FileManager.default
        try files.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder.path)
        defer { try? files.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder.path) }
        #expect(Self.openingError(folder.file()) != nil)
    }

    @Test("the ledger and its side files are for their owner alone")
    func mode() throws {
        let folder = try Folder()
        let ledger = try Ledger(path: folder.file())
        defer { ledger.close() }
        try ledger.apply(Script.whole)
        for name in ["ledger.db", "ledger.db-wal", "ledger.db-shm"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file(name))
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(name)")
        }
    }

    @Test("on a full disk the whole group is undone, and can be applied again")
    func fullDisk() throws {
        let folder = try Folder()
        let path = folder.file()
        let small = try Ledger(path: path, byteCountMax: 160 << 10)
        try small.apply(Script.whole.prefix(2))
        var orders: [SessionRecord] = []
        for number in UInt64(1)...5_000 {
            orders.append(SessionRecord(time: Script.start, kind: Script.placed(number)))
        }
        do {
            try small.apply(orders)
            Issue.record("the disk was not full")
        } catch {
            let error = try #require(error as? LedgerError)
            #expect(error.reason == .sqlite(code: 13))
            #expect("\(error)".contains("full") && "\(error)".contains("order"))
        }
        #expect(try Rows.value("SELECT count(*) FROM orders", in: path) == "0")
        // What fits still goes in, and the session is still known.
        try small.apply(orders.prefix(100))
        #expect(try Rows.value("SELECT count(*) FROM orders", in: path) == "100")
        small.close()

        let large = try Ledger(path: path)
        try large.apply(Script.whole.prefix(2) + orders)
        #expect(try Rows.value("SELECT count(*) FROM orders", in: path) == "5000")
        large.close()
    }

    @Test("while another program is writing the ledger says so, and afterwards writes again")
    func locked() throws {
        let folder = try Folder()
        let ledger = try Ledger(path: folder.file())
        defer { ledger.close() }
        let other = try Database(path: folder.file())
        defer { other.close() }
        try other.execute("BEGIN IMMEDIATE", "lock")
        do {
            try ledger.apply(Script.whole)
            Issue.record("a locked file was written")
        } catch {
            let error = try #require(error as? LedgerError)
            #expect(error.reason == .sqlite(code: 5) && error.message.contains("locked"))
        }
        try other.execute("COMMIT", "unlock")
        try ledger.apply(Script.whole)
        #expect(try Rows.value("SELECT count(*) FROM orders", in: folder.file()) == "7")
    }

    @Test("a record without its session's start is refused, also when the start was undone")
    func noSession() throws {
        let folder = try Folder()
        let ledger = try Ledger(path: folder.file(), byteCountMax: 160 << 10)
        defer { ledger.close() }
        let orders = (UInt64(1)...5_000).map {
            SessionRecord(time: Script.start, kind: Script.placed($0))
        }
        func expectRefusal() {
            do {
                try ledger.apply(Script.whole[1])
                Issue.record("a record without a session was taken")
            } catch {
                #expect((error as LedgerError).reason == .noSession)
            }
        }
        expectRefusal()
        #expect(throws: LedgerError.self) { try ledger.apply([Script.whole[0]] + orders) }
        expectRefusal()
        try ledger.apply(Script.whole)
        #expect(try Rows.value("SELECT count(*) FROM orders", in: folder.file()) == "7")
    }

    @Test("after close nothing is written, and closing twice is nothing")
    func closed() throws {
        let folder = try Folder()
        let ledger = try Ledger(path: folder.file())
        try ledger.apply(Script.whole.prefix(1))
        try ledger.apply(Script.whole[1])
        ledger.close()
        ledger.close()
        do {
            try ledger.apply(Script.whole[1])
            Issue.record("a closed ledger took a record")
        } catch {
            #expect((error as LedgerError).reason == .closed)
        }
        #expect(throws: LedgerError.self) { try ledger.commit() }
        #expect(try Rows.value("SELECT count(*) FROM markets", in: folder.file()) == "0")
    }
}
