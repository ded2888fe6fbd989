internal import ArgumentParser
internal import Crypto
internal import Glibc
internal import Reactor
internal import Wire

/// Prints what a stream says, one JSON object a line.
struct WSListen: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ws-listen",
        abstract: "Opens a WebSocket and prints what happens as lines of JSON.",
        discussion: """
            {"event":"open"}
            {"event":"message","type":"text","data":"…"} (binary: base64)
            {"event":"close","code":1000,"clean":true,"reason":"…"} (code null when there was none)
            {"event":"error","reason":"…"}
            Exits 0 only after a clean close. SIGINT, SIGTERM and --messages close with 1000.
            """
    )

    @Argument(help: "ws://HOST[:PORT]/PATH or wss://…")
    var url: String

    @OptionGroup var service: ServiceOptions

    @Option(help: "Close after this many messages.")
    var messages: Int?

    @Option(help: "The longest message that is taken, in bytes.")
    var maxMessage = 16 * 1_024 * 1_024

    func validate() throws {
        _ = try ServiceOptions.url(url, [.ws, .wss])
        guard messages ?? 1 > 0 else { throw ValidationError("--messages must be positive") }
        guard maxMessage > 0 else { throw ValidationError("--max-message must be positive") }
    }

    func run() throws {
        let url = try ServiceOptions.url(url, [.ws, .wss])
        let loop = EventLoop()
        let client = try WebSocketClient(
            to: url,
            through: service.connector(on: loop, to: url),
            limits: WebSocketLimits(messageBytesMax: maxMessage)
        )
        let signals = try [SIGTERM, SIGINT].map { signal in
            try SignalWatcher(on: loop, signal: signal) { client.close(.normal) }
        }
        var isClean = false
        func count() {
            if let messages, client.messageCount >= messages { client.close(.normal) }
        }
        client.onOpen = { Self.print(#"{"event":"open"}"#) }
        client.onText = { bytes in
            Self.print(#"{"event":"message","type":"text","data":"#, string: bytes)
            count()
        }
        client.onBinary = { bytes in
            let text = Base64.encode(bytes)
            Self.print(#"{"event":"message","type":"binary","data":"#, string: text.span)
            count()
        }
        client.onEnd = { outcome in
            isClean = Self.printEnd(outcome, reason: client.closeReason)
            loop.stop()
        }
        loop.run()
        for signal in signals { signal.close() }
        if !isClean { throw ExitCode(1) }
    }

    /// - Returns: whether it was a clean close.
    private static func printEnd(_ outcome: WebSocketOutcome, reason: String) -> Bool {
        var code: WebSocketCloseCode?
        switch outcome {
        case .ended(.byPeer(let given)): code = given
        case .ended(.byUs(let ours)): code = ours
        case .ended, .notConnected, .lost, .backlogged, .abandoned:
            let text = Array("\(outcome)".utf8)
            print(#"{"event":"error","reason":"#, string: text.span)
            print(#"{"event":"close","code":null,"clean":false,"reason":""}"#)
            return false
        }
        let number = code.map { "\($0.rawValue)" } ?? "null"
        let text = Array(reason.utf8)
        print(#"{"event":"close","code":\#(number),"clean":true,"reason":"#, string: text.span)
        return true
    }

    private static func print(_ prefix: String, string: Span<UInt8>) {
        var line = ByteBuffer()
        JSONWriter.append(string: string, to: &line)
        var text: [UInt8] = []
        let span = line.span
        for index in span.indices { text.append(span[index]) }
        print(prefix + String(decoding: text, as: UTF8.self) + "}")
    }

    private static func print(_ line: String) {
        Swift.print(line)
        // Standard output may be a pipe that somebody waits at.
        fflush(nil)
    }
}
