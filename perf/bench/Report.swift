/// Rows as a table for people or as lines of JSON for programs.
enum Report {
    static let header =
        pad("bench", 31) + padLeft("median", 9) + padLeft("(spread)", 18) + padLeft("p99", 9)
        + padLeft("p99.9", 9) + padLeft("max", 8) + "  " + pad("unit", 9) + padLeft("allocs/op", 10)

    static func text(_ row: Row) -> String {
        if let absence = row.absence { return pad(row.bench.name, 31) + "  " + absence }
        let spread = "(\(number(row.least))-\(number(row.greatest)))"
        return pad(row.bench.name, 31) + padLeft(number(row.median), 9) + padLeft(spread, 18)
            + padLeft(row.p99.map { number($0) } ?? "", 9)
            + padLeft(row.p999.map { number($0) } ?? "", 9)
            + padLeft(row.p99 == nil ? "" : number(row.max), 8)
            + "  " + pad(row.bench.unit.rawValue, 9)
            + padLeft(row.allocations.map { decimal($0, 3) } ?? "", 10)
    }

    static func json(_ row: Row) -> String {
        if let absence = row.absence {
            return "{\"bench\":\"\(row.bench.name)\",\"absent\":\"\(absence)\"}"
        }
        var members = [
            "\"bench\":\"\(row.bench.name)\"", "\"unit\":\"\(row.bench.unit.rawValue)\"",
            "\"median\":\(decimal(row.median))", "\"least\":\(decimal(row.least))",
            "\"greatest\":\(decimal(row.greatest))", "\"runs\":\(row.medians.count)",
        ]
        if let p99 = row.p99 {
            members += [
                "\"p99\":\(decimal(p99))", "\"p99_9\":\(decimal(row.p999 ?? p99))",
                "\"max\":\(decimal(row.max))",
            ]
        }
        if let allocations = row.allocations {
            members.append("\"allocations_per_operation\":\(decimal(allocations, 3))")
        }
        return "{" + members.joined(separator: ",") + "}"
    }

    /// Three digits or more, whichever is fewer.
    private static func number(_ value: Double) -> String {
        value < 100 ? decimal(value) : "\(Int64(value.rounded()))"
    }

    /// That many decimals, without Foundation.
    private static func decimal(_ value: Double, _ places: Int = 2) -> String {
        var scale = 1
        for _ in 0..<places { scale *= 10 }
        let scaled = Int((value * Double(scale)).rounded())
        let fraction = "\(scale + scaled % scale)".dropFirst()
        return "\(scaled / scale).\(fraction)"
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 0))
    }

    private static func padLeft(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(width - text.count, 0)) + text
    }
}
