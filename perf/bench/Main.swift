internal import Glibc

/// `bench [--json] [--list] [--no-allocations] [--runs N] [--recording FILE] [NAME…]`: measures what is named, or
/// everything. A name may be the beginning of one. With `--no-allocations` it exits with 1 when an
/// operation of what was named allocated, which `engine` must never do.
@main
struct BenchCommand {
    private static let runsDefault = 7
    private static let runsMax = 1_000

    private var isJSON = false
    private var isList = false
    private var forbidsAllocations = false
    private var runs = runsDefault
    private var recording: String?
    private var names: [String] = []

    static func main() {
        var command = BenchCommand()
        guard command.parse(CommandLine.arguments.dropFirst()) else {
            print(
                "usage: bench [--json] [--list] [--no-allocations] [--runs 1...1000] "
                    + "[--recording FILE] [NAME...]"
            )
            exit(2)
        }
        exit(command.run() ? 0 : 1)
    }

    private mutating func parse(_ arguments: ArraySlice<String>) -> Bool {
        var rest = arguments
        while let argument = rest.popFirst() {
            switch argument {
            case "--json": isJSON = true
            case "--list": isList = true
            case "--no-allocations": forbidsAllocations = true
            case "--runs":
                guard let text = rest.popFirst(), let count = Int(text),
                    (1...Self.runsMax).contains(count)
                else { return false }
                runs = count
            case "--recording":
                guard let path = rest.popFirst() else { return false }
                recording = path
            default:
                guard !argument.hasPrefix("-") else { return false }
                names.append(argument)
            }
        }
        return true
    }

    /// - Returns: whether every bench that was named ran, without allocating where that was asked.
    private func run() -> Bool {
        let all = benches
        let chosen =
            names.isEmpty
            ? all : all.filter { bench in names.contains { bench.name.hasPrefix($0) } }
        if isList {
            for bench in chosen { print("\(bench.name): \(bench.what)") }
            return true
        }
        guard !chosen.isEmpty else {
            print("no bench has such a name; --list tells them")
            return false
        }
        if !isJSON { print(Report.header) }
        var isComplete = true
        for bench in chosen {
            var row = Row(bench)
            for _ in 0..<runs where row.absence == nil {
                do {
                    row.add(try bench.run())
                } catch {
                    row.add(.absent("failed: \(error)"))
                    isComplete = false
                }
            }
            print(isJSON ? Report.json(row) : Report.text(row))
            if forbidsAllocations, let count = row.allocations, count > 0 {
                print("\(bench.name) allocated")
                isComplete = false
            }
            fflush(nil)
        }
        return isComplete
    }

    private var benches: [Bench] {
        BookBenches.all + EngineBenches.all + SessionBenches.all + TickBenches.all
            + ThreadBenches.all + SigningBenches.all + GatewayBenches.all + TickToTradeBenches.all
            + FeedBenches.all
            + ClientBenches.all
            + ReplayBenches.all(recording: recording)
    }
}
