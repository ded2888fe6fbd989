/// How much each horizon of the past tells of the time that remains: the heterogeneous
/// autoregression of strategy 3, with fixed weights that sum to one.
struct VolatilityHorizon: Equatable, Sendable {
    /// Weights of the 15 s, 120 s and 900 s means and of the long run.
    let fast: Double
    let middle: Double
    let slow: Double
    let long: Double

    /// - Parameter remaining: seconds to the end of the window.
    static func weights(remaining: Double) -> VolatilityHorizon {
        if remaining < 60 {
            return VolatilityHorizon(fast: 0.50, middle: 0.35, slow: 0.15, long: 0)
        }
        if remaining <= 300 {
            return VolatilityHorizon(fast: 0.25, middle: 0.40, slow: 0.25, long: 0.10)
        }
        return VolatilityHorizon(fast: 0.10, middle: 0.30, slow: 0.35, long: 0.25)
    }
}
