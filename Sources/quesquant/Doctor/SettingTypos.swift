/// Names of settings that are nearly ours: nothing reads them, and whoever set them believes that
/// something does.
enum SettingTypos {
    /// What other clients of the venue call the same things.
    private static let foreign: [String: String] = [
        "PK": SettingName.Secret.privateKey.rawValue,
        "PRIVATE_KEY": SettingName.Secret.privateKey.rawValue,
        "POLYGON_PRIVATE_KEY": SettingName.Secret.privateKey.rawValue,
        "POLYMARKET_PK": SettingName.Secret.privateKey.rawValue,
        "FUNDER": SettingName.funder,
        "FUNDER_ADDRESS": SettingName.funder,
        "POLYMARKET_PROXY_ADDRESS": SettingName.funder,
        "POLYMARKET_FUNDER_ADDRESS": SettingName.funder,
        "SIGNATURE_TYPE": SettingName.signatureType,
        "CLOB_API_KEY": SettingName.Secret.apiKey.rawValue,
        "CLOB_SECRET": SettingName.Secret.apiSecret.rawValue,
        "CLOB_PASS_PHRASE": SettingName.Secret.apiPassphrase.rawValue,
        "CLOB_API_URL": SettingName.clob,
        "RPC_URL": SettingName.polygon,
        "POLYGON_RPC": SettingName.polygon,
        "API_KEY": SettingName.dashboardKey,
    ]
    private static let prefixes = ["POLYMARKET_", "BINANCE_", "POLYGON_", "DASHBOARD_"]
    /// Letters that may be wrong for a name to be the same one mistyped.
    private static let distanceMax = 2

    /// What `name` was probably meant to be: a name of ours, or the empty text when it only looks
    /// as if it belonged here; `nil` for a name of somebody else, and for ours.
    static func meaning(of name: String) -> String? {
        if SettingName.all.contains(name) { return nil }
        let upper = name.uppercased()
        if let ours = foreign[upper] { return ours }
        let nearest = SettingName.all.min { distance(upper, $0) < distance(upper, $1) }
        if let nearest, distance(upper, nearest) <= distanceMax { return nearest }
        return prefixes.contains { upper.hasPrefix($0) } ? "" : nil
    }

    /// Letters to insert, remove or replace to make one of the other (Levenshtein).
    private static func distance(_ lhs: String, _ rhs: String) -> Int {
        let (left, right) = (Array(lhs.utf8), Array(rhs.utf8))
        guard abs(left.count - right.count) <= distanceMax else { return .max }
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var corner = row[0]
            row[0] = index + 1
            for column in right.indices {
                let replaced = corner + (letter == right[column] ? 0 : 1)
                corner = row[column + 1]
                row[column + 1] = min(replaced, corner + 1, row[column] + 1)
            }
        }
        return row[right.count]
    }
}
