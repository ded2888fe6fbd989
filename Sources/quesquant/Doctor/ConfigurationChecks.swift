internal import Glibc
internal import Reactor

/// What the settings say, without asking anybody.
struct ConfigurationChecks {
    /// The longest environment that is looked at, in bytes.
    private static let environmentBytesMax = 1 << 20

    private(set) var findings: [Finding] = []

    /// - Parameter path: of the file of settings.
    /// - Returns: the settings; empty ones when the file cannot be understood, which is found.
    mutating func readSettings(_ path: String) -> Settings {
        do {
            let settings = try Settings.read(path)
            checkFile(settings.dotEnv)
            checkNames(settings.dotEnv)
            checkDashboard(settings)
            return settings
        } catch {
            add("env_file", .fail, error.description, "serve will not start with it")
            checkNames(nil)
            return Settings(dotEnv: .empty)
        }
    }

    private mutating func checkFile(_ file: DotEnv) {
        guard !file.names.isEmpty else {
            return add("env_file", .pass, "no \(file.name): the environment alone counts")
        }
        let count = file.names.count == 1 ? "1 setting" : "\(file.names.count) settings"
        if let exposure = file.exposure {
            guard file.hasSecrets else {
                let holdsKey = file[SettingName.dashboardKey]?.isEmpty == false
                return add(
                    "env_file",
                    holdsKey ? .warn : .pass,
                    "\(file.name): \(count), none of an account",
                    holdsKey ? exposure.sentence(file.name) : nil
                )
            }
            return add(
                "env_file",
                .fail,
                "\(file.name) holds secrets and is not guarded, so they are not used",
                exposure.sentence(file.name)
            )
        }
        add("env_file", .pass, "\(file.name): \(count), nobody else may read it")
        if !file.repeatedNames.isEmpty {
            add(
                "env_repeated",
                .warn,
                "\(file.name) has \(file.repeatedNames.joined(separator: ", ")) more than once",
                "the last one counts: remove the others"
            )
        }
    }

    private mutating func checkNames(_ file: DotEnv?) {
        var found = 0
        for name in (file?.names ?? []) + Self.environmentNames() {
            guard let meaning = SettingTypos.meaning(of: name) else { continue }
            found += 1
            add(
                "names",
                .warn,
                "\(name) is set, and nothing reads it",
                meaning.isEmpty ? "see quesquant --help for the names" : "is it \(meaning)?"
            )
        }
        if found == 0 { add("names", .pass, "no name that looks mistyped") }
    }

    private mutating func checkDashboard(_ settings: Settings) {
        if settings[SettingName.dashboardKey] == nil {
            add(
                "dashboard_key",
                .warn,
                "\(SettingName.dashboardKey) is not set: nobody can stop or change a session",
                "set it; without it the control endpoints answer 500"
            )
        } else {
            add("dashboard_key", .pass, "\(SettingName.dashboardKey) is set")
        }
    }

    /// Where the data directory stands.
    mutating func checkDirectory(_ directory: DataDirectory) {
        if directory.hasKillLatch() {
            add(
                "kill_latch",
                .warn,
                "\(directory.killLatch) is there: serve starts stopped",
                "an authenticated PATCH {\"is_running\": true} lifts it"
            )
        } else {
            add("kill_latch", .pass, "no emergency stop is latched")
        }
        do {
            _ = try directory.readParameters()
        } catch {
            add("parameters", .fail, error.description)
        }
    }

    /// Which services are not the usual ones.
    mutating func checkAddresses(_ settings: Settings) {
        let names = SettingName.all.filter { $0.hasSuffix("_URL") && settings[$0] != nil }
        add(
            "addresses",
            .pass,
            names.isEmpty
                ? "every service at its usual address"
                : "elsewhere: \(names.joined(separator: ", "))"
        )
    }

    mutating func add(
        _ name: String,
        _ verdict: Finding.Verdict,
        _ text: String,
        _ advice: String? = nil
    ) {
        findings.append(
            Finding(area: .configuration, name: name, verdict: verdict, text: text, advice: advice)
        )
    }

    /// The names, without their values, that the process was started with.
    private static func environmentNames() -> [String] {
        let names = try? GuardedFile.read(
            "/proc/self/environ",
            byteCountMax: environmentBytesMax
        ) { (bytes, _) throws(UsageError) in
            var names: [String] = []
            var name: [UInt8] = []
            var isInName = true
            for index in bytes.indices {
                switch bytes[index] {
                case 0: (name, isInName) = ([], true)
                case UInt8(ascii: "=") where isInName:
                    names.append(String(decoding: name, as: UTF8.self))
                    isInName = false
                default: if isInName { name.append(bytes[index]) }
                }
            }
            return names
        }
        return names ?? []
    }
}
