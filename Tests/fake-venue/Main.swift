internal import ArgumentParser
internal import Crypto
internal import Foundation
internal import Reactor
internal import Trading
internal import Venues

/// Binance, Polymarket and Polygon on one port of this machine, as far as `quesquant` asks them.
@main
struct FakeVenue: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fake-venue",
        abstract: "The venues of the live market, on this machine, with made-up prices and money.",
        discussion: """
            Prints LISTENING HOST:PORT. On that one port: Binance (/stream, /api/v3), the price \
            socket (/), the market and the user socket (/ws/market, /ws/user), the list of markets \
            (/markets, /events), the exchange (/time, /auth, /order, /data, /v1/heartbeats and the \
            rest), /api/geoblock, and the chain (/rpc). --print-env prints the settings that point \
            quesquant here.

            One account trades. Its signatures and HMACs are checked, its orders rest in the books, \
            strangers take from them, and trades settle. Who proves a private key first is the \
            account, unless --owner or --print-env says who it is.

            GET /control/log, orders, trades and summary tell what happened; what goes wrong on \
            purpose is asked for by GET /control/..., with these:

              stall|go|mute|drop/FEED   lie/market   announce/binance   resolve/SLUG?winner=
              take?order=&size=   take?slug=&side=&size=&price=   foreign-order?slug=&side=&...
              lose-answers?n=&path=   half-open?n=&path=   late-ack?ms=&n=&path=
              status?path=&code=&n=&retry-after=   mode/post-only|cancel-only|normal?seconds=
              restart?seconds=&post-only=   cancel-all-lies?n=   duplicate?n=   reorder?n=
              fail-trade?n=   tick-size?slug=&tick=   funds?cash=&allowance=   closed-only?on=
              geoblock?on=   clock?seconds=

            FEED is binance, prices, market or user. Faults.swift says what each does.
            """
    )

    @Option(help: "The port to listen on; 0 takes a free one.")
    var port: UInt16 = 0

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Speak TLS with this certificate and key.", valueName: "cert> <key")
    )
    var tls: [String] = []

    @Option(help: "The address of the private key that may trade.")
    var owner: String?

    @Option(
        help: "Who holds the money: 0 the key's own account, 1 proxy, 2 Safe, 3 deposit wallet."
    )
    var signatureType: UInt8 = 0

    @Option(help: "An API key that the account has already; with --secret and --passphrase.")
    var apiKey: String?

    @Option(help: "Its secret, in Base64.")
    var secret: String?

    @Option(help: "Its passphrase.")
    var passphrase: String?

    @Option(help: "Dollars in the wallet.")
    var cash: Int64 = 1_000

    @Option(help: "The seed of prices and takers.")
    var seed: UInt64 = 1

    @Option(help: "Mean seconds between strangers who take a lot; 0 for none.")
    var takers: Double = 20

    @Option(help: "Orders a second before 429.")
    var orderRate: Double = 40

    @Option(help: "Orders and trades of one page.")
    var page = 100

    @Flag(help: "Make up a private key, admit it, and print the settings that point here.")
    var printEnv = false

    @Option(help: "As --print-env, into a file that only its owner may read.")
    var envFile: String?

    func validate() throws {
        guard tls.isEmpty || tls.count == 2 else {
            throw ValidationError("--tls takes a certificate and a key")
        }
        guard SignatureType(rawValue: signatureType) != nil else {
            throw ValidationError("--signature-type is 0, 1, 2 or 3")
        }
        guard owner == nil || EthereumAddress(owner) != nil else {
            throw ValidationError("--owner is 0x and 40 hexadecimal digits")
        }
        let isWhole = [apiKey, secret, passphrase].allSatisfy { ($0 == nil) == (apiKey == nil) }
        guard isWhole, apiKey == nil || owner != nil || printEnv || envFile != nil else {
            throw ValidationError("--api-key, --secret and --passphrase go together, with --owner")
        }
        guard !printEnv && envFile == nil || owner == nil else {
            throw ValidationError("--print-env makes up an owner of its own")
        }
        guard orderRate > 0, page > 0, takers >= 0, (0...1_000_000_000).contains(cash) else {
            throw ValidationError("rates, pages and money are not negative")
        }
    }

    func run() throws {
        let loop = EventLoop()
        let settings = printEnv || envFile != nil ? try VenueSettings(signatureType) : nil
        let venue = Venue(on: loop, options(settings?.owner ?? EthereumAddress(owner)))
        let context =
            tls.isEmpty ? nil : try TLSContext(certificateFile: tls[0], keyFile: tls[1])
        let listener = try TCPListener(
            on: loop,
            address: try SocketAddress(host: "127.0.0.1", port: port)
        ) { stream in
            guard let context else { return VenuePeer(stream, on: loop, of: venue).start() }
            // The stream under it keeps it until the handshake has ended.
            _ = TLSStream(over: stream, session: TLSSession(server: context), host: "a client") {
                outcome in
                guard case .success(let secured) = outcome else { return }
                VenuePeer(secured, on: loop, of: venue).start()
            }
        }
        let signals = try [SIGTERM, SIGINT].map { signal in
            try SignalWatcher(on: loop, signal: signal) { loop.stop() }
        }
        venue.start()
        if let settings {
            let text = settings.text(
                address: "\(listener.address)",
                isSecure: context != nil,
                credentials: venue.account.keys.first
            )
            if printEnv { print(text) }
            if let envFile { try VenueSettings.write(text, to: envFile) }
        }
        print("LISTENING \(listener.address)")
        // Standard output may be a pipe that somebody waits at.
        fflush(nil)
        loop.run()
        for signal in signals { signal.close() }
    }

    private func options(_ owner: EthereumAddress?) -> VenueOptions {
        var credentials: Account.Credentials?
        if let apiKey, let secret, let passphrase {
            credentials = Account.Credentials(
                key: apiKey,
                secret: secret,
                passphrase: passphrase
            )
        }
        return VenueOptions(
            seed: seed,
            account: Account(
                owner: owner,
                signatureType: SignatureType(rawValue: signatureType) ?? .eoa,
                credentials: credentials
            ),
            cash: Money(dollars: cash),
            takerSeconds: takers,
            ordersPerSecond: orderRate,
            pageSize: page
        )
    }
}
