public import Crypto
internal import Trading
internal import Wire

/// What the venue believes an account owns of something, and has allowed others to take.
public struct BalanceAllowance: Equatable, Sendable {
    /// Contracts that one answer tells of.
    public static let allowancesMax = 64

    /// In base units: millionths.
    public let balance: Word256
    /// By contract.
    public let allowances: [EthereumAddress: Word256]

    public static func decode(_ body: Span<UInt8>) throws(ClobAnswerError) -> BalanceAllowance {
        var balance: Word256?
        var allowances: [EthereumAddress: Word256] = [:]
        var reader = JSONReader(body)
        try ClobReader.beginObject(&reader)
        while case .key(let name) = try ClobReader.token(&reader) {
            if reader.matches(name, "balance") {
                balance = try ClobReader.whole(&reader)
            } else if reader.matches(name, "allowances") {
                allowances = try readAllowances(&reader)
            } else {
                try ClobReader.skipValue(&reader)
            }
        }
        try ClobReader.end(&reader)
        guard let balance else { throw .incomplete }
        return BalanceAllowance(balance: balance, allowances: allowances)
    }

    @_lifetime(reader: copy reader)
    private static func readAllowances(
        _ reader: inout JSONReader
    ) throws(ClobAnswerError) -> [EthereumAddress: Word256] {
        switch try ClobReader.token(&reader) {
        case .null: return [:]
        case .beginObject: break
        default: throw .malformed
        }
        var allowances: [EthereumAddress: Word256] = [:]
        while case .key(let name) = try ClobReader.token(&reader) {
            guard allowances.count < allowancesMax else { throw .tooMany }
            guard let contract = try? EthereumAddress(hexadecimal: reader.bytes(name)) else {
                throw .malformed
            }
            allowances[contract] = try ClobReader.whole(&reader) ?? .zero
        }
        return allowances
    }
}

/// Short answers.
public enum ClobAnswers {
    /// The server's clock, in seconds since 1970: a bare number.
    public static func time(_ body: Span<UInt8>) throws(ClobAnswerError) -> UInt64 {
        var reader = JSONReader(body)
        guard let seconds = try ClobReader.whole(&reader)?.number else { throw .malformed }
        try ClobReader.end(&reader)
        return seconds
    }

    /// The protocol's version. Trade on 2 only.
    public static func version(_ body: Span<UInt8>) throws(ClobAnswerError) -> UInt64 {
        var version: UInt64?
        var reader = JSONReader(body)
        try ClobReader.beginObject(&reader)
        while case .key(let name) = try ClobReader.token(&reader) {
            if reader.matches(name, "version") {
                version = try ClobReader.whole(&reader)?.number
            } else {
                try ClobReader.skipValue(&reader)
            }
        }
        try ClobReader.end(&reader)
        guard let version else { throw .incomplete }
        return version
    }

    /// Whether the account may only close positions.
    public static func closedOnly(_ body: Span<UInt8>) throws(ClobAnswerError) -> Bool {
        try flag("closed_only", body)
    }

    /// Whether the venue does not serve where we are (answer of the geoblock page).
    public static func blocked(_ body: Span<UInt8>) throws(ClobAnswerError) -> Bool {
        try flag("blocked", body)
    }

    private static func flag(
        _ key: StaticString,
        _ body: Span<UInt8>
    ) throws(ClobAnswerError) -> Bool {
        var flag: Bool?
        var reader = JSONReader(body)
        try ClobReader.beginObject(&reader)
        while case .key(let name) = try ClobReader.token(&reader) {
            if reader.matches(name, key) {
                flag = try ClobReader.boolean(&reader)
            } else {
                try ClobReader.skipValue(&reader)
            }
        }
        try ClobReader.end(&reader)
        guard let flag else { throw .incomplete }
        return flag
    }

    /// An API key, made or derived. The caller should `wipe` the body.
    public static func credentials(
        _ body: Span<UInt8>,
        address: EthereumAddress
    ) throws(ClobAnswerError) -> APICredentials {
        var (key, secret, passphrase) = (0..<0, 0..<0, 0..<0)
        var reader = JSONReader(body)
        try ClobReader.beginObject(&reader)
        while case .key(let name) = try ClobReader.token(&reader) {
            if reader.matches(name, "apiKey") {
                key = try ClobReader.scalar(&reader) ?? 0..<0
            } else if reader.matches(name, "secret") {
                secret = try ClobReader.scalar(&reader) ?? 0..<0
            } else if reader.matches(name, "passphrase") {
                passphrase = try ClobReader.scalar(&reader) ?? 0..<0
            } else {
                try ClobReader.skipValue(&reader)
            }
        }
        try ClobReader.end(&reader)
        guard !key.isEmpty, !secret.isEmpty, !passphrase.isEmpty else { throw .incomplete }
        // Hexadecimal and Base64 need no escapes; what has some is something else.
        guard !JSONText.hasEscapes(body.extracting(secret)),
            !JSONText.hasEscapes(body.extracting(passphrase))
        else { throw .malformed }
        do {
            return try APICredentials(
                address: address,
                key: body.extracting(key),
                secret: body.extracting(secret),
                passphrase: body.extracting(passphrase)
            )
        } catch {
            throw .malformed
        }
    }
}
