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
        subcommands: [ServeCommand.self, ReplayCommand.self],
        defaultSubcommand: ServeCommand.self
    )
}

/// Ends the process with 2: the command line or the configuration is wrong.
struct UsageError: Error, CustomStringConvertible {
    let description: String
}
