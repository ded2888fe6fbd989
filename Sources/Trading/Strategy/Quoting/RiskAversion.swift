/// How averse to inventory the quotes are: the `g` of `Reservation`, from what an operator can
/// picture, the shift of the quotes when the position is at its limit (strategy 5).
enum RiskAversion {
    /// Shift of the reservation price at `max_position`, in log-odds: three ticks of a cent at one
    /// half (`0.03 / (0.5 * 0.5)`).
    static let shiftAtLimit = 0.12
    /// Aversion grows to this multiple, plus one, as the window runs out: less time to work it off.
    static let growthOverWindow = 2.0
    /// In the last stretch it is doubled besides.
    static let lastStretch = 120.0
    /// An inventory is thought to be worked off within this many seconds.
    static let workOffSeconds = 60.0
    /// The least share of the outcome's variance that an inventory is thought to bear.
    ///
    /// By the formula alone a 15-minute window would begin with 4 %, which shrinks three ticks of
    /// skew at the limit to an eighth of one: nothing is left after rounding. A third keeps one
    /// tick, which is also what GLFT asks for with ordinary parameters.
    static let workOffShareMin = 1.0 / 3

    /// `g` per share.
    /// - Parameters:
    ///   - maxPosition: shares; a limit below one share counts as one.
    ///   - remaining: seconds to the window's end.
    ///   - length: seconds from the window's start to its end, positive.
    static func perShare(maxPosition: Int64, remaining: Double, length: Double) -> Double {
        let base = shiftAtLimit / Double(max(maxPosition, 1))
        let elapsed = min(max(1 - remaining / length, 0), 1)
        let growth = 1 + growthOverWindow * elapsed
        return base * growth * (remaining <= lastStretch ? 2 : 1)
    }

    /// The part of the outcome's variance that is still borne while an inventory is worked off:
    /// `min(1, sigma_p^2 h / (p (1 - p)))`, not below `workOffShareMin`.
    /// - Parameters:
    ///   - sigmaP: standard deviation of the probability, per square root of a second.
    ///   - remaining: seconds to the window's end.
    static func workOffShare(probability: Double, sigmaP: Double, remaining: Double) -> Double {
        let horizon = min(max(remaining, 0), workOffSeconds)
        let outcomeVariance = probability * (1 - probability)
        guard outcomeVariance > 0 else { return 1 }
        return min(max(sigmaP * sigmaP * horizon / outcomeVariance, workOffShareMin), 1)
    }

    /// `g_eff`: what the reservation price uses.
    static func effective(
        maxPosition: Int64,
        probability: Double,
        sigmaP: Double,
        remaining: Double,
        length: Double
    ) -> Double {
        perShare(maxPosition: maxPosition, remaining: remaining, length: length)
            * workOffShare(probability: probability, sigmaP: sigmaP, remaining: remaining)
    }
}
