internal import TestSupport
internal import Testing
internal import Wire

@Suite struct DecimalTextTests {
    @Test(
        "what venues send is read exactly",
        arguments: [
            ("0.51", 4, 5_100), ("10924.61", 6, 10_924_610_000), ("1", 6, 1_000_000),
            ("100.0", 0, 100), ("0", 0, 0), ("0.0001", 4, 1),
            ("98500.00000000", 8, 9_850_000_000_000),
            ("0.5000", 1, 5), ("0.0", 18, 0), ("0.000000000000000000000000", 2, 0),
            ("9223372036854775807", 0, Int64.max), ("9.223372036854775807", 18, Int64.max),
            ("922337203685477580.70", 1, Int64.max), ("1776323404879", 0, 1_776_323_404_879),
        ] as [(String, Int, Int64)]
    )
    func read(_ text: String, _ decimals: Int, _ value: Int64) throws {
        #expect(try parse(text, decimals) == value)
        #expect(try parse(text, decimals, .allowed) == value)
        #expect(try parseNumber(text, decimals) == value)
        let negative = value == 0 ? 0 : -value
        #expect(try parse("-" + text, decimals, .allowed) == negative)
        #expect(throws: DecimalError.malformed) { try parse("-" + text, decimals) }
    }

    @Test(
        "anything else is refused by name",
        arguments: [
            ("", 2, .empty), (".5", 2, .malformed), ("5.", 2, .malformed), (".", 2, .malformed),
            ("-", 2, .malformed), ("--1", 2, .malformed), ("+1", 2, .malformed),
            ("01", 2, .malformed), ("00", 2, .malformed), ("-01", 2, .malformed),
            ("1 ", 2, .malformed), (" 1", 2, .malformed), ("1.2.3", 2, .malformed),
            ("1.234x", 2, .malformed), ("1.2-", 2, .malformed), ("0x1", 2, .malformed),
            ("1_0", 2, .malformed), ("1,5", 2, .malformed), ("NaN", 2, .malformed),
            ("1.\u{0}", 2, .malformed), ("٣", 2, .malformed), ("1.-5", 2, .malformed),
            ("0.123", 2, .tooPrecise), ("1.5", 0, .tooPrecise), ("0.001", 2, .tooPrecise),
            ("0.5000001", 6, .tooPrecise), ("99999999999999999999.001", 2, .tooPrecise),
            ("9223372036854775808", 0, .outOfRange), ("922337203685477580.8", 1, .outOfRange),
            ("10", 18, .outOfRange), ("18446744073709551616", 0, .outOfRange),
            ("99999999999999999999999999", 0, .outOfRange), ("9.3", 18, .outOfRange),
        ] as [(String, Int, DecimalError)]
    )
    func refused(_ text: String, _ decimals: Int, _ error: DecimalError) {
        #expect(throws: error) { try parse(text, decimals, .allowed) }
        #expect(throws: error) { try parseNumber(text, decimals) }
    }

