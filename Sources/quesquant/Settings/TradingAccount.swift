internal import Crypto
internal import Venues

/// The account that trades: its key, whose money it uses, and the API key if one is given.
///
///     POLYMARKET_PRIVATE_KEY        64 hexadecimal digits, with or without 0x; or
///     POLYMARKET_PRIVATE_KEY_FILE   a file that holds them, mode 0600
///     POLYMARKET_SIGNATURE_TYPE     who holds the money: 0|eoa, 1|proxy, 2|safe, 3|deposit
///     POLYMARKET_FUNDER             its address; may be left out, and is checked when it is not
///     POLYMARKET_API_KEY, POLYMARKET_API_SECRET, POLYMARKET_API_PASSPHRASE
///                                   all three, or none: then the venue derives them from the key
///
/// Secrets come from the environment, from `.env` or from the file. A file with a secret has to be
/// a regular one of the user's own that nobody else may touch. They are in `SecretBytes` from the
/// first moment on: no description, error or mirror of this type has them.
struct TradingAccount: Sendable {
    let key: PrivateKey
    let wallet: TradingWallet
    /// `nil` when none are given: the venue is to be asked (`ClobRequest.deriveAPIKey`).
    let credentials: APICredentials?

    /// The key's own account: it owns the API key, whoever pays.
    var address: EthereumAddress { key.address }

    var signer: OrderSigner { OrderSigner(key) }

    /// The largest key file, in bytes: the digits and some blanks.
    private static let keyFileBytesMax = 256

    /// The account that the settings describe; `nil` when they have no key.
    ///
    /// Takes the secrets out of the environment: call it once, before the first thread starts.
    /// - Throws: `UsageError` that names the setting and what is wrong with it, never its value.
    static func read(_ settings: Settings) throws(UsageError) -> TradingAccount? {
        let credentials = try StatedCredentials.read(settings)
        guard let key = try readKey(settings) else { return nil }
        return TradingAccount(
            key: key,
            wallet: try readWallet(settings, owner: key.address),
            credentials: try credentials?.credentials(of: key.address)
        )
    }

    /// - Throws: as `read`, and when there is no key.
    static func require(_ settings: Settings) throws(UsageError) -> TradingAccount {
        if let account = try read(settings) { return account }
        throw UsageError(
            description: "trading needs an account: \(SettingName.Secret.privateKey.rawValue) or "
                + "\(SettingName.privateKeyFile) is not set"
        )
    }

    // MARK: - Key

    /// `nil` when none is given.
    static func readKey(_ settings: Settings) throws(UsageError) -> PrivateKey? {
        let name = SettingName.Secret.privateKey
        let path = settings[SettingName.privateKeyFile]
        guard let place = settings.place(of: [name]) else {
            guard let path else { return nil }
            return try readKeyFile(path)
        }
        guard path == nil else {
            throw UsageError(
                description: "\(name.rawValue) and \(SettingName.privateKeyFile) are both set: "
                    + "one of them is enough"
            )
        }
        guard let secret = try settings.takeSecret(name, from: place) else {
            throw UsageError(description: "\(name.rawValue): \(PrivateKeyError.wrongLength)")
        }
        return try makeKey(secret.span, name.rawValue)
    }

    private static func readKeyFile(_ path: String) throws(UsageError) -> PrivateKey {
        let name = SettingName.privateKeyFile
        let key = try GuardedFile.read(path, byteCountMax: keyFileBytesMax) {
            (bytes, exposure) throws(UsageError) in
            if let exposure {
                throw UsageError(description: "\(name): \(exposure.sentence(path))")
            }
            return try makeKey(bytes, "\(name) \(path)")
        }
        guard let key else {
            throw UsageError(description: "\(name): there is no file \(path)")
        }
        return key
    }

