import Foundation
import Testing

@testable import Trading

@Suite struct SimulatorMathTests {
    @Test("exp, log and the normal distribution agree with the C library's to 1e-13")
    func againstC() {
        for step in -4_000...4_000 {
            let x = Double(step) / 97
            let power = SimulatorMath.exp(x)
            #expect(abs(power / exp(x) - 1) < 1e-13, "exp \(x)")
            #expect(abs(SimulatorMath.log(power) - x) < 1e-13 * max(1, abs(x)), "log of e^\(x)")
            if abs(x) < 7 {
                let expected = 0.5 * erfc(-x / 2.0.squareRoot())
                #expect(abs(SimulatorMath.normalCDF(x) - expected) < 1e-13, "Phi \(x)")
            }
        }
        #expect(SimulatorMath.exp(0) == 1 && SimulatorMath.log(1) == 0)
        #expect(SimulatorMath.normalCDF(40) == 1 && SimulatorMath.normalCDF(-40) == 0)
        #expect(SimulatorMath.exp(1e9).isFinite && SimulatorMath.exp(-1e9) >= 0)
        #expect(abs(SimulatorMath.log(1e-300) - log(1e-300)) < 1e-12)
    }

    @Test("the generators have the means and deviations that they are named for")
    func moments() {
        var random = SimulatorRandom(seed: 4, stream: 1)
        let count = 100_000
        var uniform = 0.0
        var exponential = 0.0
        var sum = 0.0
        var squares = 0.0
        for _ in 0..<count {
            let value = random.uniform()
            #expect(value >= 0 && value < 1)
            uniform += value
            exponential += random.exponential(mean: 3)
            let normal = random.normal()
            sum += normal
            squares += normal * normal
        }
        #expect(abs(uniform / Double(count) - 0.5) < 0.005)
        #expect(abs(exponential / Double(count) - 3) < 0.05)
        #expect(abs(sum / Double(count)) < 0.015)
        #expect(abs(squares / Double(count) - 1) < 0.02)
    }
}
