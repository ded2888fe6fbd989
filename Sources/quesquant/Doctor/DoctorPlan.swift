internal import Crypto
internal import Trading
internal import Venues

/// What is to be checked over the network.
struct DoctorPlan {
    let series: WindowSeries
    let live: LiveAddresses
    let services: ServiceAddresses
    /// A PEM file of the only certificates that are trusted; `nil` for the system's.
    let trustFile: String?
    let account: DoctorAccount
    /// Whether an API key is made when there is none: the only thing that `doctor` ever changes.
    let createsAPIKey: Bool
}

/// The account as far as the settings describe one. Unlike `TradingAccount` it goes as far as it
/// can: each part has a finding of its own.
struct DoctorAccount {
    var key: PrivateKey?
    var wallet: TradingWallet?
    var credentials: APICredentials?
    private(set) var findings: [Finding] = []

    /// Takes the secrets out of the environment: before the first thread starts.
    init(_ settings: Settings) {
        let stated: Result<StatedCredentials?, UsageError>
        do { stated = .success(try StatedCredentials.read(settings)) } catch {
            stated = .failure(error)
        }
        do {
            key = try TradingAccount.readKey(settings)
        } catch {
            add("private_key", .fail, error.description)
            return
        }
        guard let key else {
            add(
                "private_key",
                .skip,
                "no private key; only --execution live needs one",
                "\(SettingName.privateKeyFile)=PATH, a file with mode 0600"
            )
            return
        }
        add("private_key", .pass, "the key of \(key.address)")
        readWallet(settings, key.address)
        do throws(UsageError) {
            credentials = try stated.get()?.credentials(of: key.address)
        } catch {
            add("api_credentials", .fail, error.description)
        }
    }

    private mutating func readWallet(_ settings: Settings, _ owner: EthereumAddress) {
        let derived = TradingAccount.WalletKind.allCases.map { kind in
            "\(kind) " + kind.addresses(of: owner).map { "\($0)" }.joined(separator: " or ")
        }
        add("wallets", .pass, derived.joined(separator: ", "))
        do {
            let wallet = try TradingAccount.readWallet(settings, owner: owner)
            self.wallet = wallet
            let isOwn = TradingAccount.WalletKind.allCases.contains {
                $0.addresses(of: owner).contains(wallet.maker)
            }
            add(
                "wallet",
                isOwn ? .pass : .warn,
                "orders are paid by \(wallet.maker) (\(wallet.signatureType), type "
                    + "\(wallet.signatureType.rawValue))",
                isOwn
                    ? nil
                    : "this wallet does not follow from the key: make sure that it lets the key sign"
            )
        } catch {
            add("wallet", .fail, error.description)
        }
    }

    private mutating func add(
        _ name: String,
        _ verdict: Finding.Verdict,
        _ text: String,
        _ advice: String? = nil
    ) {
        findings.append(
            Finding(area: .account, name: name, verdict: verdict, text: text, advice: advice)
        )
    }
}
