internal import TestSupport
internal import Testing
internal import Wire

/// Reasons and offsets. The table was checked against CPython 3.11's `json.loads`, whose messages
/// and positions the API answers with.
@Suite struct JSONErrorTests {
    @Test(
        "what is no JSON is refused for CPython's reason at CPython's position",
        arguments: [
            ("", .expectedValue, 0), ("   ", .expectedValue, 3), ("{", .expectedKey, 1),
            (#"{"a""#, .expectedColon, 4), (#"{"a" 1}"#, .expectedColon, 5),
            (#"{"a":"#, .expectedValue, 5), (#"{"a":1"#, .expectedComma, 6),
            (#"{"a":1,"#, .expectedKey, 7), (#"{"a":1,}"#, .expectedKey, 7),
            (#"{"a",}"#, .expectedColon, 4), ("{,}", .expectedKey, 1), ("{1:2}", .expectedKey, 1),
            ("{'a':1}", .expectedKey, 1), (#"{"a":1]"#, .expectedComma, 6),
            ("[", .expectedValue, 1), ("[1", .expectedComma, 2), ("[1,", .expectedValue, 3),
            ("[1,]", .expectedValue, 3), ("[1 2]", .expectedComma, 3), ("[,]", .expectedValue, 1),
            ("[1}", .expectedComma, 2), ("]", .expectedValue, 0), (":", .expectedValue, 0),
            ("1 2", .extraData, 2), ("{}}", .extraData, 2), (#""a"b"#, .extraData, 3),
            ("true1", .extraData, 4), ("020", .extraData, 1), ("-01", .extraData, 2),
            ("5.", .extraData, 1), ("1.e5", .extraData, 1), ("1e", .extraData, 1),
            ("1e+", .extraData, 1), ("0x10", .extraData, 1), ("[1.5.2]", .expectedComma, 4),
            (#"{"a":01}"#, .expectedComma, 6), ("+20", .expectedValue, 0),
            (".5", .expectedValue, 0), ("-", .expectedValue, 0), ("--1", .expectedValue, 0),
            ("-a", .expectedValue, 0), ("nul", .expectedValue, 0), ("tru", .expectedValue, 0),
            ("True", .expectedValue, 0), ("NaN", .expectedValue, 0), ("\u{B}1", .expectedValue, 0),
            ("\u{0}", .expectedValue, 0), ("1\u{A0}", .extraData, 1), ("é", .expectedValue, 0),
            (#""abc"#, .unterminatedString, 0), (#"["a","bc"#, .unterminatedString, 5),
            (#""\"#, .unterminatedString, 0), (#""abcdefgh\"#, .unterminatedString, 0),
            ("\"a\n\"", .controlCharacter, 2), ("\"abcdefghi\u{1F}\"", .controlCharacter, 10),
            ("\"\u{0}\"", .controlCharacter, 1), ("{\"\t\":1}", .controlCharacter, 2),
            (#""\x""#, .invalidEscape, 1), (#""\'""#, .invalidEscape, 1),
            (#""\U0041""#, .invalidEscape, 1), (#""ab\é""#, .invalidEscape, 3),
            (#""\u12""#, .invalidUnicodeEscape, 2), (#""\u12"#, .invalidUnicodeEscape, 2),
            (#""\u1234"#, .invalidUnicodeEscape, 2), (#""\uzzzz""#, .invalidUnicodeEscape, 2),
            (#""\u00e"#, .invalidUnicodeEscape, 2), (#""\ud800\u12x4""#, .invalidUnicodeEscape, 8),
            (#""\ud83d\ude00"#, .invalidUnicodeEscape, 8),
            (#""\u 123""#, .invalidUnicodeEscape, 2), (#""\u+123""#, .invalidUnicodeEscape, 2),
        ] as [(String, JSONError.Reason, Int)]
    )
    func refused(_ document: String, _ reason: JSONError.Reason, _ offset: Int) {
        #expect(firstError(Array(document.utf8)) == JSONError(reason, at: offset))
    }

    @Test("a string that is not UTF-8 is refused where it stops being so")
    func invalidUTF8() {
        let bad: [[UInt8]] = [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80],
            [0xE0, 0x9F, 0xBF], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
            [0xEF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF],
        ]
        for bytes in bad {
            for lead in ["", "a", "abcdefg", "abcdefgh", "é"] {
                let document = Array("[\"\(lead)".utf8) + bytes + Array("\"]".utf8)
                #expect(
                    firstError(document)
                        == JSONError(.invalidUTF8, at: 2 + lead.utf8.count),
                    "\(bytes) after \(lead)"
                )
            }
        }
    }

    @Test("a reader that has thrown may be called again without harm")
    func callingAgain() {
        for document in ["[1 2]", "{\"a\" 1}", "\"abc", "tru", "[[[", "{\"a\":1]}", "1 2"] {
            let bytes = Array(document.utf8)
            var reader = JSONReader(bytes.span)
            var errors = 0
            for _ in 0..<20 {
                do { _ = try reader.next() } catch { errors += 1 }
            }
            #expect(errors > 0, "\(document)")
        }
    }

    @Test("damaged documents are judged as the grammar judges them, and nothing traps")
    func damagedDocuments() {
        let seeds: [String] = [
            #"{"bids":[{"price":"0.01","size":"10924.61"}],"t":1776323404.77,"ok":true}"#,
            #"[1,-2.5e10,"\u00e9\ud83d\ude00 \\ \"",null,false,{},[],{"a":{"b":[[]]}}]"#,
            #" { "é€😀" : "\b\f\n\r\t\/" , "x" : [ 0 , 0.0 , 1E-2 ] } "#,
        ]
        let alphabet = Array(#"{}[]",:\ue0123.-+Etrufalsn "#.utf8) + [0x00, 0x1F, 0x80, 0xC3, 0xFF]
        for seed in UInt64(1)...6_000 {
            var random = SplitMix64(seed: seed)
            var document = Array(seeds[Int(seed) % seeds.count].utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<document.count, using: &random)
                let byte = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                switch Int.random(in: 0..<4, using: &random) {
                case 0: document[place] = byte
                case 1: document.insert(byte, at: place)
                case 2: document.remove(at: place)
                default: document.removeSubrange(place..<min(place + 5, document.count - 1))
                }
                if document.isEmpty { document = [byte] }
            }
            var grammar = NaiveGrammar(document)
            let isJSON = grammar.isJSON()
            #expect(
                (firstError(document) == nil) == isJSON,
                "seed \(seed): \(String(decoding: document, as: UTF8.self))"
            )
        }
    }
}

/// RFC 8259's grammar, letter by letter and slowly: says only yes or no.
private struct NaiveGrammar {
    private var rest: [UInt8]

    init(_ document: [UInt8]) { rest = document.reversed() }

    mutating func isJSON() -> Bool {
        guard value() else { return false }
        blanks()
        return rest.isEmpty
    }

    private mutating func take(_ text: String) -> Bool {
        let bytes = Array(text.utf8.reversed())
        guard rest.suffix(bytes.count) == bytes[...] else { return false }
        rest.removeLast(bytes.count)
        return true
    }

    private mutating func take(anyOf set: String, _ count: inout Int) -> Bool {
        guard let byte = rest.last, set.utf8.contains(byte) else { return false }
        rest.removeLast()
        count += 1
        return true
    }

    private mutating func blanks() {
        var count = 0
        while take(anyOf: " \t\r\n", &count) {}
    }

    private mutating func value() -> Bool {
        blanks()
        if take("true") || take("false") || take("null") { return true }
        if take("[") { return list("]") { $0.value() } }
        if take("{") {
            return list("}") { grammar in
                grammar.blanks()
                guard grammar.take("\""), grammar.string() else { return false }
                grammar.blanks()
                return grammar.take(":") && grammar.value()
            }
        }
        return take("\"") ? string() : number()
    }

    private mutating func list(
        _ end: String,
        _ element: (inout NaiveGrammar) -> Bool
    ) -> Bool {
        blanks()
        if take(end) { return true }
        repeat {
            guard element(&self) else { return false }
            blanks()
        } while take(",")
        return take(end)
    }

    private mutating func digits() -> Int {
        var count = 0
        while take(anyOf: "0123456789", &count) {}
        return count
    }

    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0") { guard digits() > 0 else { return false } }
        if take(".") { guard digits() > 0 else { return false } }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            guard digits() > 0 else { return false }
        }
        return true
    }

    private mutating func string() -> Bool {
        var content: [UInt8] = []
        while let byte = rest.popLast() {
            if byte == 0x22 {
                return String(validating: content, as: UTF8.self) != nil
            } else if byte == 0x5C {
                var count = 0
                if take("u") {
                    for _ in 0..<4 where !take(anyOf: "0123456789abcdefABCDEF", &count) {
                        return false
                    }
                } else if !take(anyOf: "\"\\/bfnrt", &count) {
                    return false
                }
            } else if byte < 0x20 {
                return false
            } else {
                content.append(byte)
            }
        }
        return false
    }
}
