internal import ArgumentParser
internal import Glibc
internal import Reactor
internal import Wire

/// Sends every message back, for conformance suites. Handshake, framing and close are those of the
/// tick stream.
struct WSEchoServer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ws-echo-server",
        abstract: "A WebSocket echo server on the handshake, framing and close code of the stream."
    )

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port: UInt16

    @Option(help: "The numeric address to listen on.")
    var bind = "127.0.0.1"

    @Option(help: "The longest message that is taken, in bytes.")
    var maxMessage = 64 * 1_024 * 1_024

    func validate() throws {
        guard maxMessage > 0 else { throw ValidationError("--max-message must be positive") }
    }

    func run() throws {
        let loop = EventLoop()
        let limits = WebSocketLimits(messageBytesMax: maxMessage)
        let listener = try TCPListener(
            on: loop,
            address: try SocketAddress(host: bind, port: port)
        ) { stream in
            EchoPeer(stream, on: loop, limits: limits).start()
        }
        let signals = try [SIGTERM, SIGINT].map { signal in
            try SignalWatcher(on: loop, signal: signal) { loop.stop() }
        }
        print("LISTENING \(listener.address)")
        // Standard output may be a pipe that somebody waits at.
        fflush(nil)
        loop.run()
        for signal in signals { signal.close() }
    }
}
