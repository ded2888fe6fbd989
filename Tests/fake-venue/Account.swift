internal import Crypto
internal import Trading
internal import Venues

/// The one account that trades here: whose key it is, which wallet holds its money, its API keys.
struct Account {
    /// What an API key is made of.
    struct Credentials: Equatable {
        let key: String
        let secret: String
        let passphrase: String

        var json: JSONValue {
            ["apiKey": .text(key), "secret": .text(secret), "passphrase": .text(passphrase)]
        }
    }

    /// The address of the private key. `nil` until somebody has proven one; the first one counts.
    private(set) var owner: EthereumAddress?
    let signatureType: SignatureType
    private(set) var keys: [Credentials] = []
    /// The account may only close positions.
    var isClosedOnly = false

    init(owner: EthereumAddress?, signatureType: SignatureType, credentials: Credentials?) {
        self.owner = owner
        self.signatureType = signatureType
        if let credentials { keys.append(credentials) }
    }

    /// Where the money is: the order's maker.
    var wallet: EthereumAddress? { owner.map { Self.wallet(of: $0, signatureType) } }

    static func wallet(of owner: EthereumAddress, _ type: SignatureType) -> EthereumAddress {
        switch type {
        case .eoa: owner
        case .proxy: WalletAddress.proxy(of: owner)
        case .safe: WalletAddress.safe(of: owner)
        case .depositWallet: WalletAddress.deposit(of: owner)
        }
    }

    /// Whether the address is the account's; the first one ever asked for becomes it.
    mutating func admit(_ address: EthereumAddress) -> Bool {
        if owner == nil { owner = address }
        return owner == address
    }

    func credentials(_ key: String) -> Credentials? { keys.first { $0.key == key } }

    /// `nil` when there is one for this nonce already.
    mutating func createKey(nonce: UInt64) -> Credentials? {
        guard let made = derived(nonce), credentials(made.key) == nil else { return nil }
        keys.append(made)
        return made
    }

    /// `nil` when none was made for this nonce.
    func deriveKey(nonce: UInt64) -> Credentials? {
        guard let made = derived(nonce) else { return nil }
        // Keys given on the command line are what nonce 0 stands for.
        if nonce == 0, let first = keys.first, credentials(made.key) == nil { return first }
        return credentials(made.key)
    }

    mutating func deleteKey(_ key: String) { keys.removeAll { $0.key == key } }

    /// The same for the same address and nonce, in every run.
    private func derived(_ nonce: UInt64) -> Credentials? {
        guard let owner else { return nil }
        func digest(_ purpose: String) -> InlineArray<32, UInt8> {
            SHA256.hash(Array("fake venue, \(purpose) of \(owner), nonce \(nonce)".utf8).span)
        }
        let secret = digest("secret")
        let secretText = [UInt8](capacity: Base64URL.textByteCount(32)) {
            Base64URL.append(secret.span, to: &$0)
        }
        let digits = hexadecimal(digest("key").span)
        let parts = [(0, 8), (8, 4), (12, 4), (16, 4), (20, 12)].map { start, count in
            digits.dropFirst(start).prefix(count)
        }
        return Credentials(
            key: parts.joined(separator: "-"),
            secret: String(decoding: secretText, as: UTF8.self),
            passphrase: hexadecimal(digest("passphrase").span)
        )
    }
}

/// What the account's wallet holds.
struct Holdings {
    var cash: Money
    private(set) var tokens: [String: Quantity] = [:]

    init(cash: Money) { self.cash = cash }

    /// Below zero only between the failure of a trade whose shares were paid out, and the
    /// correction.
    func size(_ token: String) -> Quantity { tokens[token] ?? .zero }

    mutating func set(_ token: String, _ size: Quantity) {
        tokens[token] = size == .zero ? nil : size
    }

    /// A fill of the account's, or its reversal.
    mutating func apply(_ fill: VenueTrade.Part, reversed: Bool = false) {
        let isBuy = (fill.side == .buy) != reversed
        let cost = Money(fill.size, at: fill.price)
        cash += isBuy ? -cost : cost
        cash += reversed ? fill.fee : -fill.fee
        set(fill.token, size(fill.token) + (isBuy ? fill.size : -fill.size))
    }

    /// One dollar for each share of the winner, none for the loser's.
    mutating func payOut(_ market: FakeMarket, winner: Outcome) {
        cash += Money(size(market.token(winner)), at: .one)
        for token in market.tokens { tokens[token] = nil }
    }
}
