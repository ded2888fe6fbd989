internal import Crypto
internal import Venues

/// API credentials as the settings have them: all three, and not yet checked.
struct StatedCredentials {
    private let key: SecretBytes
    private let secret: SecretBytes
    private let passphrase: SecretBytes

    private static let names: [SettingName.Secret] = [.apiKey, .apiSecret, .apiPassphrase]

    /// `nil` when none of the three is set.
    /// - Throws: `UsageError` when some are, or when others could read the file they are in.
    static func read(_ settings: Settings) throws(UsageError) -> StatedCredentials? {
        guard let place = settings.place(of: names) else { return nil }
        var found: [SecretBytes] = []
        var missing: [String] = []
        for name in names {
            if let value = try settings.takeSecret(name, from: place), value.count > 0 {
                found.append(value)
            } else {
                missing.append(name.rawValue)
            }
        }
        guard missing.isEmpty else {
            throw UsageError(
                description: "\(missing.joined(separator: " and ")) not set in \(place): API key, "
                    + "secret and passphrase go together"
            )
        }
        return StatedCredentials(key: found[0], secret: found[1], passphrase: found[2])
    }

    /// - Throws: `UsageError` that names the one that cannot be.
    func credentials(of address: EthereumAddress) throws(UsageError) -> APICredentials {
        let (key, secret, passphrase) = (key, secret, passphrase)
        do {
            return try APICredentials(
                address: address,
                key: key.span,
                secret: secret.span,
                passphrase: passphrase.span
            )
        } catch {
            let name: SettingName.Secret =
                switch error {
                case .key: .apiKey
                case .secret: .apiSecret
                case .passphrase: .apiPassphrase
                }
            throw UsageError(description: "\(name.rawValue): \(error)")
        }
    }
}
