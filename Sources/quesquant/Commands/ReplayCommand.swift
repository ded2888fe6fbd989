internal import ArgumentParser
internal import Trading

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Trade a recording on paper at full speed, and report.",
        discussion: """
            Reads a recording as lines of JSON, from a file or, with -, from standard input:

              zstd -dc recording.ndjson.zst | quesquant replay -

            Two formats are recognised by their lines: the venue's book frames as they were \
            received (every frame's SHA-1 is checked), and books thinned to one a second with the \
            markets' outcomes. A damaged line is reported with its number and skipped; the exit \
            code is 1 when more than 1 % of the lines are damaged.
            """
    )

    @Argument(help: "The recording; - for standard input.")
    var file: String

    @Flag(help: "Print the report as one JSON object.")
    var json = false

    @Flag(name: .customLong("fills"), help: "List every fill.")
    var listsFills = false

    @Option(help: "Seed of the paper venue's latencies.")
    var seed: UInt64 = 1

    @Option(help: "Cash at the start, in whole dollars.")
    var cash: Int64 = 1_000

    @Option(name: .customLong("spread-offset"), help: "Least half-spread, in dollars.")
    var spreadOffset: Double?
    @Option(name: .customLong("order-size"), help: "Shares per order.")
    var orderSize: Int64?
    @Option(name: .customLong("max-position"), help: "Greatest absolute inventory, in shares.")
    var maxPosition: Int64?
    @Option(name: .customLong("min-liquidity"), help: "Least liquidity of a market, in dollars.")
    var minLiquidity: Double?

    func run() throws {
        let report: ReplayReport
        do {
            var run = ReplayRun(
                parameters: try makeParameters(),
                cash: try makeCash(),
                seed: seed,
                listsFills: listsFills
            )
            report = try run.run(path: file)
        } catch let error as UsageError {
            fail(error.description, code: 2)
        } catch {
            fail("\(error)", code: 1)
        }
        print(json ? report.json : report.text)
        if report.isTooDamaged {
            fail("more than 1 % of the lines are damaged", code: 1)
        }
    }

    private func makeCash() throws(UsageError) -> Money {
        guard cash >= 1, cash <= 1_000_000_000 else {
            throw UsageError(description: "--cash \(cash): 1 to 1000000000 dollars")
        }
        return Money(dollars: cash)
    }

    /// The same ranges as the API's.
    private func makeParameters() throws(UsageError) -> Parameters {
        var parameters = Parameters()
        if let spreadOffset {
            guard (0...0.5).contains(spreadOffset) else {
                throw UsageError(description: "--spread-offset \(spreadOffset): 0 to 0.5")
            }
            parameters.spreadOffset = spreadOffset
        }
        if let orderSize {
            guard (1...1_000_000).contains(orderSize) else {
                throw UsageError(description: "--order-size \(orderSize): 1 to 1000000")
            }
            parameters.orderSize = orderSize
        }
        if let maxPosition {
            guard (0...1_000_000).contains(maxPosition) else {
                throw UsageError(description: "--max-position \(maxPosition): 0 to 1000000")
            }
            parameters.maxPosition = maxPosition
        }
        if let minLiquidity {
            guard minLiquidity >= 0, minLiquidity.isFinite else {
                throw UsageError(description: "--min-liquidity \(minLiquidity): 0 or more")
            }
            parameters.minLiquidity = minLiquidity
        }
        return parameters
    }
}
