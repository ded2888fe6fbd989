// For `rounded()` and `squareRoot()`, which are exact but calls into libm on a plain x86-64.
internal import Glibc

/// The three functions that the simulated market needs beyond IEEE arithmetic.
///
/// The C library's differ in the last bit between versions and processors; these use nothing but
/// `+ - * /`, so that a seed gives the same market on every machine.
enum SimulatorMath {
    private static let naturalLogOf2 = 0.693147180559945309417232121458

    /// e to the power `x`, relative error below 1e-14; `x` is clamped to -700 ... 700.
    static func exp(_ x: Double) -> Double {
        let clamped = max(-700, min(700, x))
        let exponent = (clamped / naturalLogOf2).rounded()
        // |rest| <= 0.347, so that thirteen terms of the series are exact to the last bit.
        let rest = clamped - exponent * naturalLogOf2
        var sum = 1.0
        var term = 13.0
        while term >= 1 {
            sum = 1 + sum * rest / term
            term -= 1
        }
        return Double(sign: .plus, exponent: Int(exponent), significand: sum)
    }

    /// The natural logarithm, error below 1e-14.
    /// - Precondition: `x` is positive and finite.
    static func log(_ x: Double) -> Double {
        precondition(x > 0 && x.isFinite, "a logarithm needs a positive number")
        var exponent = Double(x.exponent)
        var mantissa = x.significand
        if mantissa > 1.4142135623730951 {
            mantissa /= 2
            exponent += 1
        }
        // log m = 2 artanh(s) with |s| < 0.172: the series falls by 0.03 a term.
        let ratio = (mantissa - 1) / (mantissa + 1)
        let square = ratio * ratio
        var sum = 0.0
        var odd = 21.0
        while odd >= 1 {
            sum = sum * square + 1 / odd
            odd -= 2
        }
        return 2 * ratio * sum + exponent * naturalLogOf2
    }

    /// The standard normal distribution function, error below 1e-14 (Hart's rational
    /// approximation in West's form: G. West, "Better approximations to cumulative normal
    /// functions", Wilmott 2005). Beyond 7 standard deviations it is 0 or 1.
    static func normalCDF(_ x: Double) -> Double {
        let z = abs(x)
        guard z < 7 else { return x > 0 ? 1 : 0 }
        var above = 3.52624965998911e-02 * z + 0.700383064443688
        above = above * z + 6.37396220353165
        above = above * z + 33.912866078383
        above = above * z + 112.079291497871
        above = above * z + 221.213596169931
        above = above * z + 220.206867912376
        var below = 8.83883476483184e-02 * z + 1.75566716318264
        below = below * z + 16.064177579207
        below = below * z + 86.7807322029461
        below = below * z + 296.564248779674
        below = below * z + 637.333633378831
        below = below * z + 793.826512519948
        below = below * z + 440.413735824752
        let tail = exp(-z * z / 2) * above / below
        return x > 0 ? 1 - tail : tail
    }
}
