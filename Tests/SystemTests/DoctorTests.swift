internal import Foundation
internal import Testing

@Suite struct DoctorTests {
    /// Addresses at which nobody listens, so that nothing leaves this machine.
    private static let nowhere = """
        POLYMARKET_CLOB_URL=http://127.0.0.1:1
        POLYMARKET_WS_URL=ws://127.0.0.1:1
        POLYMARKET_RTDS_URL=ws://127.0.0.1:1
        POLYMARKET_GAMMA_URL=http://127.0.0.1:1
        POLYMARKET_GEOBLOCK_URL=http://127.0.0.1:1
        BINANCE_WS_URL=ws://127.0.0.1:1
        BINANCE_REST_URL=http://127.0.0.1:1
        POLYGON_RPC_URL=http://127.0.0.1:1/v2/path-that-is-a-password

        """
    /// Keccak-256 of a public label, and what belongs to it.
    private static let key = "ebfdc20a695055b267752b09e4d70ad35794ce1a2eb3b1e6ff60ff9d7b052bf0"
    private static let address = "0x96E7a1D4aE97e5926F6ef0E11451E977416e9830"
    private static let safe = "0xE139064b634BA5153C821f4DEf3b6A0E5059043A"
    private static let proxy = "0xd7025d3b2c342f466bb992a181ECa2f7163556E3"
    private static let earlierDeposit = "0xfDDc904751d3857FCbB964ADEE7082cF934A3ae5"

    private struct Finding: Decodable {
        let area: String
        let name: String
        let verdict: String
        let text: String
        let advice: String?
        let figures: [String: Double]
    }

    private struct Report: Decodable {
        let ok: Bool
        let counts: [String: Int]
        let findings: [Finding]

        func verdict(_ area: String, _ name: String) -> String? {
            findings.first { $0.area == area && $0.name == name }?.verdict
        }

        /// What a finding says, with its advice.
        func says(_ name: String) -> String {
            findings.filter { $0.name == name }.map { "\($0.text) \($0.advice ?? "")" }
                .joined(separator: "\n")
        }
    }

    /// Settings, guarded as their secrets need it.
    private func settings(_ text: String, in scratch: Scratch, mode: mode_t = 0o600) throws {
        try scratch.write(text, to: ".env")
        #expect(unsafe chmod(scratch(".env"), mode) == 0)
    }

    private func examine(
        _ scratch: Scratch,
        _ arguments: [String] = [],
        environment: [String: String] = [:]
    ) throws -> (report: Report, code: Int32, said: String) {
        let child = try Child(
            ["doctor", "--json"] + arguments,
            environment: environment,
            directory: scratch.path
        )
        let code = try child.exitCode(within: 20)
        let said = child.said
        #expect(child.complained.isEmpty, "\(child.complained)")
        return (try JSONDecoder().decode(Report.self, from: Data(said.utf8)), code, said)
    }

    // MARK: - Without anybody to ask

    @Test("where nothing answers every check says so, and the end is 1")
    func unreachable() async throws {
        try await onThread {
            let scratch = try Scratch()
            try settings(Self.nowhere, in: scratch)
            let (report, code, said) = try examine(scratch)
            #expect(code == 1 && !report.ok)
            for name in ["clob", "gamma", "geoblock", "polygon"] {
                #expect(report.verdict("services", name) == "fail", "\(name)")
                #expect(report.says(name).contains("ECONNREFUSED"), "\(report.says(name))")
            }
            for name in ["binance", "prices"] {
                #expect(report.verdict("feeds", name) == "fail", "\(name)")
            }
            // What cannot be known is not claimed either way.
            for (area, name) in [
                ("clock", "polymarket"), ("clock", "binance"), ("venue", "market"),
                ("venue", "protocol"), ("venue", "geoblock"), ("feeds", "market"),
                ("feeds", "user"), ("account", "private_key"), ("account", "api_key"),
                ("account", "balance"), ("chain", "collateral"), ("chain", "approvals"),
            ] {
                #expect(report.verdict(area, name) == "skip", "\(area) \(name)")
            }
            #expect(report.counts.values.reduce(0, +) == report.findings.count)
            #expect(Set(report.findings.map { $0.area + $0.name }).count == report.findings.count)
            #expect(!said.contains("password"))
        }
    }

