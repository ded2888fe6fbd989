internal import ArgumentParser
internal import Crypto
internal import Glibc
internal import Venues

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check settings, host, services, feeds and account, and say what to do.",
        discussion: """
            A line for each check: pass, warn, fail, or skip with the reason. Everything is asked at \
            once and takes at most 15 seconds. Exits with 0 when nothing has failed, with 1 when \
            something has.

            Looks at the same settings as serve, from the environment or from .env in the working \
            directory. The account of --execution live is POLYMARKET_PRIVATE_KEY_FILE (a file with \
            mode 0600) or POLYMARKET_PRIVATE_KEY; POLYMARKET_SIGNATURE_TYPE (eoa, proxy, safe, \
            deposit) says who pays, POLYMARKET_FUNDER which address that is; \
            POLYMARKET_API_KEY, POLYMARKET_API_SECRET and POLYMARKET_API_PASSPHRASE may be left \
            out, all three, and are then derived. POLYGON_RPC_URL names a node of Polygon. Services \
            can be pointed elsewhere by POLYMARKET_CLOB_URL, POLYMARKET_GEOBLOCK_URL and \
            BINANCE_REST_URL, besides those that serve names.

            Nothing is changed anywhere, but by --create-api-key. No secret is ever printed.
            """
    )

    @Flag(help: "One JSON object instead of lines.")
    var json = false

    @Option(help: "The windows that would be traded: {btc|eth|...}-updown-{5m|15m|1h|4h}.")
    var series = "btc-updown-5m"

    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp(
            "Trust these certificates of the venues and no others.",
            valueName: "pem"
        )
    )
    var trustFile: String?

    @Option(name: .customLong("data-dir"), help: "The data directory of serve.")
    var dataDirectory = "data"

    @Flag(
        name: .customLong("create-api-key"),
        help: "Have the venue make an API key when the account has none."
    )
    var createsAPIKey = false

    func run() throws {
        var network: DoctorRun?
        let report: DoctorReport
        do {
            report = try examine(&network)
        } catch {
            fail(error.description, code: 2)
        }
        let hasColor = isatty(1) == 1 && Environment["NO_COLOR"] == nil
        // The end of the loop, and exit(3), would wait for names that are still being resolved.
        withExtendedLifetime(network) {
            Console.say(json ? report.json : report.text(hasColor: hasColor))
            _exit(report.exitCode)
        }
    }

    /// - Parameter network: what has asked the services, and may still wait for some of them.
    private func examine(_ network: inout DoctorRun?) throws(UsageError) -> DoctorReport {
        let series = try LiveSettings.series(series)
        guard !dataDirectory.isEmpty else {
            throw UsageError(description: "--data-dir is empty: a path of a directory")
        }
        let directory = DataDirectory(path: dataDirectory)
        var configuration = ConfigurationChecks()
        let settings = configuration.readSettings(".env")
        let account = DoctorAccount(settings)
        var report = DoctorReport()
        let plan = makePlan(settings, series, account, &configuration)
        configuration.checkDirectory(directory)
        for finding in configuration.findings + account.findings { report.add(finding) }
        if let plan {
            let run = try makeRun(plan)
            network = run
            for finding in run.run() { report.add(finding) }
        }
        for finding in HostChecks.findings(HostFacts.read()) { report.add(finding) }
        for finding in DiskProbe(directory.path).findings() { report.add(finding) }
        return report
    }

    /// `nil` when an address cannot be used, which is found: then nobody is asked.
    private func makePlan(
        _ settings: Settings,
        _ series: WindowSeries,
        _ account: DoctorAccount,
        _ configuration: inout ConfigurationChecks
    ) -> DoctorPlan? {
        do throws(UsageError) {
            let plan = DoctorPlan(
                series: series,
                live: try LiveAddresses { settings[$0] },
                services: try ServiceAddresses { settings[$0] },
                trustFile: trustFile,
                account: account,
                createsAPIKey: createsAPIKey
            )
            configuration.checkAddresses(settings)
            return plan
        } catch {
            configuration.add("addresses", .fail, error.description, "nobody was asked")
            return nil
        }
    }

    private func makeRun(_ plan: DoctorPlan) throws(UsageError) -> DoctorRun {
        // Names are resolved on libuv's threads, and each may take seconds where there is no
        // network: one for every host, so that none waits for another. Read once, at the first use.
        unsafe setenv("UV_THREADPOOL_SIZE", "16", 0)
        do {
            return try DoctorRun(plan)
        } catch {
            throw UsageError(description: "--ca-file: \(error)")
        }
    }
}
