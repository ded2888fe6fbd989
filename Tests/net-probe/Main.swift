internal import ArgumentParser

@main
struct NetProbe: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "net-probe",
        abstract: "Protocol peers for testing QuesQuant's network code.",
        subcommands: [
            WSEchoServer.self, WSClients.self, HTTPSGet.self, WSEcho.self, WSListen.self,
        ]
    )
}
