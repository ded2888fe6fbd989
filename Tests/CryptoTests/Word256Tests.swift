internal import Crypto
internal import TestSupport
internal import Testing

@Suite struct Word256Tests {
    private static let greatest =
        "115792089237316195423570985008687907853269984665640564039457584007913129639935"

    /// Numbers in decimal and as words.
    private static let numbers: [(String, String)] = [
        ("0", String(repeating: "0", count: 64)),
        ("1", String(repeating: "0", count: 63) + "1"),
        ("255", String(repeating: "0", count: 62) + "ff"),
        (
            "18446744073709551615",
            String(repeating: "0", count: 48) + String(repeating: "f", count: 16)
        ),
        (
            "18446744073709551616",
            String(repeating: "0", count: 47) + "1" + String(repeating: "0", count: 16)
        ),
        ("1000000000000000000", "0000000000000000000000000000000000000000000000000de0b6b3a7640000"),
        (
            "1000000000000000000000000000000000000",
            "0000000000000000000000000000000000c097ce7bc90715b34b9f1000000000"
        ),
        (greatest, String(repeating: "f", count: 64)),
    ]

    @Test("decimal text becomes the word of the table and back", arguments: numbers)
    func decimal(_ text: String, _ digits: String) throws {
        let number = try #require(decimalWord(text))
        #expect(number.description == "0x" + digits)
        #expect(number == (try word("0x" + digits.uppercased())))
        #expect(written { number.appendDecimal(to: &$0) } == text)
    }

    @Test("random numbers come back from their decimal text")
    func roundTrip() throws {
        var random = SplitMix64(seed: 256)
        for _ in 0..<500 {
            let zeros = Int.random(in: 0...32, using: &random)
            let bytes = (0..<32).map { index in
                index < zeros ? 0 : UInt8.random(in: 0...255, using: &random)
            }
            let number = Word256(bytes.span)
            let text = written { number.appendDecimal(to: &$0) }
            #expect(decimalWord(text) == number, "\(number)")
        }
    }

    @Test(
        "what is no number below 2^256 is refused",
        arguments: [
            "", " ", "-1", "+1", "1.0", "1e3", "0x1", "01", "00", "12a", "1 ", "\u{661}",
            // 2^256, and more digits than it has.
            "115792089237316195423570985008687907853269984665640564039457584007913129639936",
            "999999999999999999999999999999999999999999999999999999999999999999999999999999",
            "1000000000000000000000000000000000000000000000000000000000000000000000000000000",
        ]
    )
    func refusedDecimal(_ text: String) {
        #expect(decimalWord(text) == nil)
    }

    @Test("a number below 2^64 is given back, a greater one is not")
    func number() throws {
        for value in [0, 1, 255, 256, UInt64.max] { #expect(Word256(value).number == value) }
        #expect(decimalWord("18446744073709551616")?.number == nil)
        #expect(decimalWord(Self.greatest)?.number == nil)
    }

    @Test("hexadecimal text must be 0x and 64 digits")
    func refusedHexadecimal() {
        let digits = String(repeating: "a", count: 64)
        #expect(hexadecimalWord("0x\(digits)") != nil)
        for text in [
            "", "0x", digits, "0X\(digits)", "0x\(digits)a", "0x\(digits.dropLast())",
            "0x\(digits.dropLast())g", " 0x\(digits.dropLast())",
        ] {
            #expect(hexadecimalWord(text) == nil, "\(text)")
        }
    }

    @Test("one other bit anywhere makes another word")
    func equality() throws {
        var random = SplitMix64(seed: 1)
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
        for bit in 0..<256 {
            var other = bytes
            other[bit / 8] ^= 1 << (bit % 8)
            #expect(word(bytes) != word(other))
        }
    }
}
