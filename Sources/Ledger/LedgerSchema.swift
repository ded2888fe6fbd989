/// The tables, and the views that people should look at first.
///
/// Everything belongs to a session, whose number is its start. Times are nanoseconds since 1970 UTC.
/// Amounts are integers whose scale is in the column's name: `_e4` counts ten-thousandths of a
/// dollar (prices), `_e6` millionths of a dollar or of a share. The views (`..._view`) show the
/// same in dollars, shares and ISO 8601 times.
enum LedgerSchema {
    /// Kept in the file's `user_version`.
    static let version: Int64 = 3
    /// "QQLG": kept in the file's `application_id`, so that `file` and we know it again.
    static let applicationID: Int64 = 0x5151_4C47

    /// Makes sure that the file is a ledger of this version; makes it one if it is empty, and of an
    /// older version.
    static func prepare(_ database: Database, byteCountMax: Int64) throws(LedgerError) {
        let found = try checkKind(of: database)
        let mode = try query("PRAGMA journal_mode = WAL", database)
        guard mode == .text("wal") else {
            throw LedgerError(
                .notWritable,
                attempt: "open \(database.path)",
                message: "its file system does not allow a write-ahead log"
            )
        }
        // In this mode a power cut may undo the last commits, but never damages the file.
        try database.execute("PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON", "open")
        guard case .integer(let pageSize)? = try query("PRAGMA page_size", database) else { return }
        let pages = max(byteCountMax / pageSize, 1)
        try database.execute("PRAGMA max_page_count = \(pages)", "limit")
        switch found {
        case nil:
            try database.execute(
                "BEGIN IMMEDIATE; \(tables) \(merges) \(toVersion3) \(views) \(stamps) COMMIT",
                "create"
            )
        case version: break
        default:
            // What the rows of old sessions do not tell stays unknown.
            let columns = found == 1 ? "\(toVersion2) \(toVersion3)" : toVersion3
            let change = "\(columns) \(dropViews) \(views) \(stamps)"
            try database.execute("BEGIN IMMEDIATE; \(change) COMMIT", "bring up to date")
        }
    }

    /// The version of a ledger; `nil` when the file is new. Reads only: what is not ours is not
    /// changed.
    private static func checkKind(of database: Database) throws(LedgerError) -> Int64? {
        let application = try query("PRAGMA application_id", database)
        let found = try query("PRAGMA user_version", database)
        if application == .integer(0), found == .integer(0),
            try query("SELECT count(*) FROM sqlite_schema", database) == .integer(0)
        {
            return nil
        }
        guard application == .integer(applicationID), case .integer(let version)? = found,
            version >= 1
        else {
            throw LedgerError(
                .notALedger,
                attempt: "open \(database.path)",
                message: "it is another program's database"
            )
        }
        guard version <= Self.version else {
            throw LedgerError(
                .newerSchema(version),
                attempt: "open \(database.path)",
                message: "a newer version wrote it (schema \(version), this one knows "
                    + "\(Self.version))"
            )
        }
        return version
    }

    private static func query(
        _ sql: String,
        _ database: Database
    ) throws(LedgerError) -> Database.Value? {
        try database.query(sql, "open")
    }

    private static let stamps = """
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);
        """

