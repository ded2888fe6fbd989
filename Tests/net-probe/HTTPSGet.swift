internal import ArgumentParser
internal import Crypto
internal import Reactor
internal import Wire

/// One request over TLS, or the reason why not.
struct HTTPSGet: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "https-get",
        abstract: "Gets an https:// address and prints status and body size.",
        discussion: """
            Exits 0 only for a complete answer, of whatever status, from a server whose certificate \
            was verified; otherwise 1, with the reason on standard error.
            """
    )

    /// Bytes of a body that are taken.
    static let bodyBytesMax = 256 * 1_024 * 1_024

    @Argument(help: "https://HOST[:PORT]/PATH")
    var url: String

    @OptionGroup var service: ServiceOptions

    @Option(help: "Seconds that the whole exchange may take.")
    var timeout = 10.0

    func validate() throws {
        _ = try ServiceOptions.url(url, [.https])
        guard timeout > 0, timeout <= 3_600 else {
            throw ValidationError("--timeout is above 0, at most 3,600 seconds")
        }
    }

    func run() throws {
        let url = try ServiceOptions.url(url, [.https])
        let milliseconds = max(1, Int(timeout * 1_000))
        let loop = EventLoop()
        let connector = try service.connector(
            on: loop,
            to: url,
            timeouts: ConnectTimeouts(milliseconds: milliseconds)
        )
        let client = HTTPClient(
            to: url,
            through: connector,
            warmth: .cold,
            limits: HTTPResponseLimits(bodyBytesMax: Self.bodyBytesMax),
            timeouts: HTTPTimeouts(milliseconds: milliseconds)
        )
        var request = HTTPRequestWriter()
        try request.begin(.get, host: url.authority, target: url.target)
        try request.add("Accept", "*/*")
        try request.add("Connection", "close")
        request.finish()
        var outcome: Result<String, HTTPClientError>?
        var isLate = false
        client.send(request) { result, body in
            // What the end of the loop does to the connection is no reason.
            guard !isLate else { return }
            let byteCount = body.count
            outcome = result.map { "\($0.status.code) \(byteCount) bytes" }
            loop.stop()
        }
        let timer = LoopTimer(on: loop) {
            isLate = true
            loop.stop()
        }
        timer.start(afterMilliseconds: milliseconds)
        loop.run()
        client.close()
        switch outcome {
        case .success(let text): print(text)
        case .failure(let error): throw ProbeFailure(description: "\(error)")
        case nil: throw ProbeFailure(description: "no complete answer within \(timeout) seconds")
        }
    }
}
