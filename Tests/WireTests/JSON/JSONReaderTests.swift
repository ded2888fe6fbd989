internal import Testing
internal import Wire

@Suite struct JSONReaderTests {
    @Test("a venue's book frame is read in place, level by level")
    func bookFrame() throws {
        let frame = Array(
            #"""
            {"market":"0x9b","timestamp":"1776323404879","bids":[{"price":"0.01","size":"10924.61"},
            {"price":"0.02","size":"6936"}],"extra":{"a":[1,{"b":[]}],"c":"\"]}"},"asks":[]}
            """#.utf8
        )
        var reader = JSONReader(frame.span)
        var levels: [[Int64]] = []
        var names: [String] = []
        #expect(try reader.next() == .beginObject)
        while case .key(let name) = try reader.next() {
            names.append(text(frame, name))
            guard reader.matches(name, "bids") else {
                try reader.skipValue()
                continue
            }
            #expect(try reader.next() == .beginArray)
            while case .beginObject = try reader.next() {
                var level: [Int64] = []
                while case .key(let name) = try reader.next() {
                    guard case .string(let value) = try reader.next() else { continue }
                    let decimals = reader.matches(name, "price") ? 4 : 6
                    level.append(
                        try DecimalText.parse(reader.bytes(value), decimals: decimals)
                    )
                }
                levels.append(level)
            }
        }
        #expect(try reader.next() == .end)
        #expect(names == ["market", "timestamp", "bids", "extra", "asks"])
        #expect(levels == [[100, 10_924_610_000], [200, 6_936_000_000]])
        #expect(reader.offset == frame.count)
    }

    @Test(
        "every kind of value is one token, its range is what stands between the quotes",
        arguments: [
            ("1", "1"), (" \t\r\n-0 ", "-0"), ("-12.50e+07", "-12.50e+07"), ("1E5", "1E5"),
            ("true", "true"), ("false", "false"), ("null", "null"), (#""""#, "''"),
            (#""a\"b\\\u00e9é😀""#, #"'a\"b\\\u00e9é😀'"#),
            ("[]", "[ ]"), ("{}", "{ }"), ("[[],{}]", "[ [ ] { } ]"),
            (
                #"{"a":1,"b":[true,null,"x"],"":{"c":{}}}"#,
                "{ a: 1 b: [ true null 'x' ] : { c: { } } }"
            ),
            (#" { "a" : 1 , "b" : [ 2 , 3 ] } "#, "{ a: 1 b: [ 2 3 ] }"),
        ]
    )
    func tokens(_ document: String, _ expected: String) throws {
        #expect(try tokenText(Array(document.utf8)) == expected)
    }

    @Test("after the end comes the end")
    func endRepeats() throws {
        let document = Array(" [1] ".utf8)
        var reader = JSONReader(document.span)
        while try reader.next() != .end {}
        #expect(try reader.next() == .end)
    }

    @Test("a value is skipped whole, whatever is in it, and what follows is read")
    func skipping() throws {
        for value in ["1", #""]}""#, "[]", "{}", #"[1,[2,{"a":[]}],"}"]"#, #"{"a":{"b":[1,2]}}"#] {
            let document = Array(#"{"skipped":\#(value),"read":7}"#.utf8)
            var reader = JSONReader(document.span)
            #expect(try reader.next() == .beginObject)
            guard case .key = try reader.next() else {
                Issue.record("no key in \(value)")
                return
            }
            try reader.skipValue()
            guard case .key(let name) = try reader.next() else {
                Issue.record("no key after \(value)")
                return
            }
            #expect(text(document, name) == "read", "after \(value)")
        }
    }

    @Test("what is left of a container is skipped, its bracket included")
    func skippingTheRest() throws {
        let document = Array(#"[{"a":1,"b":[1,2],"c":{}},5]"#.utf8)
        var reader = JSONReader(document.span)
        for _ in 0..<4 { _ = try reader.next() }
        try reader.skipContainer()
        #expect(try tokenText(&reader, document) == "5 ]")
        // With nothing open there is nothing to skip.
        try reader.skipContainer()
        #expect(try reader.next() == .end)
    }

    @Test("a name is compared as it stands, whole, and never beyond the document")
    func matching() throws {
        for (range, literal, expected) in [
            (2..<7, "price", true), (2..<7, "Price", false), (2..<7, "pric", false),
            (2..<7, "prices", false), (9..<14, "1}abc", false), (3..<3, "", true),
        ] as [(Range<Int>, StaticString, Bool)] {
            let document = Array(#"{"price":1}"#.utf8)
            let reader = JSONReader(document.span)
            let matches = reader.matches(range, literal)
            #expect(matches == expected, "\(range), \(literal)")
        }
    }

    @Test("64 levels are read, the 65th is refused at its bracket")
    func depth() throws {
        let deep = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        #expect(try tokenText(Array(deep.utf8)).count == 64 * 4 - 1)
        let deeper = Array((String(repeating: #"{"a":"#, count: 64) + "[1]").utf8)
        #expect(firstError(deeper) == JSONError(.tooDeep, at: 64 * 5))
        // Depth is what is open at once, not what has been opened.
        let wide = "[" + String(repeating: "[[]],", count: 100) + "0]"
        #expect(firstError(Array(wide.utf8)) == nil)
    }

    @Test("Python's names for what is no number are numbers only on request")
    func nonFinite() throws {
        let document = Array("[NaN,Infinity,-Infinity,-1]".utf8)
        #expect(firstError(document) == JSONError(.expectedValue, at: 1))
        var reader = JSONReader(document.span, takesNonFinite: true)
        #expect(try tokenText(&reader, document) == "[ NaN Infinity -Infinity -1 ]")
        for wrong in ["nan", "Nan", "Infinit", "-Infinit", "-NaN", "+Infinity", "N"] {
            let document = Array(wrong.utf8)
            var reader = JSONReader(document.span, takesNonFinite: true)
            #expect(throws: JSONError(.expectedValue, at: 0)) { _ = try reader.next() }
        }
    }

    @Test("a document cut anywhere is refused, and never read as another")
    func cutAnywhere() throws {
        let document = Array(
            #"{"a":[1.5e3,true,false,null,"x\u00e9\n€😀"],"b":{"c":-0}}"#.utf8
        )
        #expect(firstError(document) == nil)
        for count in 0..<document.count {
            let error = firstError(Array(document[..<count]))
            #expect(error != nil, "cut after \(count) bytes")
            #expect((error?.offset ?? 0) <= count, "cut after \(count) bytes")
        }
    }
}

/// What lies in a range of a document.
func text(_ document: [UInt8], _ range: Range<Int>) -> String {
    String(decoding: document[range], as: UTF8.self)
}

/// The rest of a document's tokens, for people to read.
func tokenText(_ reader: inout JSONReader, _ document: [UInt8]) throws -> String {
    var parts: [String] = []
    while true {
        switch try reader.next() {
        case .beginObject: parts.append("{")
        case .endObject: parts.append("}")
        case .beginArray: parts.append("[")
        case .endArray: parts.append("]")
        case .key(let range): parts.append(text(document, range) + ":")
        case .string(let range): parts.append("'" + text(document, range) + "'")
        case .number(let range): parts.append(text(document, range))
        case .true: parts.append("true")
        case .false: parts.append("false")
        case .null: parts.append("null")
        case .end: return parts.joined(separator: " ")
        }
    }
}

func tokenText(_ document: [UInt8]) throws -> String {
    var reader = JSONReader(document.span)
    return try tokenText(&reader, document)
}

/// The error that reading a document to its end meets.
func firstError(_ document: [UInt8]) -> JSONError? {
    var reader = JSONReader(document.span)
    do {
        while try reader.next() != .end {}
        return nil
    } catch {
        return error
    }
}
