internal import TestSupport
internal import Testing
internal import Wire

@Suite struct UTF8TextTests {
    @Test("every scalar is written and read with its length")
    func everyScalar() {
        for value in stride(from: UInt32(0), through: 0x10_FFFF, by: 1) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = SharedBytes(capacity: 4) { UTF8Text.append(scalar, to: &$0) }
            let expected = UTF8.width(scalar)
            guard bytes.count == expected,
                UTF8Text.scalarLength(in: bytes.span, at: 0) == expected
            else {
                Issue.record("U+\(String(value, radix: 16))")
                return
            }
        }
        #expect(made { UTF8Text.append("é", to: &$0) } == "é")
        #expect(made { UTF8Text.append("€", to: &$0) } == "€")
        #expect(made { UTF8Text.append("😀", to: &$0) } == "😀")
    }

    @Test("two and three bytes of every kind are judged as the standard library judges them")
    func shortTexts() {
        let bytes: [UInt8] = [
            0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
            0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        for first in bytes {
            for second in bytes {
                for third in bytes {
                    check([first, second])
                    check([first, second, third])
                    check([first, second, third, 0x80])
                    check([first, second, third, 0x41])
                }
            }
        }
    }

    @Test("characters are counted, not bytes")
    func counting() {
        for text in ["", "abc", "é€😀", "e\u{301}", "\u{FEFF}x"] {
            let bytes = Array(text.utf8)
            #expect(UTF8Text.scalarCount(of: bytes.span) == text.unicodeScalars.count)
        }
    }

    private func check(_ bytes: [UInt8]) {
        let isText = String(validating: bytes, as: UTF8.self) != nil
        if UTF8Text.isValid(bytes.span) != isText { Issue.record("\(bytes)") }
    }
}
