internal import Testing

@testable internal import Trading

@Suite("Volatility") struct VolatilityTests {
    /// The one-second return of a 40 % market.
    private let ordinary = 0.40 / 31_557_600.0.squareRoot()

    private func warm() -> Volatility {
        var volatility = Volatility()
        for second in 0..<900 {
            volatility.observe(second % 2 == 0 ? ordinary : -ordinary, isLogarithmic: true)
        }
        return volatility
    }

    @Test("is high while unknown, and decided by the first estimate")
    func warmUp() {
        var volatility = Volatility()
        for _ in 0..<(Volatility.samplesNeeded - 1) {
            volatility.observe(ordinary, isLogarithmic: true)
            #expect(volatility.state == .high && !volatility.isWarm)
        }
        volatility.observe(ordinary, isLogarithmic: true)
        #expect(volatility.state == .low && volatility.isWarm)
    }

    @Test("annualises the returns it was given")
    func annualises() {
        #expect(abs(warm().annualised - 0.40) < 1e-9)
    }

    @Test("two seconds of twice the usual movement are high; calm must last before it is low again")
    func hysteresis() {
        var volatility = warm()
        var seconds = 0
        while volatility.state == .low && seconds < 60 {
            volatility.observe(ordinary * 4, isLogarithmic: true)
            seconds += 1
        }
        #expect(volatility.state == .high)
        #expect(seconds >= 2 && seconds < 20)
        for _ in 0..<29 { volatility.observe(ordinary / 2, isLogarithmic: true) }
        #expect(volatility.state == .high)
        for _ in 0..<120 { volatility.observe(ordinary / 2, isLogarithmic: true) }
        #expect(volatility.state == .low)
    }

    @Test("one return beyond five deviations is a jump")
    func jump() {
        var volatility = warm()
        volatility.observe(ordinary * 5.5, isLogarithmic: true)
        #expect(volatility.state == .high)
    }

    @Test("a level above 80 % a year is high for a reference, and no measure for a midpoint")
    func level() {
        var reference = Volatility()
        var midpoint = Volatility()
        for _ in 0..<100 {
            reference.observe(ordinary * 2.2, isLogarithmic: true)
            midpoint.observe(ordinary * 2.2, isLogarithmic: false)
        }
        #expect(reference.state == .high)
        #expect(midpoint.state == .low)
    }

    @Test("a market that does not move at all is not high")
    func still() {
        var volatility = Volatility()
        for _ in 0..<100 { volatility.observe(0, isLogarithmic: true) }
        #expect(volatility.state == .low)
    }
}
