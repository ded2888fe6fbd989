/// The statements that write records. Each may be run again with the same values and then changes
/// nothing.
enum LedgerCommand: Int, CaseIterable {
    case insertSession
    case endSession
    case insertMarket
    case resolveMarket
    case insertOrder
    case acceptOrder
    case rejectOrder
    case cancelOrder
    case insertFill
    case completeOrder
    case countFills
    case insertMerge
    case reverseFill
    case adoptCash
    case insertAdoption
    case insertControl
    case insertEquity

    var sql: String {
        switch self {
        case .insertSession:
            """
            INSERT INTO sessions (id, starting_cash_e6) VALUES (?1, ?2) ON CONFLICT DO NOTHING
            """
        case .endSession:
            """
            UPDATE sessions SET ended_at = ?2, state_hash = ?3 WHERE id = ?1
            """
        case .insertMarket:
            """
            INSERT INTO markets (session, number, slug, condition_id, yes_token, no_token,
                window_start, window_end, tick_size_e4, order_size_min_e6, taker_fee_rate,
                settlement, listed_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
            ON CONFLICT DO NOTHING
            """
        case .resolveMarket:
            """
            UPDATE markets SET winner = ?3, resolved_at = ?4
            WHERE session = ?1 AND number = ?2 AND winner IS NULL
            """
        case .insertOrder:
            """
            INSERT INTO orders (session, number, market, outcome, side, price_e4, size_e6,
                placed_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT DO NOTHING
            """
        case .acceptOrder:
            """
            UPDATE orders SET accepted_at = ?3 WHERE session = ?1 AND number = ?2
            """
        case .rejectOrder:
            """
            UPDATE orders SET rejected_at = ?3, rejection = ?4 WHERE session = ?1 AND number = ?2
            """
        case .cancelOrder:
            """
            UPDATE orders SET cancelled_at = ?3, cancel_reason = ?4
            WHERE session = ?1 AND number = ?2
            """
        case .insertFill:
            // A fill may be told twice; it happened when it was told first.
            """
            INSERT INTO fills (session, trade_id, time, order_number, market, outcome, side,
                price_e4, size_e6, amount_e6, fee_e6, is_complete)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
            ON CONFLICT DO UPDATE SET time = min(time, excluded.time)
            """
        case .completeOrder:
            """
            UPDATE orders SET filled_at = min(coalesce(filled_at, ?3), ?3)
            WHERE session = ?1 AND number = ?2
            """
        case .countFills:
            // Counted anew, not added to: right however often and in whatever order it is told.
            """
            UPDATE orders SET filled_e6 = (
                SELECT coalesce(sum(size_e6), 0) FROM fills
                WHERE session = ?1 AND order_number = ?2 AND reversed_at IS NULL
            ) WHERE session = ?1 AND number = ?2
            """
        case .insertMerge:
            """
            INSERT INTO merges (session, market, time, pairs_e6, gas_e6) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT DO NOTHING
            """
        case .reverseFill:
            """
            UPDATE fills SET reversed_at = min(coalesce(reversed_at, ?3), ?3)
            WHERE session = ?1 AND trade_id = ?2
            """
        case .adoptCash:
            """
            UPDATE sessions SET starting_cash_e6 = ?2 WHERE id = ?1
            """
        case .insertAdoption:
            """
            INSERT INTO adoptions (session, market, outcome, time, size_e6, price_e4)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6)
            ON CONFLICT DO NOTHING
            """
        case .insertControl:
            """
            INSERT INTO controls (session, time, ordinal, kind, spread_offset, order_size,
                max_position, min_liquidity, is_running)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            ON CONFLICT DO NOTHING
            """
        case .insertEquity:
            """
            INSERT INTO equity (session, time, total_e6, profit_e6) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET total_e6 = excluded.total_e6, profit_e6 = excluded.profit_e6
            """
        }
    }

    /// For `LedgerError.attempt`.
    var attempt: String {
        switch self {
        case .insertSession: "record a session's start in"
        case .endSession: "record a session's end in"
        case .insertMarket: "record a market in"
        case .resolveMarket: "record a market's outcome in"
        case .insertOrder: "record an order in"
        case .acceptOrder: "record an order's acceptance in"
        case .rejectOrder: "record an order's rejection in"
        case .cancelOrder: "record an order's end in"
        case .insertFill, .completeOrder, .countFills: "record a fill in"
        case .insertMerge: "record merged pairs in"
        case .reverseFill: "take back a fill in"
        case .adoptCash, .insertAdoption: "record what the account held in"
        case .insertControl: "record a control in"
        case .insertEquity: "record equity in"
        }
    }
}
