internal import TestSupport
internal import Testing
internal import Wire

@Suite struct DoubleTextTests {
    @Test(
        "a number has the text that Python's repr gives it",
        arguments: [
            (0.0, "0.0"), (-0.0, "-0.0"), (1, "1.0"), (-1, "-1.0"), (10_000, "10000.0"),
            (0.005, "0.005"), (0.1, "0.1"), (0.02, "0.02"), (100, "100.0"), (123.456, "123.456"),
            (1e15, "1000000000000000.0"), (9_007_199_254_740_992, "9007199254740992.0"),
            (9_999_999_999_999_998, "9999999999999998.0"), (1e16, "1e+16"), (1e22, "1e+22"),
            (1.5e16, "1.5e+16"), (123_456_789_012_345_680, "1.2345678901234568e+17"),
            (1e40, "1e+40"), (1e100, "1e+100"), (1e308, "1e+308"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (0.0001, "0.0001"),
            (0.00011, "0.00011"), (0.00001, "1e-05"), (0.000012, "1.2e-05"), (1e-9, "1e-09"),
            (1e-10, "1e-10"), (1e-100, "1e-100"), (.leastNonzeroMagnitude, "5e-324"),
            (.leastNormalMagnitude, "2.2250738585072014e-308"),
            (0.12345678901234568, "0.12345678901234568"), (0.1 + 0.2, "0.30000000000000004"),
            (-1.2345678901234568e-300, "-1.2345678901234568e-300"), (2.5, "2.5"),
            (.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf"),
        ] as [(Double, String)]
    )
    func written(_ value: Double, _ text: String) {
        #expect(made { DoubleText.append(value, to: &$0) } == text)
        #expect(text.utf8.count <= DoubleText.byteCountMax)
    }

    @Test(
        "a number of JSON is read to the nearest value",
        arguments: [
            ("0", 0), ("1", 1), ("-1.5", -1.5), ("1e3", 1_000), ("1E-3", 0.001), ("0.1", 0.1),
            ("1e400", .infinity), ("-1e400", -.infinity), ("1e-400", 0),
            ("5e-324", .leastNonzeroMagnitude),
            ("10000000000000000000000000000000000000000", 1e40),
            ("9007199254740993", 9_007_199_254_740_992),
            ("0.1000000000000000055511151231257827021181583404541015625", 0.1),
        ] as [(String, Double)]
    )
    func read(_ text: String, _ value: Double) {
        #expect(parse(text) == value)
    }

    @Test("the sign of zero is read")
    func negativeZero() {
        #expect(parse("-0.0")?.sign == .minus)
        #expect(parse("-0")?.sign == .minus)
        #expect(parse("0.0")?.sign == .plus)
    }

    @Test(
        "what JSON does not call a number is none",
        arguments: [
            "", "+1", ".5", "5.", "01", "1e", "0x10", "nan", "NaN", "inf", "Infinity", " 1", "1 ",
            "1_0", "1,5", "--1", "true", "null", "\"1\"", "[]", "1 2", "1\u{0}", "-", "e5",
        ]
    )
    func refused(_ text: String) {
        #expect(parse(text) == nil)
    }

    @Test("every value comes back bit for bit, from the shortest text")
    func roundTrip() {
        for seed in UInt64(1)...5_000 {
            var random = SplitMix64(seed: seed)
            // All magnitudes, and those that people use.
            let value =
                seed % 2 == 0
                ? Double(bitPattern: random.next())
                : Double(Int64.random(in: -1_000_000_000...1_000_000_000, using: &random)) / 1e5
            guard value.isFinite else { continue }
            let text = made { DoubleText.append(value, to: &$0) }
            #expect(parse(text)?.bitPattern == value.bitPattern, "seed \(seed): \(text)")
            #expect(
                digitCount(text) <= digitCount("\(value)"),
                "seed \(seed): \(text) for \(value)"
            )
        }
    }

    /// Significant digits.
    private func digitCount(_ text: String) -> Int {
        let mantissa = text.prefix { $0 != "e" }.filter(\.isNumber)
        let trimmed = mantissa.drop { $0 == "0" }
        return max(1, trimmed.count - trimmed.reversed().prefix { $0 == "0" }.count)
    }

    private func parse(_ text: String) -> Double? {
        let bytes = Array(text.utf8)
        return DoubleText.parse(bytes.span)
    }
}