    @Test("for people it is aligned plain text, with what to do below")
    func plainText() async throws {
        try await onThread {
            let scratch = try Scratch()
            try settings(Self.nowhere, in: scratch)
            let child = try Child(["doctor"], directory: scratch.path)
            #expect(try child.exitCode(within: 20) == 1)
            let lines = child.said.split(separator: "\n")
            #expect(lines.first == "configuration")
            #expect(!child.said.contains("\u{1B}"))
            let verdicts = ["pass", "warn", "fail", "skip"]
            let findings = lines.filter { line in verdicts.contains { line.hasPrefix("  \($0)  ") }
            }
            #expect(findings.count > 30)
            // Every text begins in the same column, and every advice too.
            let width = findings.map { $0.dropFirst(8).prefix { $0 != " " }.count }.max() ?? 0
            for line in findings {
                let index = line.index(line.startIndex, offsetBy: 8 + width + 1)
                #expect(line[index] == " " && line[line.index(after: index)] != " ", "\(line)")
            }
            let advices = lines.filter {
                $0.hasPrefix(String(repeating: " ", count: width + 10) + "-> ")
            }
            #expect(advices.count > 5)
            #expect(lines.last?.contains("failed") == true)
        }
    }

    struct Wrong: Sendable, CustomTestStringConvertible {
        let settings: String
        let finding: String
        let sentence: String
        var files: [String: (text: String, mode: mode_t)] = [:]
        var testDescription: String { sentence }
    }

    private static let uuid = "11111111-2222-3333-4444-555555555555"
    private static let wrongs = [
        Wrong(
            settings: "POLYMARKET_PRIVATE_KEY=\(key)a",
            finding: "private_key",
            sentence: "POLYMARKET_PRIVATE_KEY: a private key is 64 hexadecimal digits"
        ),
        Wrong(
            settings: "POLYMARKET_PRIVATE_KEY=0x" + String(repeating: "0", count: 64),
            finding: "private_key",
            sentence: "a private key is not zero"
        ),
        Wrong(
            settings: "POLYMARKET_PRIVATE_KEY=\(key)\nPOLYMARKET_PRIVATE_KEY_FILE=key",
            finding: "private_key",
            sentence: "are both set"
        ),
        Wrong(
            settings: "POLYMARKET_PRIVATE_KEY_FILE=key",
            finding: "private_key",
            sentence: "there is no file key"
        ),
        Wrong(
            settings: "POLYMARKET_PRIVATE_KEY_FILE=key",
            finding: "private_key",
            sentence: "key has mode 0640, so that others may read it: chmod 600 key",
            files: ["key": (key, 0o640)]
        ),
        Wrong(
            settings: "POLYMARKET_PRIVATE_KEY_FILE=key",
            finding: "private_key",
            sentence: "key has more than 256 bytes",
            files: ["key": (String(repeating: key, count: 5), 0o600)]
        ),
        Wrong(
            settings: "POLYMARKET_PRIVATE_KEY_FILE=/dev/null",
            finding: "private_key",
            sentence: "is not a regular file"
        ),
        Wrong(
            settings: "POLYMARKET_PRIVATE_KEY=\(key)",
            finding: "wallet",
            sentence: "POLYMARKET_SIGNATURE_TYPE is not set"
        ),
        Wrong(
            settings: "POLYMARKET_PRIVATE_KEY=\(key)\nPOLYMARKET_SIGNATURE_TYPE=4",
            finding: "wallet",
            sentence: "POLYMARKET_SIGNATURE_TYPE: 0 or eoa"
        ),
        Wrong(
            settings: "POLYMARKET_PRIVATE_KEY=\(key)\nPOLYMARKET_SIGNATURE_TYPE=safe\n"
                + "POLYMARKET_FUNDER=\(proxy)",
            finding: "wallet",
            sentence: "is not the safe wallet of the key \(address), which is \(safe)"
        ),
        Wrong(
            settings: "POLYMARKET_PRIVATE_KEY=\(key)\nPOLYMARKET_FUNDER=\(safe.lowercased())x",
            finding: "wallet",
            sentence: "POLYMARKET_FUNDER: an address is 0x and 40"
        ),
        Wrong(
            settings: "POLYMARKET_PRIVATE_KEY=\(key)\n"
                + "POLYMARKET_FUNDER=0x0BF6A7798E68a530444160b22E91F449b9fA9C6c",
            finding: "wallet",
            sentence: "mistyped?"
        ),
        Wrong(
            settings: "POLYMARKET_PRIVATE_KEY=\(key)\nPOLYMARKET_FUNDER=\(safe)\n"
                + "POLYMARKET_API_KEY=\(uuid)",
            finding: "api_credentials",
            sentence: "POLYMARKET_API_SECRET and POLYMARKET_API_PASSPHRASE not set in .env"
        ),
        Wrong(
            settings: "POLYMARKET_PRIVATE_KEY=\(key)\nPOLYMARKET_FUNDER=\(safe)\n"
                + "POLYMARKET_API_KEY=\(uuid)\nPOLYMARKET_API_SECRET=no*base64\n"
                + "POLYMARKET_API_PASSPHRASE=pass",
            finding: "api_credentials",
            sentence: "POLYMARKET_API_SECRET: the API secret is not Base64"
        ),
    ]

