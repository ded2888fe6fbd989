internal import Crypto

/// What a command is told from outside: by the environment, and where that says nothing, by `.env`
/// in the working directory. An empty value is no value.
struct Settings {
    let dotEnv: DotEnv

    /// - Throws: `UsageError` when `.env` is there and cannot be read or understood.
    static func read(_ path: String = ".env") throws(UsageError) -> Settings {
        Settings(dotEnv: try DotEnv.read(path))
    }

    /// A value that is no secret.
    subscript(name: String) -> String? {
        if let value = Environment[name], !value.isEmpty { return value }
        guard let value = dotEnv[name], !value.isEmpty else { return nil }
        return value
    }

    /// Where a secret is looked for: all that belong together come from one place, so that no key
    /// of one account meets the passphrase of another.
    enum Place: CustomStringConvertible {
        case environment
        case dotEnv(String)

        var description: String {
            switch self {
            case .environment: "the environment"
            case .dotEnv(let path): path
            }
        }
    }

    /// The place that has any of `names`; the environment goes first.
    func place(of names: [SettingName.Secret]) -> Place? {
        if names.contains(where: Environment.has) { return .environment }
        return names.contains(where: { dotEnv.has($0) }) ? .dotEnv(dotEnv.name) : nil
    }

    /// A secret; the environment forgets it, so that it can be asked for once.
    /// - Throws: `UsageError` when it is in a `.env` that others could read.
    func takeSecret(
        _ name: SettingName.Secret,
        from place: Place
    ) throws(UsageError) -> SecretBytes? {
        switch place {
        case .environment: Environment.takeSecret(name)
        case .dotEnv: try dotEnv.secret(name)
        }
    }
}
