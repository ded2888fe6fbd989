/// The simulated market's randomness: xoshiro256** (Blackman and Vigna, 2018), seeded through
/// SplitMix64 as its authors recommend. The same seed and stream give the same numbers forever.
struct SimulatorRandom: Equatable, Sendable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    /// Streams of one seed are independent of each other, so that drawing more from one (a busier
    /// book) does not change another (the price's path).
    init(seed: UInt64, stream: UInt64) {
        var state = seed
        state = Self.splitMix(&state) ^ (stream &* 0xD134_2543_DE82_EF95)
        s0 = Self.splitMix(&state)
        s1 = Self.splitMix(&state)
        s2 = Self.splitMix(&state)
        s3 = Self.splitMix(&state)
    }

    private static func splitMix(_ state: inout UInt64) -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func next() -> UInt64 {
        let scrambled = s1 &* 5
        let result = ((scrambled << 7) | (scrambled >> 57)) &* 9
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = (s3 << 45) | (s3 >> 19)
        return result
    }

    /// In 0 ..< 1.
    mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

    mutating func uniform(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * uniform()
    }

    /// In 0 ..< `bound`. The bias of the plain remainder is far below anything a market shows.
    /// - Precondition: `bound` is positive.
    mutating func integer(below bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

    /// Exponentially distributed, at most 20 means.
    mutating func exponential(mean: Double) -> Double {
        -mean * SimulatorMath.log(max(1 - uniform(), 2e-9))
    }

    /// Standard normal (Marsaglia's polar method; its second number is not kept, so that the state
    /// is the four words alone).
    mutating func normal() -> Double {
        while true {
            let x = uniform(-1, 1)
            let y = uniform(-1, 1)
            let square = x * x + y * y
            if square < 1 && square > 1e-300 {
                return x * (-2 * SimulatorMath.log(square) / square).squareRoot()
            }
        }
    }

    /// Median 1, the logarithm's standard deviation as given.
    mutating func logNormal(deviation: Double) -> Double {
        SimulatorMath.exp(deviation * normal())
    }
}