    @Test("what is wrong with an account is said by its setting's name and without its value")
    func wrongAccounts() async throws {
        try await onThread {
            for wrong in Self.wrongs {
                let scratch = try Scratch()
                try settings(Self.nowhere + wrong.settings + "\n", in: scratch)
                for (name, file) in wrong.files {
                    try scratch.write(file.text, to: name)
                    #expect(unsafe chmod(scratch(name), file.mode) == 0)
                }
                let (report, code, said) = try examine(scratch)
                #expect(code == 1)
                #expect(report.verdict("account", wrong.finding) == "fail", "\(wrong.sentence)")
                let sentence = report.says(wrong.finding)
                #expect(sentence.contains(wrong.sentence), "\(sentence)")
                for secret in [Self.key, Self.uuid, "no*base64"] {
                    #expect(!said.contains(secret), "\(wrong.sentence)")
                }
            }
        }
    }

    @Test("a wallet follows from its type, or from its address alone")
    func wallets() async throws {
        let address = Self.address
        let cases: [(String, String)] = [
            ("POLYMARKET_SIGNATURE_TYPE=eoa", address), ("POLYMARKET_SIGNATURE_TYPE=0", address),
            ("POLYMARKET_SIGNATURE_TYPE=Proxy", Self.proxy),
            ("POLYMARKET_SIGNATURE_TYPE=2", Self.safe),
            ("POLYMARKET_SIGNATURE_TYPE=3", "0xC85798dE1C9f030B478Bdb5538518a57B8810947"),
            ("POLYMARKET_FUNDER=\(address)", address),
            ("POLYMARKET_FUNDER=\(Self.safe)", Self.safe),
            ("POLYMARKET_FUNDER=\(Self.earlierDeposit)", Self.earlierDeposit),
        ]
        try await onThread {
            for (line, wallet) in cases {
                let scratch = try Scratch()
                try settings(
                    Self.nowhere
                        + "export POLYMARKET_PRIVATE_KEY='0x\(Self.key.uppercased())' # x\n"
                        + line + "\n",
                    in: scratch
                )
                let (report, _, said) = try examine(scratch)
                #expect(report.verdict("account", "private_key") == "pass", "\(line)")
                #expect(report.verdict("account", "wallet") == "pass", "\(line)")
                #expect(report.says("wallet").contains("paid by \(wallet)"), "\(line)")
                for known in [address, Self.safe, Self.proxy, Self.earlierDeposit] {
                    #expect(report.says("wallets").contains(known))
                }
                #expect(!said.lowercased().contains(Self.key))
            }
        }
    }

    @Test("secrets in a file that others may read are not used, and the file is named")
    func exposed() async throws {
        try await onThread {
            let scratch = try Scratch()
            let text = Self.nowhere + "POLYMARKET_PRIVATE_KEY=\(Self.key)\n"
            try settings(text, in: scratch, mode: 0o644)
            let (report, code, said) = try examine(scratch)
            #expect(code == 1)
            #expect(report.verdict("configuration", "env_file") == "fail")
            #expect(report.says("env_file").contains("chmod 600 .env"))
            #expect(report.verdict("account", "private_key") == "fail")
            #expect(!said.contains(Self.key) && !said.contains(Self.address))
            // Without a secret the mode is nobody's business.
            try settings(Self.nowhere, in: scratch, mode: 0o644)
            #expect(try examine(scratch).report.verdict("configuration", "env_file") == "pass")
        }
    }