    private static let tables = """
        CREATE TABLE sessions (
            id INTEGER PRIMARY KEY,
            starting_cash_e6 INTEGER NOT NULL,
            ended_at INTEGER,
            state_hash TEXT
        ) STRICT;

        CREATE TABLE markets (
            session INTEGER NOT NULL REFERENCES sessions,
            number INTEGER NOT NULL,
            slug TEXT NOT NULL,
            condition_id TEXT,
            yes_token TEXT,
            no_token TEXT,
            window_start INTEGER NOT NULL,
            window_end INTEGER NOT NULL,
            tick_size_e4 INTEGER NOT NULL,
            order_size_min_e6 INTEGER NOT NULL,
            taker_fee_rate REAL,
            settlement TEXT,
            listed_at INTEGER NOT NULL,
            winner TEXT,
            resolved_at INTEGER,
            PRIMARY KEY (session, number)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE orders (
            session INTEGER NOT NULL REFERENCES sessions,
            number INTEGER NOT NULL,
            market INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            side TEXT NOT NULL,
            price_e4 INTEGER NOT NULL,
            size_e6 INTEGER NOT NULL,
            filled_e6 INTEGER NOT NULL DEFAULT 0,
            placed_at INTEGER NOT NULL,
            accepted_at INTEGER,
            filled_at INTEGER,
            cancelled_at INTEGER,
            cancel_reason TEXT,
            rejected_at INTEGER,
            rejection TEXT,
            state TEXT NOT NULL GENERATED ALWAYS AS (
                CASE
                    WHEN filled_at IS NOT NULL THEN 'filled'
                    WHEN rejected_at IS NOT NULL THEN 'rejected'
                    WHEN cancelled_at IS NOT NULL THEN 'cancelled'
                    WHEN accepted_at IS NOT NULL OR filled_e6 > 0 THEN 'open'
                    ELSE 'sent'
                END
            ) VIRTUAL,
            PRIMARY KEY (session, number)
        ) STRICT, WITHOUT ROWID;

        -- A fill is money: it is kept even if its order or market is unknown.
        CREATE TABLE fills (
            session INTEGER NOT NULL REFERENCES sessions,
            trade_id INTEGER NOT NULL,
            time INTEGER NOT NULL,
            order_number INTEGER NOT NULL,
            market INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            side TEXT NOT NULL,
            price_e4 INTEGER NOT NULL,
            size_e6 INTEGER NOT NULL,
            amount_e6 INTEGER NOT NULL,
            fee_e6 INTEGER NOT NULL,
            is_complete INTEGER NOT NULL,
            PRIMARY KEY (session, trade_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX fills_by_order ON fills (session, order_number);

        -- What the operator did: the parameters at the start and after every change, stops, rearms.
        -- A stop by a limit names it: 'stop DAILY_LOSS'.
        CREATE TABLE controls (
            session INTEGER NOT NULL REFERENCES sessions,
            time INTEGER NOT NULL,
            ordinal INTEGER NOT NULL,
            kind TEXT NOT NULL,
            spread_offset REAL,
            order_size INTEGER,
            max_position INTEGER,
            min_liquidity REAL,
            is_running INTEGER,
            PRIMARY KEY (session, time, ordinal)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE equity (
            session INTEGER NOT NULL REFERENCES sessions,
            time INTEGER NOT NULL,
            total_e6 INTEGER NOT NULL,
            profit_e6 INTEGER NOT NULL,
            PRIMARY KEY (session, time)
        ) STRICT, WITHOUT ROWID;
        """

    private static let toVersion2 = "ALTER TABLE markets ADD COLUMN settlement TEXT; \(merges)"

    /// Of version 2 on. A market has at most one merge at a time.
    private static let merges = """
        CREATE TABLE merges (
            session INTEGER NOT NULL REFERENCES sessions,
            market INTEGER NOT NULL,
            time INTEGER NOT NULL,
            pairs_e6 INTEGER NOT NULL,
            gas_e6 INTEGER NOT NULL,
            PRIMARY KEY (session, market, time)
        ) STRICT, WITHOUT ROWID;
        """

    /// Of version 3 on: fills whose trades failed, and what an account held before its session.
    private static let toVersion3 = """
        ALTER TABLE fills ADD COLUMN reversed_at INTEGER;
        CREATE TABLE adoptions (
            session INTEGER NOT NULL REFERENCES sessions,
            market INTEGER NOT NULL,
            outcome TEXT NOT NULL,
            time INTEGER NOT NULL,
            size_e6 INTEGER NOT NULL,
            price_e4 INTEGER NOT NULL,
            PRIMARY KEY (session, market, outcome)
        ) STRICT, WITHOUT ROWID;
        """

    private static let dropViews = [
        "sessions_view", "orders_view", "fills_view", "controls_view", "equity_view",
        "markets_view",
    ].map { "DROP VIEW \($0);" }.joined(separator: " ")

    private static func iso(_ column: String) -> String {
        "strftime('%Y-%m-%dT%H:%M:%S', \(column) / 1000000000, 'unixepoch')"
            + " || printf('.%06dZ', \(column) / 1000 % 1000000)"
    }

