internal import ArgumentParser

@main
struct QuesQuant: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quesquant",
        abstract: "A market-making backend for Polymarket crypto markets."
    )
}
