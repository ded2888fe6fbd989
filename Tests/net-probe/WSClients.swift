internal import ArgumentParser
internal import Glibc
internal import Reactor
internal import Wire

/// Many dashboards at once, some of which never read.
struct WSClients: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ws-clients",
        abstract: "Opens WebSocket clients to a stream and prints what they got as JSON.",
        discussion: """
            Messages are counted from the moment when all clients are connected. Clients that \
            stall shake hands and then read nothing until the time is over; then they read what is \
            there, to see how they were closed. Exits 1 when a client could not connect or a \
            reading one was closed.
            """
    )

    @Option(help: "ws://HOST:PORT/PATH, with a numeric host or localhost.")
    var url: String

    @Option(help: "How many clients.")
    var count = 1

    @Option(help: "How many seconds to count.")
    var seconds = 10.0

    @Option(help: "How many of the clients never read.")
    var stall = 0

    func validate() throws {
        guard (1...100_000).contains(count) else {
            throw ValidationError("--count is 1 to 100,000")
        }
        guard (0...count).contains(stall) else { throw ValidationError("--stall is 0 to count") }
        guard seconds > 0, seconds <= 86_400 else {
            throw ValidationError("--seconds is above 0, at most 86,400")
        }
        guard Self.parts(of: url) != nil else {
            throw ValidationError("--url is ws://HOST:PORT/PATH")
        }
    }

    func run() throws {
        guard let (authority, target) = Self.parts(of: url) else { return }
        raiseDescriptorLimit()
        let loop = EventLoop()
        let fleet = ClientFleet(
            on: loop,
            address: try SocketAddress(parsing: authority, defaultPort: 80),
            host: authority,
            target: target,
            count: count,
            stalled: stall
        )
        fleet.run(milliseconds: Int(seconds * 1_000))
        print(fleet.summary(seconds: seconds))
        if fleet.hasFailed { throw ExitCode(1) }
    }

    private static func parts(of url: String) -> (authority: String, target: String)? {
        let scheme = "ws://"
        guard url.hasPrefix(scheme) else { return nil }
        let rest = url.dropFirst(scheme.count)
        let authority = rest.prefix { $0 != "/" }
        guard !authority.isEmpty else { return nil }
        let target = rest.dropFirst(authority.count)
        return (String(authority), target.isEmpty ? "/" : String(target))
    }

    /// A thousand clients need more descriptors than a shell usually allows.
    private func raiseDescriptorLimit() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return
        }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
