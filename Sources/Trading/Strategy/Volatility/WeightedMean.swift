internal import Glibc

/// An exponentially weighted mean over irregular time: a value that counted for `dt` seconds gets
/// the weight `1 - a`, with `a = 2^(-dt / halfLife)`, and all before it is weighed down by `a`.
///
/// Unbiased from the first value on: the weights given so far are divided out.
struct WeightedMean: Sendable {
    private let halfLife: Double
    /// `a` of one second, the usual distance.
    private let decayOfOneSecond: Double
    private var sum = 0.0
    private var weight = 0.0

    /// - Parameter halfLife: in seconds, above zero.
    init(halfLife: Double) {
        self.halfLife = halfLife
        decayOfOneSecond = exp2(-1 / halfLife)
    }

    /// Zero before the first value.
    var mean: Double { weight > 0 ? sum / weight : 0 }

    mutating func add(_ value: Double, over seconds: Double) {
        let decay = seconds == 1 ? decayOfOneSecond : exp2(-seconds / halfLife)
        sum = decay * sum + (1 - decay) * value
        weight = decay * weight + (1 - decay)
    }
}
