internal import ArgumentParser
internal import Trading

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Trade many simulated markets on paper: what the guards are worth.",
        discussion: """
            Runs the same seeds with all guards, with each of them left out, and with none, and \
            prints what the sessions earned. With --informed there are takers who know the \
            reference price --lead milliseconds before everybody else, and take that share of the \
            chances it gives them.

            With --faults it runs the short sessions in which everything goes wrong instead, each \
            event compared with a second set of books, and exits with 1 when a promise is broken:

              quesquant simulate --faults --seed 17 --stop-at-event 4211

            shows what led to an event.
            """
    )

    @Option(help: "How many seeds; 200, or 1 with --seed.")
    var seeds: Int?

    @Option(help: "The first seed; 1.")
    var seed: UInt64?

    @Option(help: "Length of a session, in minutes.")
    var minutes: Int64 = 30

    @Option(help: "Informed flow: share of the chances taken, 0 to 1.")
    var informed = 0.0

    @Option(help: "How far ahead the informed know the reference, in milliseconds.")
    var lead: Int64 = 300

    @Option(
        help: """
            Only the rows with all guards and without this one; may be repeated. \
            \(GuardName.allCases.map(\.rawValue).joined(separator: ", ")).
            """
    )
    var without: [GuardName] = []

    @Flag(help: "Short sessions with faults.")
    var faults = false

    @Option(name: .customLong("stop-at-event"), help: "With --faults and --seed: stop there.")
    var stopAtEvent: Int64?

    @Flag(help: "Print the table as one JSON object.")
    var json = false

    func run() throws {
        do {
            try checkRanges()
        } catch {
            fail(error.description, code: 2)
        }
        if faults { runFaults() } else { runTable() }
    }

    private func checkRanges() throws(UsageError) {
        if let seeds, !(1...1_000_000).contains(seeds) {
            throw UsageError(description: "--seeds \(seeds): 1 to 1000000")
        }
        guard (1...1_440).contains(minutes) else {
            throw UsageError(description: "--minutes \(minutes): 1 to 1440")
        }
        guard (0...1).contains(informed) else {
            throw UsageError(description: "--informed \(informed): 0 to 1")
        }
        guard (10...1_000).contains(lead) else {
            throw UsageError(description: "--lead \(lead): 10 to 1000 milliseconds")
        }
        if stopAtEvent != nil && (!faults || seed == nil) {
            throw UsageError(description: "--stop-at-event goes with --faults and --seed")
        }
    }

    private var seedRange: [UInt64] {
        let first = seed ?? 1
        let count = seeds ?? (seed == nil ? 200 : 1)
        return (0..<UInt64(count)).map { first &+ $0 }
    }

    private func runTable() {
        var market = MarketSimulator.Configuration()
        market.informedFlow = informed
        market.informedLead = .milliseconds(lead)
        var table = GuardTable(
            minutes: minutes,
            market: market,
            parameters: Parameters(),
            without: without
        )
        for seed in seedRange { table.add(seed: seed) }
        print(json ? table.json : table.text)
    }

    private func runFaults() {
        var broken = 0
        let seeds = seedRange
        for seed in seeds {
            var run = FaultRun(seed: seed)
            if seeds.count == 1 {
                run.run(until: stopAtEvent ?? .max, namesEvents: stopAtEvent != nil)
                print(run.text)
            } else {
                run.run()
                if let violation = run.violation {
                    print(
                        "seed \(seed), event \(violation.event): \(violation.sentence)\n  "
                            + SimulatedSession.stressCommand(seed: seed, event: violation.event)
                    )
                }
            }
            if run.violation != nil { broken += 1 }
        }
        if broken > 0 { fail("\(broken) of \(seeds.count) sessions broke a promise", code: 1) }
        if seeds.count > 1 { print("\(seeds.count) sessions, no promise broken") }
    }
}
