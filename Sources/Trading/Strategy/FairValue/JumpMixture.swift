/// A normal distribution with a second, wider component that stands for jumps (strategy 2.7):
/// `(1 - w) Phi(d) + w Phi(d / scale)`.
struct JumpMixture: Equatable {
    /// Of the wide component, 0 ... 1.
    let weight: Double
    /// How many times wider it is; at least 1.
    let scale: Double

    func cumulative(_ d: Double) -> Double {
        (1 - weight) * NormalDistribution.cumulative(d)
            + weight * NormalDistribution.cumulative(d / scale)
    }

    func density(_ d: Double) -> Double {
        (1 - weight) * NormalDistribution.density(d)
            + weight * NormalDistribution.density(d / scale) / scale
    }

    /// The `d` at which `cumulative(d)` is `probability`, for 0.5 ... 0.9.
    ///
    /// Newton's method from zero: the function is concave above it, so that every step stays short
    /// of the root and the next is shorter. Eight are exact to the last bits up to 0.9.
    func upperQuantile(_ probability: Double) -> Double {
        var d = 0.0
        for _ in 0..<8 { d += (probability - cumulative(d)) / density(d) }
        return d
    }
}
