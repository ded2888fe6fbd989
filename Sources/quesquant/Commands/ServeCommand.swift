internal import ArgumentParser
internal import Glibc
internal import Logging
internal import Reactor
internal import Server
internal import Trading

struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Make markets, on paper or with money, and serve the dashboard API.",
        discussion: """
            Prints LISTENING HOST:PORT on standard output once it listens; everything else goes to \
            standard error. SIGTERM, SIGINT or SIGHUP ends it in order.

            The key of the control endpoints is DASHBOARD_API_KEY, from the environment or from \
            .env in the working directory; without it they answer 500.

            The live market is Binance and Polymarket over TLS. Each of their services can be \
            pointed elsewhere, from the environment or .env: BINANCE_WS_URL, POLYMARKET_WS_URL, \
            POLYMARKET_RTDS_URL, POLYMARKET_GAMMA_URL, POLYMARKET_CLOB_URL, \
            POLYMARKET_GEOBLOCK_URL, BINANCE_REST_URL, POLYGON_RPC_URL (without TLS to this machine only).

            --execution live trades with money, on the live market. It needs \
            POLYMARKET_PRIVATE_KEY or POLYMARKET_PRIVATE_KEY_FILE, POLYMARKET_SIGNATURE_TYPE \
            and, where it cannot be computed, POLYMARKET_FUNDER. Run `quesquant doctor` first.
            """
    )

    @Option(help: "simulated, live, or replay:FILE (recorded book frames, at their own pace).")
    var market = "simulated"

    @Option(help: "The windows of the live market: {btc|eth|...}-updown-{5m|15m|1h|4h}.")
    var series = "btc-updown-5m"

    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp(
            "Trust these certificates of the venues and no others.",
            valueName: "pem"
        )
    )
    var trustFile: String?

    @Flag(
        name: .customLong("tolerate-unknown-members"),
        help: "Go on quoting a live market whose book messages hold members that are not known."
    )
    var toleratesUnknownMembers = false

    @Option(help: "Where orders go: paper, or live: to Polymarket, with real money.")
    var execution = "paper"

    @Option(help: "Seed of the simulated market and of the paper venue; by default the clock's.")
    var seed: UInt64?

    @Option(help: ArgumentHelp("Address to listen on.", valueName: "host[:port]"))
    var bind = "0.0.0.0"

    @Option(help: "Port to listen on; 0 lets the system choose. (default: 8002)")
    var port: UInt16?

    @Option(
        name: .customLong("data-dir"),
        help: "Audit log, kill latch, parameters, journal and ledger."
    )
    var dataDirectory = "data"

    @Option(
        name: .customLong("tick-hz"),
        help: "Trading off; synthetic ticks at this rate (0.1 to 5000; 0: as fast as can be sent)."
    )
    var tickHertz: Double?

    @Option(name: .customLong("max-connections"), help: "Open connections at a time.")
    var connectionsMax = 10_000

    @Option(
        name: .customLong("allow-origin"),
        help: """
            Origins whose pages may read answers, separated by commas; * for any. \
            (default: http://localhost:*, http://127.0.0.1:*)
            """
    )
    var allowedOrigins: String?

    @Flag(
        name: .customLong("check-stream-origin"),
        help: "Refuse WebSocket handshakes from other origins."
    )
    var checksStreamOrigin = false

    @Option(help: "Cash of a paper session, in whole dollars.")
    var cash: Int64 = 1_000

    @Flag(
        name: .customLong("exit-before-end"),
        help: "On paper: sell in a window's last minute, as a taker, where that beats holding."
    )
    var exitsBeforeEnd = false

    @Option(name: .customLong("trading-cpu"), help: "Pin the trading thread to this CPU.")
    var tradingCPU: Int?

    @Flag(help: "Let the trading loop spin instead of sleep: quicker by 25 us, costs a whole CPU.")
    var spin = false

    func run() throws {
        let settings: BackendSettings
        do {
            settings = try makeSettings()
        } catch let error as UsageError {
            fail(error.description, code: 2)
        }
        do {
            let backend = try Backend(settings)
            try backend.run()
        } catch let error as UsageError {
            fail(error.description, code: 2)
        } catch let failure as StartFailure where failure.isUsage {
            fail(failure.description, code: 2)
        } catch {
            fail("\(error)", code: 1)
        }
    }

    private func makeSettings() throws -> BackendSettings {
        guard execution == "paper" || execution == "live" else {
            throw UsageError(description: "--execution \(execution): paper, or live")
        }
        guard execution == "paper" || market == "live" && tickHertz == nil else {
            throw UsageError(description: "--execution live: only with --market live")
        }
        if let hertz = tickHertz, hertz != 0, !SyntheticTicks.rates.contains(hertz) {
            throw UsageError(description: "--tick-hz \(hertz): 0.1 to 5000, or 0")
        }
        guard !exitsBeforeEnd || execution == "paper" else {
            throw UsageError(
                description: "--exit-before-end: this version takes on paper only, not with money"
            )
        }
        guard connectionsMax >= 1, connectionsMax <= 1_000_000 else {
            throw UsageError(description: "--max-connections \(connectionsMax): 1 to 1000000")
        }
        guard !dataDirectory.isEmpty else {
            throw UsageError(description: "--data-dir is empty: a path of a directory")
        }
        guard cash >= 1, cash <= 1_000_000_000 else {
            throw UsageError(description: "--cash \(cash): 1 to 1000000000 dollars")
        }
        var api = APIConfiguration()
        do {
            let address = try SocketAddress(parsing: bind, defaultPort: 8_002)
            api.host = address.host
            api.port = port ?? address.port
        } catch {
            throw UsageError(description: "--bind \(bind): \(error)")
        }
        let stated = try Settings.read()
        api.apiKey = stated[SettingName.dashboardKey]
        api.connectionsMax = connectionsMax
        api.checksStreamOrigin = checksStreamOrigin
        if let allowedOrigins {
            guard let origins = AllowedOrigins(parsing: allowedOrigins) else {
                throw UsageError(
                    description: "--allow-origin \(allowedOrigins): scheme://host[:port|:*], or *"
                )
            }
            api.allowedOrigins = origins
        }
        return BackendSettings(
            market: try makeMarket(stated),
            seed: seed ?? UInt64(WallClock.now()),
            directory: DataDirectory(path: dataDirectory),
            api: api,
            cash: Money(dollars: cash),
            exitsBeforeEnd: exitsBeforeEnd,
            tradingCPU: tradingCPU,
            spins: spin
        )
    }

    private func makeMarket(_ stated: Settings) throws -> BackendSettings.Market {
        if let tickHertz { return .synthetic(hertz: tickHertz) }
        if market == "simulated" { return .simulated }
        if market.hasPrefix("replay:") {
            return .recorded(path: String(market.dropFirst("replay:".count)))
        }
        if market == "live" {
            let addresses = try LiveAddresses { stated[$0] }
            var settings = LiveSettings(
                series: try LiveSettings.series(series),
                addresses: addresses,
                trustFile: trustFile,
                toleratesUnknownMembers: toleratesUnknownMembers
            )
            if execution == "live" {
                let services = try ServiceAddresses { stated[$0] }
                settings.execution = ExecutionSettings(
                    account: try TradingAccount.require(stated),
                    clob: services.clob,
                    user: addresses.user,
                    geoblock: services.geoblock,
                    polygon: services.polygon,
                    trustFile: trustFile,
                    meter: settings.meters.user
                )
            }
            return .live(settings)
        }
        throw UsageError(description: "--market \(market): simulated, or replay:FILE, or live")
    }
}
