internal import Foundation
internal import Testing
internal import Trading

@testable internal import Ledger

/// A folder of its own for one test, removed afterwards.
final class Folder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("ledger-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String = "ledger.db") -> String { path + "/" + name }
}

/// Reads a ledger's file over a connection of its own, as any program would.
enum Rows {
    static let tables = [
        "sessions", "markets", "orders", "fills", "controls", "equity", "merges",
    ]

    /// The first column of the first row, as text.
    static func value(_ sql: String, in path: String) throws -> String? {
        let database = try Database(path: path)
        defer { database.close() }
        switch try database.query(sql, "read") {
        case .text(let text): return text
        case .integer(let number): return String(number)
        case .real(let number): return String(number)
        case .null, nil: return nil
        }
    }

    /// Rows as lines, columns separated by `|`, in the order of the lines.
    static func lines(
        _ columns: String,
        of table: String,
        in path: String
    ) throws -> [String] {
        let parts = columns.split(separator: " ").map { "coalesce(\($0), '-')" }
        let sql = """
            SELECT group_concat(line, char(10)) FROM (
                SELECT \(parts.joined(separator: " || '|' || ")) AS line FROM \(table) ORDER BY 1)
            """
        return try value(sql, in: path)?.split(separator: "\n").map(String.init) ?? []
    }

    /// Everything in the ledger.
    static func dump(_ path: String) throws -> [String] {
        var dump: [String] = []
        for table in tables {
            let columns = try value(
                "SELECT group_concat(name, ' ') FROM pragma_table_xinfo('\(table)')",
                in: path
            )
            dump += try lines(columns ?? "", of: table, in: path).map { "\(table): \($0)" }
        }
        return dump
    }
}

extension Ledger {
    func apply(_ records: some Sequence<SessionRecord>) throws {
        for record in records { try apply(record) }
        try commit()
    }
}

/// Records at one instant after another, a millisecond apart.
enum Script {
    static let start = Timestamp(seconds: 1_776_323_400)
    static let market = MarketID(index: 3)

    static func records(_ kinds: [SessionRecord.Kind]) -> [SessionRecord] {
        kinds.enumerated().map { index, kind in
            SessionRecord(time: start + .milliseconds(Int64(index)), kind: kind)
        }
    }

    static let definition = MarketDefinition(
        id: market,
        slug: InlineText("btc-updown-5m-1776323400") ?? InlineText(),
        conditionID: InlineText("0xab") ?? InlineText(),
        yesToken: InlineText("123") ?? InlineText(),
        noToken: InlineText(),
        windowStart: start,
        windowEnd: start + .seconds(300),
        tickSize: .hundredth,
        orderSizeMin: Quantity(shares: 5),
        takerFeeRate: 0.07,
        settlement: .chainlinkTWAP(seconds: 60)
    )

    static func placed(_ number: UInt64, _ outcome: Outcome = .yes) -> SessionRecord.Kind {
        .orderPlaced(
            Order(
                id: OrderID(number: number),
                market: market,
                outcome: outcome,
                side: .buy,
                price: Price(raw: 4_900),
                size: Quantity(shares: 10)
            )
        )
    }

    static func filled(
        _ tradeID: UInt64,
        of number: UInt64,
        _ outcome: Outcome = .yes,
        raw: Int64,
        isComplete: Bool = false
    ) -> SessionRecord.Kind {
        .orderFilled(
            Fill(
                tradeID: tradeID,
                orderID: OrderID(number: number),
                market: market,
                outcome: outcome,
                side: .buy,
                price: Price(raw: 4_900),
                size: Quantity(raw: raw),
                fee: .zero,
                isComplete: isComplete
            )
        )
    }

    /// A record of every kind, orders in every state.
    static let whole: [SessionRecord] = {
        var changed = Parameters()
        changed.orderSize = 25
        return records([
            .sessionStarted(cash: Money(dollars: 1_000), parameters: Parameters()),
            .marketListed(definition),
            placed(1), placed(2), placed(3), placed(4), placed(5, .no), placed(6), placed(7),
            .orderAccepted(OrderID(number: 1)),
            .orderRejected(OrderID(number: 2), .wouldCross),
            .orderAccepted(OrderID(number: 3)),
            .orderCancelled(OrderID(number: 3), .requested),
            .orderAccepted(OrderID(number: 4)),
            filled(41, of: 4, raw: 4_000_000),
            filled(42, of: 4, raw: 6_000_000, isComplete: true),
            // Told twice.
            filled(42, of: 4, raw: 6_000_000, isComplete: true),
            filled(51, of: 5, .no, raw: 2_500_001),
            filled(71, of: 7, raw: 1_000_000),
            .orderCancelled(OrderID(number: 7), .tickSizeChanged),
            // Of an order that nobody knows.
            filled(UInt64.max, of: 99, raw: 1),
            .parametersChanged(changed),
            .emergencyStopped, .rearmed,
            .marketResolved(market, winner: .yes),
            .equity(total: Money(raw: 1_004_110_000), profit: Money(raw: 4_110_000)),
            .pairsMerged(market, pairs: Quantity(raw: 2_500_000), gas: Money(raw: 10_000)),
            .sessionEnded(stateHash: 0x00FE_DCBA_9876_5432),
        ])
    }()
}
