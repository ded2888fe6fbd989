internal import Wire

/// The services that are asked questions, besides the feeds of `LiveAddresses`. Each can be pointed
/// elsewhere by a setting of its name.
struct ServiceAddresses: Sendable {
    /// Polymarket's order service.
    let clob: ServiceURL
    /// The page that says whether the venue serves where we are.
    let geoblock: ServiceURL
    /// Binance's REST interface: the one for market data, which needs no account (binance 1).
    let binance: ServiceURL
    /// A node of Polygon; `nil` when none is named. There is no public one that is fit for trading
    /// (polymarket 1). Its path often is a password: never show more than its `host`.
    let polygon: ServiceURL?

    /// - Throws: `UsageError` that names the key whose value cannot be used.
    init(_ setting: (String) -> String?) throws(UsageError) {
        let web: Set<ServiceURL.Scheme> = [.https, .http]
        func address(_ key: String, _ standard: String) throws(UsageError) -> ServiceURL {
            try LiveAddresses.address(key, setting(key) ?? standard, web)
        }
        clob = try address(SettingName.clob, "https://clob.polymarket.com")
        geoblock = try address(SettingName.geoblock, "https://polymarket.com/api/geoblock")
        binance = try address(SettingName.binance, "https://data-api.binance.vision")
        polygon = try setting(SettingName.polygon).map { (text) throws(UsageError) in
            try Self.secretAddress(SettingName.polygon, text, web)
        }
    }

    /// As `LiveAddresses.address`, and no error shows the path.
    private static func secretAddress(
        _ key: String,
        _ text: String,
        _ schemes: Set<ServiceURL.Scheme>
    ) throws(UsageError) -> ServiceURL {
        let url: ServiceURL
        do {
            url = try ServiceURL(text)
        } catch {
            throw UsageError(
                description: "\(key): not an address of the form https://HOST (\(error))"
            )
        }
        let origin = "\(url.scheme.rawValue)://\(url.authority)"
        _ = try LiveAddresses.address(key, origin, schemes)
        return url
    }
}
