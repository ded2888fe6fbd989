internal import ArgumentParser
internal import Glibc
internal import Reactor

/// Binance and Polymarket on loopback, as far as `quesquant serve --market live` asks them:
/// `/stream` (Binance), `/` (the price socket), `/ws/market` and `/markets/slug/…`.
@main
struct FakeVenue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fake-venue",
        abstract: "The venues of the live market, on this machine, with made-up prices.",
        discussion: """
            Prints LISTENING HOST:PORT. GET /control/stall/FEED makes a feed fall silent while its \
            connection stays, /control/go/FEED lets it speak again, /control/drop/FEED cuts its \
            connections, /control/announce/binance announces that; FEED is binance, prices or market. /control/lie/market makes it tell best \
            prices that are not those of its book, until /control/go/market. /control/resolve/SLUG ends a market, Up \
            having won. /control/log tells what was asked.
            """
    )

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port: UInt16 = 0

    func run() throws {
        let loop = EventLoop()
        let venue = Venue(on: loop)
        let listener = try TCPListener(
            on: loop,
            address: try SocketAddress(host: "127.0.0.1", port: port)
        ) { stream in
            VenuePeer(stream, of: venue).start()
        }
        let signals = try [SIGTERM, SIGINT].map { signal in
            try SignalWatcher(on: loop, signal: signal) { loop.stop() }
        }
        venue.start()
        print("LISTENING \(listener.address)")
        // Standard output may be a pipe that somebody waits at.
        fflush(nil)
        loop.run()
        for signal in signals { signal.close() }
    }
}