    private static func makeKey(
        _ text: Span<UInt8>,
        _ source: String
    ) throws(UsageError) -> PrivateKey {
        var (start, end) = (0, text.count)
        while start < end && text[start] <= 0x20 { start += 1 }
        while end > start && text[end - 1] <= 0x20 { end -= 1 }
        do {
            return try PrivateKey(hexadecimal: text.extracting(start..<end))
        } catch {
            throw UsageError(description: "\(source): \(error)")
        }
    }
}

// MARK: - Wallet

extension TradingAccount {
    /// Who may hold the money of a key, by the names that the settings use.
    enum WalletKind: UInt8, CaseIterable {
        case eoa = 0
        case proxy = 1
        case safe = 2
        case deposit = 3

        /// - Parameter text: the venue's number, or the name.
        init?(_ text: String) {
            let word = text.lowercased()
            guard
                let kind = Self.allCases.first(where: {
                    "\($0)" == word || "\($0.rawValue)" == word
                })
            else { return nil }
            self = kind
        }

        /// The addresses that a key's wallet of this kind has, the usual one first.
        func addresses(of owner: EthereumAddress) -> [EthereumAddress] {
            switch self {
            case .eoa: [owner]
            case .proxy: [WalletAddress.proxy(of: owner)]
            case .safe: [WalletAddress.safe(of: owner)]
            case .deposit:
                [WalletAddress.deposit(of: owner), WalletAddress.earlierDeposit(of: owner)]
            }
        }
    }

    /// The wallet that type and funder name together. One of them is enough when it is plain what
    /// it means: no account is guessed.
    static func readWallet(
        _ settings: Settings,
        owner: EthereumAddress
    ) throws(UsageError) -> TradingWallet {
        let funder = try readFunder(settings)
        guard let text = settings[SettingName.signatureType] else {
            return try wallet(fundedBy: funder, owner: owner)
        }
        guard let kind = WalletKind(text) else {
            throw UsageError(
                description: "\(SettingName.signatureType): 0 or eoa, 1 or proxy, 2 or safe, "
                    + "3 or deposit"
            )
        }
        let derived = kind.addresses(of: owner)
        // A deposit wallet decides by itself who signs for it, so one that was made otherwise may
        // be this key's all the same. The exchange itself derives the other two.
        if let funder, !derived.contains(funder), kind != .deposit {
            throw UsageError(
                description: "\(SettingName.funder): \(funder) is not the \(kind) wallet of the "
                    + "key \(owner), which is \(derived[0])"
            )
        }
        return switch kind {
        case .eoa: .eoa(owner)
        case .proxy: .proxy(of: owner)
        case .safe: .safe(of: owner)
        case .deposit: .deposit(funder ?? derived[0])
        }
    }

    private static func wallet(
        fundedBy funder: EthereumAddress?,
        owner: EthereumAddress
    ) throws(UsageError) -> TradingWallet {
        guard let funder else {
            throw UsageError(
                description: "\(SettingName.signatureType) is not set: 0 or eoa when the key's own "
                    + "account holds the money, 1 or proxy, 2 or safe, 3 or deposit"
            )
        }
        let kind = WalletKind.allCases.first { $0.addresses(of: owner).contains(funder) }
        switch kind {
        case .eoa: return .eoa(owner)
        case .proxy: return .proxy(of: owner)
        case .safe: return .safe(of: owner)
        case .deposit: return .deposit(funder)
        case nil:
            throw UsageError(
                description: "\(SettingName.funder): \(funder) is no wallet of the key \(owner); "
                    + "if it is a deposit wallet, set \(SettingName.signatureType)=deposit"
            )
        }
    }

    private static func readFunder(
        _ settings: Settings
    ) throws(UsageError) -> EthereumAddress? {
        guard let text = settings[SettingName.funder] else { return nil }
        let bytes = Array(text.utf8)
        do {
            return try EthereumAddress(hexadecimal: bytes.span)
        } catch {
            throw UsageError(description: "\(SettingName.funder): \(error)")
        }
    }
}

extension TradingAccount: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    var description: String { "<account \(address) trading for \(wallet.maker)>" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: []) }
}
