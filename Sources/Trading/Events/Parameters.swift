/// The five parameters of the API (`PATCH /api/v1/control/parameters`), with its defaults.
///
/// Prices and liquidity are kept as the API carries them, as `Double`: they are thresholds of the
/// model, they are echoed back to the client bit for bit, and they are rounded to ticks once, in
/// the quoter.
public struct Parameters: Equatable, Sendable {
    /// The least half-spread, in dollars, 0 ... 0.5.
    public var spreadOffset = 0.005
    /// Shares per order, 1 ... 1,000,000.
    public var orderSize: Int64 = 10
    /// The greatest absolute inventory, in shares, 0 ... 1,000,000; worst case, open orders counted.
    public var maxPosition: Int64 = 50
    /// Collateral that must rest in the whole book, in dollars (strategy 14).
    public var minLiquidity = 10_000.0
    /// The master switch.
    public var isRunning = true

    public init() {}
}

/// A partial update: what is `nil` stays as it is.
public struct ParameterPatch: Equatable, Sendable {
    public var spreadOffset: Double?
    public var orderSize: Int64?
    public var maxPosition: Int64?
    public var minLiquidity: Double?
    public var isRunning: Bool?

    public init() {}

    public var isEmpty: Bool { self == ParameterPatch() }
}

extension Parameters {
    /// These parameters with the patch's fields in place of the old ones.
    public func applying(_ patch: ParameterPatch) -> Parameters {
        var result = self
        if let value = patch.spreadOffset { result.spreadOffset = value }
        if let value = patch.orderSize { result.orderSize = value }
        if let value = patch.maxPosition { result.maxPosition = value }
        if let value = patch.minLiquidity { result.minLiquidity = value }
        if let value = patch.isRunning { result.isRunning = value }
        return result
    }
}