    private static let views = """
        CREATE VIEW sessions_view AS
        SELECT s.id AS session, \(iso("s.id")) AS started_at, \(iso("s.ended_at")) AS ended_at,
            s.starting_cash_e6 / 1e6 AS starting_cash,
            (SELECT total_e6 / 1e6 FROM equity WHERE session = s.id ORDER BY time DESC LIMIT 1)
                AS final_equity,
            (SELECT profit_e6 / 1e6 FROM equity WHERE session = s.id ORDER BY time DESC LIMIT 1)
                AS profit,
            (SELECT count(*) FROM fills WHERE session = s.id AND reversed_at IS NULL) AS fills,
            (SELECT total(amount_e6) / 1e6 FROM fills
                WHERE session = s.id AND reversed_at IS NULL) AS volume,
            (SELECT total(fee_e6) / 1e6 FROM fills
                WHERE session = s.id AND reversed_at IS NULL) AS fees,
            s.state_hash
        FROM sessions s;

        CREATE VIEW orders_view AS
        SELECT o.session, o.number, m.slug AS market, o.outcome, o.side, o.price_e4 / 1e4 AS price,
            o.size_e6 / 1e6 AS size, o.filled_e6 / 1e6 AS filled, o.state,
            coalesce(o.rejection, o.cancel_reason) AS reason,
            \(iso("o.placed_at")) AS placed_at,
            (o.accepted_at - o.placed_at) / 1e6 AS accepted_after_ms,
            \(iso("coalesce(o.filled_at, o.rejected_at, o.cancelled_at)")) AS ended_at
        FROM orders o LEFT JOIN markets m ON m.session = o.session AND m.number = o.market;

        CREATE VIEW fills_view AS
        SELECT f.session, \(iso("f.time")) AS time, m.slug AS market, f.outcome, f.side,
            f.price_e4 / 1e4 AS price, f.size_e6 / 1e6 AS size, f.amount_e6 / 1e6 AS amount,
            f.fee_e6 / 1e6 AS fee, f.order_number, f.trade_id,
            \(iso("f.reversed_at")) AS reversed_at
        FROM fills f LEFT JOIN markets m ON m.session = f.session AND m.number = f.market;

        CREATE VIEW controls_view AS
        SELECT session, \(iso("time")) AS time, kind, spread_offset, order_size, max_position,
            min_liquidity, is_running
        FROM controls;

        CREATE VIEW equity_view AS
        SELECT session, \(iso("time")) AS time, total_e6 / 1e6 AS total, profit_e6 / 1e6 AS profit
        FROM equity;

        -- What each market cost and brought; `payout` and `profit` are NULL until it is resolved.
        -- A merged pair pays what its winning half would have: it is in `payout` and `profit` like
        -- shares that were held to the end, and costs its gas. Shares that the account held before
        -- cost what they were adopted at, and are paid like those that were bought.
        CREATE VIEW markets_view AS
        SELECT m.session, m.slug AS market, \(iso("m.window_start")) AS window_start,
            \(iso("m.window_end")) AS window_end, m.settlement, m.winner, count(f.trade_id) AS fills,
            total(f.amount_e6) / 1e6 AS volume, total(f.fee_e6) / 1e6 AS fees,
            (total(CASE WHEN f.outcome = m.winner THEN
                CASE f.side WHEN 'BUY' THEN f.size_e6 ELSE -f.size_e6 END END)
                + (SELECT total(size_e6) FROM adoptions a WHERE a.session = m.session
                    AND a.market = m.number AND a.outcome = m.winner))
                / CASE WHEN m.winner IS NULL THEN NULL ELSE 1e6 END AS payout,
            (total(CASE f.side WHEN 'BUY' THEN -f.amount_e6 ELSE f.amount_e6 END)
                - total(f.fee_e6)
                - (SELECT total(gas_e6) FROM merges WHERE session = m.session AND market = m.number)
                + (SELECT total(CASE WHEN a.outcome = m.winner THEN size_e6 ELSE 0 END
                        - size_e6 * price_e4 / 10000.0)
                    FROM adoptions a WHERE a.session = m.session AND a.market = m.number)
                + total(CASE WHEN f.outcome = m.winner THEN
                    CASE f.side WHEN 'BUY' THEN f.size_e6 ELSE -f.size_e6 END END))
                / CASE WHEN m.winner IS NULL THEN NULL ELSE 1e6 END AS profit
        FROM markets m LEFT JOIN fills f
            ON f.session = m.session AND f.market = m.number AND f.reversed_at IS NULL
        GROUP BY m.session, m.number;
        """
}