    @Test("the least value there is has a text, too")
    func leastValue() throws {
        #expect(try parse("-9223372036854775808", 0, .allowed) == .min)
        #expect(throws: DecimalError.outOfRange) {
            try parse("-9223372036854775809", 0, .allowed)
        }
        #expect(try parse("-0", 4, .allowed) == 0)
        #expect(write(.min, 0, 0) == "-9223372036854775808")
        #expect(write(.min, 18, 18) == "-9.223372036854775808")
    }

    @Test(
        "an exponent moves the point",
        arguments: [
            ("1e-05", 8, 1_000), ("1.5E+3", 2, 150_000), ("0e5", 0, 0), ("-2.5e0", 1, -25),
            ("12345e-3", 3, 12_345), ("1e18", 0, 1_000_000_000_000_000_000), ("0.001e3", 0, 1),
            ("100e-2", 0, 1), ("1.000e0", 0, 1), ("0e999999999999999999999", 4, 0),
            ("0.0e-99999999999999999999", 4, 0), ("10000000000000000000000e-20", 0, 100),
            ("0.00000000000000000000015e24", 0, 150), ("1e00", 0, 1), ("1E-0", 0, 1),
        ] as [(String, Int, Int64)]
    )
    func exponents(_ text: String, _ decimals: Int, _ value: Int64) throws {
        #expect(try parseNumber(text, decimals) == value)
        #expect(throws: DecimalError.malformed) { try parse(text, decimals, .allowed) }
    }

    @Test(
        "an exponent that leads out of the scale or is none is refused",
        arguments: [
            ("1e-05", 4, .tooPrecise), ("1.5e0", 0, .tooPrecise), ("5e-1", 0, .tooPrecise),
            ("1e-999999999999", 18, .tooPrecise), ("1e19", 0, .outOfRange),
            ("1e999999999999", 0, .outOfRange), ("9.3e18", 0, .outOfRange), ("1e", 0, .malformed),
            ("1e+", 0, .malformed), ("e5", 0, .malformed), ("1e5e5", 0, .malformed),
            ("1e5.0", 0, .malformed), ("1.e5", 0, .malformed), (".1e5", 0, .malformed),
            ("01e5", 0, .malformed), ("1e 5", 0, .malformed), ("-e5", 0, .malformed),
            ("1e--5", 0, .malformed), ("+1e5", 0, .malformed),
        ] as [(String, Int, DecimalError)]
    )
    func exponentsRefused(_ text: String, _ decimals: Int, _ error: DecimalError) {
        #expect(throws: error) { try parseNumber(text, decimals) }
    }

    @Test("integers are digits and nothing else")
    func integers() throws {
        #expect(try parseInteger("1776323404879") == 1_776_323_404_879)
        #expect(try parseInteger("007") == 7)
        #expect(try parseInteger("9223372036854775807") == .max)
        #expect(throws: DecimalError.outOfRange) { try parseInteger("9223372036854775808") }
        #expect(throws: DecimalError.empty) { try parseInteger("") }
        for text in ["-1", "+1", "1.0", " 1", "1 ", "a", "1a"] {
            #expect(throws: DecimalError.malformed) { try parseInteger(text) }
        }
    }

    @Test(
        "zeros at the end are left out down to the decimals wanted",
        arguments: [
            (15_000_000, 6, 0, "15"), (15_000_000, 6, 1, "15.0"), (15_000_000, 6, 6, "15.000000"),
            (15_500_000, 6, 0, "15.5"), (9_850_000_000_000, 8, 1, "98500.0"), (5_100, 4, 1, "0.51"),
            (5_000, 4, 2, "0.50"), (1, 4, 1, "0.0001"), (0, 6, 0, "0"), (0, 6, 1, "0.0"),
            (-505_000, 6, 1, "-0.505"), (-1, 18, 0, "-0.000000000000000001"), (7, 0, 0, "7"),
            (-7, 0, 0, "-7"), (100, 0, 0, "100"), (100, 2, 0, "1"),
            (.max, 6, 1, "9223372036854.775807"),
        ] as [(Int64, Int, Int, String)]
    )
    func written(_ value: Int64, _ decimals: Int, _ minimum: Int, _ text: String) {
        #expect(write(value, decimals, minimum) == text)
        #expect(text.utf8.count <= DecimalText.byteCountMax)
    }

    @Test("integers are written at every length, with zeros in front on request")
    func integersWritten() {
        var power: UInt64 = 1
        for digits in 1...20 {
            for value in [power, power - 1, power + 1, power &* 9] {
                #expect(made { DecimalText.append(value, to: &$0) } == "\(value)")
                let signed = Int64(truncatingIfNeeded: value)
                #expect(made { DecimalText.append(signed, to: &$0) } == "\(signed)")
            }
            #expect(
                made { DecimalText.append(7 as UInt64, digits: digits, to: &$0) }
                    == String(repeating: "0", count: digits - 1) + "7"
            )
            power = power &* 10
        }
        #expect(made { DecimalText.append(UInt64.max, to: &$0) } == "18446744073709551615")
        #expect(made { DecimalText.append(Int64.min, to: &$0) } == "-9223372036854775808")
        #expect(made { DecimalText.append(0 as UInt64, digits: 6, to: &$0) } == "000000")
    }

    @Test("random values are written as digits say they must, and read back the same")
    func roundTrip() throws {
        for seed in UInt64(1)...4_000 {
            var random = SplitMix64(seed: seed)
            let decimals = Int.random(in: 0...18, using: &random)
            let minimum = Int.random(in: 0...decimals, using: &random)
            let shift = UInt64.random(in: 0..<64, using: &random)
            let value = Int64(bitPattern: random.next()) >> Int64(shift)
            let text = write(value, decimals, minimum)
            #expect(text == naiveText(value, decimals, minimum), "seed \(seed)")
            #expect(try parse(text, decimals, .allowed) == value, "seed \(seed)")
        }
    }

    @Test("random texts are judged as long-hand arithmetic judges them")
    func oracle() {
        let alphabet = Array("0000123456789..-".utf8)
        for seed in UInt64(1)...20_000 {
            var random = SplitMix64(seed: seed)
            let decimals = Int.random(in: 0...18, using: &random)
            let count = Int.random(in: 0...24, using: &random)
            let bytes = (0..<count).map { _ in
                alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let expected = naiveValue(text, decimals)
            let value = try? parse(text, decimals, .allowed)
            #expect(value == expected, "seed \(seed): \(text) at \(decimals)")
            let number = try? parseNumber(text + "e-3", decimals)
            let shifted = expected.flatMap { $0 % 1_000 == 0 ? $0 / 1_000 : nil }
            if expected != nil {
                #expect(number == shifted, "seed \(seed): \(text)e-3 at \(decimals)")
            }
        }
    }

    // MARK: - Long-hand

    private func naiveText(_ value: Int64, _ decimals: Int, _ minimum: Int) -> String {
        var digits = String(value.magnitude)
        while digits.count <= decimals { digits = "0" + digits }
        var fraction = String(digits.suffix(decimals))
        let whole = String(digits.dropLast(decimals))
        while fraction.count > minimum && fraction.hasSuffix("0") { fraction.removeLast() }
        return (value < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
    }

    private func naiveValue(_ text: String, _ decimals: Int) -> Int64? {
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0)
            .split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && !$0.contains("-") }) else {
            return nil
        }
        guard !parts[0].hasPrefix("0") || parts[0].count == 1 else { return nil }
        var fraction = parts.count == 2 ? String(parts[1]) : ""
        while fraction.count > decimals && fraction.hasSuffix("0") { fraction.removeLast() }
        guard fraction.count <= decimals else { return nil }
        fraction += String(repeating: "0", count: decimals - fraction.count)
        return Int64((isNegative ? "-" : "") + String(parts[0]) + fraction)
    }

    // MARK: - Calls

    private func parse(
        _ text: String,
        _ decimals: Int,
        _ sign: DecimalText.Sign = .refused
    ) throws -> Int64 {
        let bytes = Array(text.utf8)
        return try DecimalText.parse(bytes.span, decimals: decimals, sign: sign)
    }

    private func parseNumber(_ text: String, _ decimals: Int) throws -> Int64 {
        let bytes = Array(text.utf8)
        return try DecimalText.parseNumber(bytes.span, decimals: decimals)
    }

    private func parseInteger(_ text: String) throws -> Int64 {
        let bytes = Array(text.utf8)
        return try DecimalText.parseInteger(bytes.span)
    }

    private func write(_ value: Int64, _ decimals: Int, _ minimum: Int) -> String {
        made {
            DecimalText.append(value, decimals: decimals, minimumDecimals: minimum, to: &$0)
        }
    }
}

/// What a writer writes.
func made(_ write: (inout OutputSpan<UInt8>) -> Void) -> String {
    let bytes = SharedBytes(capacity: 64) { output in write(&output) }
    return string(bytes.span)
}
