internal import TestSupport
internal import Testing
internal import Wire

@Suite struct JSONStringTests {
    @Test(
        "escapes stand for their characters",
        arguments: [
            ("", ""), ("abc", "abc"), (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t"),
            (#"\u0041\u00e9\u20AC\u2028"#, "Aé€\u{2028}"), (#"\ud83d\ude00"#, "😀"),
            (#"\uD800\uDC00\udbff\udfff"#, "\u{10000}\u{10FFFF}"), (#"é\u00e9é"#, "ééé"),
            (#"\u0000"#, "\u{0}"), (#"\\u0041"#, #"\u0041"#),
            (#"\ufffe\uffff"#, "\u{FFFE}\u{FFFF}"),
        ]
    )
    func decoded(_ text: String, _ expected: String) throws {
        #expect(try decode(text, .refused) == expected)
        #expect(try decode(text, .replaced) == expected)
        #expect(JSONText.hasEscapes(Array(text.utf8).span) == text.contains("\\"))
    }

    @Test(
        "half a surrogate pair is refused at its backslash, or replaced",
        arguments: [
            (#"\ud800"#, 0, "\u{FFFD}"), (#"a\udc00b"#, 1, "a\u{FFFD}b"),
            (#"\ud800\ud800\udc00"#, 0, "\u{FFFD}\u{10000}"), (#"\ud83dx"#, 0, "\u{FFFD}x"),
            (#"\ud83d\n"#, 0, "\u{FFFD}\n"), (#"\ud83d\u0041"#, 0, "\u{FFFD}A"),
            (#"\ude00\ud83d"#, 0, "\u{FFFD}\u{FFFD}"), (#"é\udbff"#, 2, "é\u{FFFD}"),
        ]
    )
    func loneSurrogates(_ text: String, _ offset: Int, _ replaced: String) throws {
        #expect(throws: JSONError(.loneSurrogate, at: offset)) { try decode(text, .refused) }
        #expect(try decode(text, .replaced) == replaced)
    }

    @Test("what no reader would have given is refused, not trapped")
    func foreignText() {
        for (text, reason, offset) in [
            (#"a\"#, .invalidEscape, 1), (#"\x"#, .invalidEscape, 0),
            (#"\u12"#, .invalidUnicodeEscape, 1), (#"\u12g4"#, .invalidUnicodeEscape, 1),
        ] as [(String, JSONError.Reason, Int)] {
            #expect(throws: JSONError(reason, at: offset)) { try decode(text, .replaced) }
        }
    }

    @Test("strings are written with the escapes that Python writes, and no other")
    func written() {
        for (text, expected) in [
            ("", #""""#), ("a\"b\\c/", #""a\"b\\c/""#), ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#),
            ("\u{0}\u{1}\u{B}\u{1F} ", #""\u0000\u0001\u000b\u001f ""#),
            ("\u{7F}\u{2028}é€😀</script>", "\"\u{7F}\u{2028}é€😀</script>\""),
        ] {
            #expect(write(text) == expected)
        }
    }

    @Test("what is written is read back as it was")
    func roundTrip() throws {
        for seed in UInt64(1)...500 {
            var random = SplitMix64(seed: seed)
            var original = ""
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                let ranges: [ClosedRange<UInt32>] = [
                    0...0x7F, 0...0x7F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF,
                    0x1_0000...0x10_FFFF,
                ]
                let range = ranges[Int.random(in: 0..<ranges.count, using: &random)]
                if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) {
                    original.unicodeScalars.append(scalar)
                }
            }
            let document = Array(write(original).utf8)
            var reader = JSONReader(document.span)
            guard case .string(let range) = try reader.next() else {
                Issue.record("no string, seed \(seed)")
                return
            }
            #expect(range == 1..<(document.count - 1), "seed \(seed)")
            #expect(try decode(text(document, range), .refused) == original, "seed \(seed)")
        }
    }

    @Test("the longest escapes fit into the room that is asked for")
    func room() {
        let text = String(repeating: "\u{1}", count: 100)
        #expect(write(text).utf8.count == JSONWriter.stringByteCountMax(100))
    }

    private func decode(
        _ text: String,
        _ loneSurrogate: JSONText.LoneSurrogate
    ) throws(JSONError) -> String {
        let bytes = Array(text.utf8)
        // No more room than promised to be enough.
        let decoded = try SharedBytes(capacity: bytes.count) { output throws(JSONError) in
            try JSONText.decode(bytes.span, loneSurrogate: loneSurrogate, into: &output)
        }
        return string(decoded.span)
    }

    private func write(_ text: String) -> String {
        var buffer = ByteBuffer()
        JSONWriter.append(string: text, to: &buffer)
        return string(buffer.span)
    }
}

/// The bytes as text.
func string(_ bytes: Span<UInt8>) -> String {
    var copy: [UInt8] = []
    for index in bytes.indices { copy.append(bytes[index]) }
    return String(decoding: copy, as: UTF8.self)
}
