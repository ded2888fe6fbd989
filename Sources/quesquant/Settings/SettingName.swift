/// The names of what can be set in the environment and in `.env`.
enum SettingName {
    /// Those whose value nobody may see. `DASHBOARD_API_KEY` guards a local door and is not among
    /// them: it is read as it always was.
    enum Secret: String, CaseIterable {
        case privateKey = "POLYMARKET_PRIVATE_KEY"
        case apiKey = "POLYMARKET_API_KEY"
        case apiSecret = "POLYMARKET_API_SECRET"
        case apiPassphrase = "POLYMARKET_API_PASSPHRASE"
    }

    static let privateKeyFile = "POLYMARKET_PRIVATE_KEY_FILE"
    static let signatureType = "POLYMARKET_SIGNATURE_TYPE"
    static let funder = "POLYMARKET_FUNDER"

    static let dashboardKey = "DASHBOARD_API_KEY"

    static let clob = "POLYMARKET_CLOB_URL"
    static let socket = "POLYMARKET_WS_URL"
    static let prices = "POLYMARKET_RTDS_URL"
    static let gamma = "POLYMARKET_GAMMA_URL"
    static let geoblock = "POLYMARKET_GEOBLOCK_URL"
    static let binanceSocket = "BINANCE_WS_URL"
    static let binance = "BINANCE_REST_URL"
    static let polygon = "POLYGON_RPC_URL"

    /// Every name that means something to some command.
    static let all: [String] =
        Secret.allCases.map(\.rawValue) + [
            privateKeyFile, signatureType, funder, dashboardKey, clob, socket, prices, gamma,
            geoblock, binanceSocket, binance, polygon,
        ]
}
