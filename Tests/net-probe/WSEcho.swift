internal import ArgumentParser
internal import Reactor
internal import Wire

/// Sends every message back to the server that it came from, once, or through all the cases of a
/// fuzzing server.
struct WSEcho: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ws-echo",
        abstract: "A WebSocket client that sends every message back.",
        discussion: """
            Exits 0 when the connection was closed by a close handshake. With --agent the URL is that \
            of an Autobahn fuzzing server: its cases are run one after the other, and its reports \
            written; exits 0 when the walk came to its end (what passed is in the reports).
            """
    )

    @Argument(help: "ws://HOST[:PORT]/PATH or wss://…")
    var url: String

    @OptionGroup var service: ServiceOptions

    @Option(help: "Walk through a fuzzing server's cases under this name.")
    var agent: String?

    @Option(help: "The longest message that is taken, in bytes.")
    var maxMessage = 64 * 1_024 * 1_024

    func validate() throws {
        _ = try ServiceOptions.url(url, [.ws, .wss])
        guard maxMessage > 0 else { throw ValidationError("--max-message must be positive") }
        let isName = agent?.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF) || byte == 0x2D
        }
        guard isName ?? true, agent != "" else {
            throw ValidationError("--agent is letters, digits and -")
        }
    }

    func run() throws {
        let url = try ServiceOptions.url(url, [.ws, .wss])
        let loop = EventLoop()
        let connector = try service.connector(on: loop, to: url)
        let limits = WebSocketLimits(messageBytesMax: maxMessage)
        var failure: String?
        if let agent {
            let walk = FuzzingWalk(through: connector, server: url, agent: agent, limits: limits)
            walk.start { reason in
                failure = reason
                loop.stop()
            }
            loop.run()
        } else {
            let echo = try EchoClient(to: url, through: connector, limits: limits)
            echo.onEnd = { outcome in
                if case .ended(let end) = outcome, end.isClean {} else { failure = "\(outcome)" }
                // The last frame has its time to leave.
                loop.stop()
            }
            loop.run()
        }
        if let failure { throw ProbeFailure(description: failure) }
    }
}
