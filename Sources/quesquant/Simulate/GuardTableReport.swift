internal import Trading

/// The table for people and for programs.
extension GuardTable {
    var text: String {
        let informed =
            market.informedFlow > 0
            ? "\(Self.fixed(100 * market.informedFlow, 0)) % of the chances taken "
                + "\(market.informedLead.nanoseconds / 1_000_000) ms ahead"
            : "none"
        var lines = [
            "\(rows[0].profit.count) seeds of \(minutes) minutes, informed flow: \(informed)",
            "dollars per session (standard error); after 5 and 30 s: what the fills had gained by",
            "then at the middle of the book; less all: the difference to the first row, seed by seed",
            "",
            Self.padded("guards", 25, isRight: false) + Self.padded("profit", 13)
                + Self.padded("less all", 14) + Self.padded("after 5 s", 13)
                + Self.padded("less all", 14) + Self.padded("30 s", 7)
                + Self.padded("capture", 9) + Self.padded("inventory", 10)
                + Self.padded("fees", 6) + Self.padded("fills", 7) + Self.padded("quoted", 8),
        ]
        for row in rows { lines.append(Self.line(row)) }
        return lines.joined(separator: "\n")
    }

    private static func line(_ row: Row) -> String {
        padded(row.name, 25, isRight: false) + padded(withError(row.profit), 13)
            + padded(withError(row.profitDifference), 14) + padded(withError(row.markout5), 13)
            + padded(withError(row.markoutDifference), 14)
            + padded(fixed(row.markout30.mean, 2), 7) + padded(fixed(row.capture.mean, 2), 9)
            + padded(fixed(row.inventory.mean, 2), 10) + padded(fixed(row.fees.mean, 2), 6)
            + padded(fixed(row.fills.mean, 1), 7)
            + padded("\(fixed(100 * row.quoted.mean, 0)) %", 8)
    }

    private static func withError(_ sample: Sample) -> String {
        "\(fixed(sample.mean, 2)) (\(fixed(sample.standardError, 2)))"
    }

    var json: String {
        var object = JSONObjectText()
        object.add("seeds", rows[0].profit.count)
        object.add("minutes", minutes)
        object.add("informed_flow", decimal: Self.micros(market.informedFlow))
        object.open("guards")
        for row in rows {
            object.open(row.name)
            object.add("profit", decimal: Self.micros(row.profit.mean))
            object.add("profit_error", decimal: Self.micros(row.profit.standardError))
            object.add("profit_less_all", decimal: Self.micros(row.profitDifference.mean))
            object.add(
                "profit_less_all_error",
                decimal: Self.micros(row.profitDifference.standardError)
            )
            object.add("after_5s", decimal: Self.micros(row.markout5.mean))
            object.add("after_5s_error", decimal: Self.micros(row.markout5.standardError))
            object.add("after_5s_less_all", decimal: Self.micros(row.markoutDifference.mean))
            object.add(
                "after_5s_less_all_error",
                decimal: Self.micros(row.markoutDifference.standardError)
            )
            object.add("after_30s", decimal: Self.micros(row.markout30.mean))
            object.add("after_30s_error", decimal: Self.micros(row.markout30.standardError))
            object.add("capture", decimal: Self.micros(row.capture.mean))
            object.add("inventory", decimal: Self.micros(row.inventory.mean))
            object.add("fees", decimal: Self.micros(row.fees.mean))
            object.add("orders", decimal: Self.micros(row.orders.mean))
            object.add("fills", decimal: Self.micros(row.fills.mean))
            object.add("quoted", decimal: Self.micros(row.quoted.mean))
            object.close()
        }
        object.close()
        return object.finished
    }

    private static func micros(_ value: Double) -> Int64 { Int64((value * 1e6).rounded()) }

    /// A number with a fixed count of decimals, 0 ... 6.
    private static func fixed(_ value: Double, _ decimals: Int) -> String {
        var scale: Int64 = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int64((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && scaled != 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(scaled)" }
        let fraction = "\(scaled % scale)"
        let zeros = String(repeating: "0", count: decimals - fraction.utf8.count)
        return "\(sign)\(scaled / scale).\(zeros)\(fraction)"
    }

    private static func padded(_ text: String, _ width: Int, isRight: Bool = true) -> String {
        let spaces = String(repeating: " ", count: max(0, width - text.utf8.count))
        return isRight ? spaces + text : text + spaces
    }
}