    @Test("a name that is nearly a setting is asked about")
    func typos() async throws {
        try await onThread {
            let scratch = try Scratch()
            try settings(
                Self.nowhere + "POLYMARKET_FUNDR=1\nSOMEBODY_ELSES=1\nBINANCE_X=1\n"
                    + "POLYMARKET_RTDS_URL=ws://127.0.0.1:1\n",
                in: scratch
            )
            let (report, _, _) = try examine(scratch, environment: ["PK": "secret-value"])
            let names = report.says("names")
            #expect(
                names.contains(
                    "POLYMARKET_FUNDR is set, and nothing reads it is it POLYMARKET_FUNDER?"
                )
            )
            #expect(names.contains("BINANCE_X is set") && !names.contains("SOMEBODY_ELSES"))
            #expect(names.contains("PK is set") && names.contains("POLYMARKET_PRIVATE_KEY?"))
            #expect(!names.contains("secret-value"))
            #expect(report.says("env_repeated").contains("POLYMARKET_RTDS_URL"))
        }
    }

    @Test("a wrong command line is 2; a setting that cannot be read is a finding")
    func usage() async throws {
        try await onThread {
            let scratch = try Scratch()
            for arguments in [
                ["--series", "btc"], ["--nonsense"], ["--data-dir", ""],
                ["--ca-file", scratch("nowhere.pem")],
            ] {
                let child = try Child(["doctor"] + arguments, directory: scratch.path)
                #expect(try child.exitCode(within: 20) == 2, "\(arguments): \(child.said)")
                #expect(child.complained.contains(arguments[0]), "\(child.complained)")
                #expect(child.said.isEmpty)
            }
            try settings("POLYGON_RPC_URL=http://example.com/v2/password\n", in: scratch)
            let (report, code, said) = try examine(scratch)
            #expect(code == 1 && report.verdict("configuration", "addresses") == "fail")
            #expect(report.says("addresses").contains("POLYGON_RPC_URL"))
            #expect(!said.contains("password"))
            try settings("nonsense\n", in: scratch)
            #expect(
                try examine(scratch, ["--series", "eth-updown-15m"]).said.contains(".env, line 1")
            )
        }
    }

    // MARK: - Against a venue

    /// The venue on loopback, with settings of an account in `.env`.
    private func venue(_ scratch: Scratch, _ arguments: [String] = []) throws -> (Child, UInt16) {
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let program = tests.deletingLastPathComponent().appendingPathComponent("fake-venue").path
        let child = try Child(
            ["--env-file", scratch(".env")] + arguments,
            program: program,
            directory: scratch.path
        )
        let prefix = "LISTENING 127.0.0.1:"
        let line = try child.line(within: 10) { $0.hasPrefix(prefix) }
        return (child, try #require(UInt16(line.dropFirst(prefix.count))))
    }

    /// What `.env` says.
    private func value(_ name: String, in scratch: Scratch) throws -> String {
        let lines = (scratch.read(".env") ?? "").split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix("\(name)=") })
        return String(line.dropFirst(name.count + 1)).trimmingCharacters(in: ["\"", "'"])
    }

    private func control(_ what: String, port: UInt16) throws {
        let socket = try LoopbackSocket(port: port)
        try socket.send("GET /control/\(what) HTTP/1.1\r\nhost: venue\r\n\r\n")
        #expect(try !socket.read(until: Deadline(seconds: 5)).isEmpty)
    }

    private static let series = ["--series", "btc-updown-4h"]

    @Test("a whole venue passes once the account has an API key, which only a flag makes")
    func wholeVenue() async throws {
        try await onThread {
            let scratch = try Scratch()
            let (venue, _) = try venue(scratch, ["--signature-type", "2"])
            let key = try value("POLYMARKET_PRIVATE_KEY", in: scratch).dropFirst(2)

            let (before, code, said) = try examine(scratch, Self.series)
            #expect(code == 1)
            #expect(before.verdict("account", "api_key") == "fail")
            #expect(before.says("api_key").contains("--create-api-key"))
            #expect(before.findings.count { $0.verdict == "fail" } == 1, "\(said)")
            #expect(!said.contains(key))

            let (made, madeCode, madeText) = try examine(
                scratch,
                Self.series + ["--create-api-key"]
            )
            #expect(madeCode == 0 && made.ok, "\(madeText)")
            #expect(made.says("api_key").contains("was made"))

            let (after, afterCode, afterText) = try examine(scratch, Self.series)
            #expect(afterCode == 0 && after.ok, "\(afterText)")
            for (area, name) in [
                ("services", "clob"), ("services", "gamma"), ("services", "geoblock"),
                ("services", "binance_rest"), ("services", "polygon"), ("clock", "binance"),
                ("clock", "polymarket"), ("venue", "protocol"), ("venue", "market"),
                ("venue", "geoblock"), ("venue", "reference_symbol"), ("feeds", "binance"),
                ("feeds", "prices"), ("feeds", "market"), ("feeds", "user"),
                ("account", "wallet"), ("account", "api_key"), ("account", "restrictions"),
                ("account", "balance"), ("account", "allowances"), ("chain", "gas"),
                ("chain", "collateral"),
            ] {
                #expect(after.verdict(area, name) == "pass", "\(area) \(name): \(after.says(name))")
            }
            let feed = try #require(
                after.findings.first { $0.area == "feeds" && $0.name == "market" }
            )
            #expect((feed.figures["messages_per_second"] ?? 0) > 0)
            #expect(!afterText.contains(key) && !madeText.contains(key))
            venue.send(SIGTERM)
            #expect(try venue.exitCode(within: 10) == 0)
        }
    }

    @Test("a blocked place, a wrong clock and a silent feed are failures that say what they are")
    func troubles() async throws {
        try await onThread {
            let scratch = try Scratch()
            let (venue, port) = try venue(scratch)
            try control("geoblock?on=1", port: port)
            try control("clock?seconds=5", port: port)
            try control("stall/prices", port: port)
            let (report, code, said) = try examine(scratch, Self.series)
            #expect(code == 1)
            #expect(report.verdict("venue", "geoblock") == "fail", "\(said)")
            #expect(report.verdict("clock", "polymarket") == "fail", "\(said)")
            #expect(report.says("polymarket").contains("behind the venue's"))
            #expect(report.verdict("feeds", "prices") == "fail", "\(said)")
            venue.send(SIGTERM)
            #expect(try venue.exitCode(within: 10) == 0)
        }
    }

    @Test("a key from the environment is gone from it when the checks run")
    func environment() async throws {
        try await onThread {
            let scratch = try Scratch()
            let (venue, _) = try venue(scratch)
            let key = try value("POLYMARKET_PRIVATE_KEY", in: scratch)
            let rest = (scratch.read(".env") ?? "").split(separator: "\n")
                .filter { !$0.hasPrefix("POLYMARKET_PRIVATE_KEY=") }.joined(separator: "\n")
            try settings(rest + "\n", in: scratch)
            let child = try Child(
                ["doctor", "--json"] + Self.series,
                environment: ["POLYMARKET_PRIVATE_KEY": key],
                directory: scratch.path
            )
            // It listens to feeds for four seconds: long after the settings were read.
            let deadline = Deadline(seconds: 3)
            var isGone = false
            while !isGone && !deadline.hasPassed {
                let bytes = FileManager.default.contents(atPath: "/proc/\(child.processID)/environ")
                let text = String(decoding: bytes ?? Data(), as: UTF8.self)
                isGone = text.contains("POLYMARKET_PRIVATE_KEY=") && !text.contains(key)
            }
            #expect(isGone)
            _ = try child.exitCode(within: 20)
            let report = try JSONDecoder().decode(Report.self, from: Data(child.said.utf8))
            #expect(report.verdict("account", "private_key") == "pass")
            venue.send(SIGTERM)
            #expect(try venue.exitCode(within: 10) == 0)
        }
    }
}
