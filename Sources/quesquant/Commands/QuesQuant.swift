internal import ArgumentParser

@main
struct QuesQuant: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quesquant",
        abstract: "A market-making backend for Polymarket crypto markets.",
        discussion: """
            Without a subcommand it serves: a paper market maker on a simulated market, with the \
            dashboard API on port 8002.
            """,
        version: "0.1.0",
        subcommands: [
            ServeCommand.self, ReplayCommand.self, SimulateCommand.self, EvaluateCommand.self,
            SignOrderCommand.self, RecordCommand.self, DoctorCommand.self,
        ],
        defaultSubcommand: ServeCommand.self
    )

    static func main() {
        do {
            var command = try parseAsRoot()
            try command.run()
        } catch {
            // Everything that is wrong with a command line ends with 2, whoever finds it.
            guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
            fail(message: fullMessage(for: error), code: 2)
        }
    }
}

/// Ends the process with 2: the command line or the configuration is wrong.
struct UsageError: Error, CustomStringConvertible {
    let description: String
}
