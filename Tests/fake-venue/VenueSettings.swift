internal import Crypto
internal import Foundation
internal import Venues

/// The settings that point `quesquant` to this venue, with a private key that was made up a moment
/// ago and owns nothing anywhere else.
struct VenueSettings {
    let owner: EthereumAddress
    private let signatureType: UInt8
    private let digits: String

    init(_ signatureType: UInt8) throws {
        let bytes = randomBytes(32)
        owner = try PrivateKey(bytes.span).address
        digits = hexadecimal(bytes.span)
        self.signatureType = signatureType
    }

    /// Lines of a `.env`.
    /// - Parameter credentials: an API key that the account has already.
    func text(
        address: String,
        isSecure: Bool,
        credentials: Account.Credentials?
    ) -> String {
        let web = (isSecure ? "https://" : "http://") + address
        let socket = (isSecure ? "wss://" : "ws://") + address
        let wallet = Account.wallet(of: owner, SignatureType(rawValue: signatureType) ?? .eoa)
        let keys = credentials.map { credentials in
            """
            POLYMARKET_API_KEY=\(credentials.key)
            POLYMARKET_API_SECRET=\(credentials.secret)
            POLYMARKET_API_PASSPHRASE=\(credentials.passphrase)

            """
        }
        return """
            POLYMARKET_CLOB_URL=\(web)
            POLYMARKET_WS_URL=\(socket)
            POLYMARKET_RTDS_URL=\(socket)
            POLYMARKET_GAMMA_URL=\(web)
            POLYMARKET_GEOBLOCK_URL=\(web)/api/geoblock
            BINANCE_WS_URL=\(socket)
            BINANCE_REST_URL=\(web)
            POLYGON_RPC_URL=\(web)/rpc
            POLYMARKET_PRIVATE_KEY=0x\(digits)
            POLYMARKET_SIGNATURE_TYPE=\(signatureType)
            POLYMARKET_FUNDER=\(wallet)
            \(keys ?? "")
            """
    }

    /// Readable by its owner alone from the first byte on.
    static func write(_ text: String, to path: String) throws {
        let made = FileManager.default.createFile(
            atPath: path,
            contents: nil,
            attributes: [.posixPermissions: 0o600]
        )
        guard made, let file = FileHandle(forWritingAtPath: path) else {
            throw CocoaError(.fileWriteUnknown)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }
}
