internal import TestSupport
internal import Testing
internal import Trading
internal import Wire

@testable internal import Server

@Suite struct ControlBodyTests {
    @Test("all five fields, and any one of them alone, become a patch")
    func patches() {
        var all = ParameterPatch()
        all.spreadOffset = 0.02
        all.orderSize = 20
        all.maxPosition = 100
        all.minLiquidity = 5_000
        all.isRunning = true
        let body = """
            {"spread_offset": 0.02,"order_size": 20,"max_position": 100,"min_liquidity": 5000.0,
            "is_running": true}
            """
        #expect(patch(body) == .accepted(all))
        #expect(patch(#"{"order_size":1}"#) == .accepted(change { $0.orderSize = 1 }))
        #expect(patch(#"{"is_running":false}"#) == .accepted(change { $0.isRunning = false }))
        #expect(patch(#"{"max_position":0}"#) == .accepted(change { $0.maxPosition = 0 }))
        // Nothing sent, or nothing known: nothing changes.
        for body in ["{}", " { } ", #"{"foo":1}"#, #"{"Order_Size":20}"#, #"{"":[[{}]]}"#] {
            #expect(patch(body) == .accepted(ParameterPatch()), "\(body)")
        }
        // A name may be spelled with escapes, and of equal names the last counts.
        #expect(patch(#"{"order\u005fsize":2}"#) == .accepted(change { $0.orderSize = 2 }))
        #expect(
            patch(#"{"order_size":"x","order_size":30}"#)
                == .accepted(change { $0.orderSize = 30 })
        )
        #expect(patch("\u{FEFF}{\"order_size\":2}") == .accepted(change { $0.orderSize = 2 }))
    }

    @Test(
        "the ends of a range belong to it, what lies beyond is refused with the end in the answer",
        arguments: [
            (
                "spread_offset", "0", "0.5", "-5e-324", "0.5000000000000001", "0", "0.5", "0.0",
                "0.5"
            ),
            ("order_size", "1", "1000000", "0", "1000001", "1", "1000000", "1", "1000000"),
            ("max_position", "0", "1000000", "-1", "1000001", "0", "1000000", "0", "1000000"),
        ]
    )
    func ranges(
        _ field: String,
        _ least: String,
        _ greatest: String,
        _ below: String,
        _ above: String,
        _ leastText: String,
        _ greatestText: String,
        _ ge: String,
        _ le: String
    ) {
        for value in [least, greatest] {
            guard case .accepted(let patch) = patch("{\"\(field)\":\(value)}") else {
                Issue.record("\(field) \(value)")
                continue
            }
            #expect(!patch.isEmpty)
        }
        #expect(
            patch("{\"\(field)\":\(below)}")
                == .refused(
                    422,
                    #"{"detail":[{"type":"greater_than_equal","loc":["body","\#(field)"],"msg":"#
                        + #""Input should be greater than or equal to \#(leastText)","input":"#
                        + #"\#(below),"ctx":{"ge":\#(ge)}}]}"#
                )
        )
        #expect(
            patch("{\"\(field)\":\(above)}")
                == .refused(
                    422,
                    #"{"detail":[{"type":"less_than_equal","loc":["body","\#(field)"],"msg":"#
                        + #""Input should be less than or equal to \#(greatestText)","input":"#
                        + #"\#(above),"ctx":{"le":\#(le)}}]}"#
                )
        )
    }

    @Test("a liquidity may be as great as a number can be, and never negative")
    func liquidity() {
        #expect(
            patch(#"{"min_liquidity":1e308}"#) == .accepted(change { $0.minLiquidity = 1e308 })
        )
        #expect(patch(#"{"min_liquidity":-0.5}"#).issueType == "greater_than_equal")
    }

    @Test("what is no finite number is refused by that name wherever a number belongs")
    func notFinite() {
        for (value, echo) in [
            ("NaN", #""NaN""#), ("Infinity", #""Infinity""#), ("-Infinity", #""-Infinity""#),
            ("1e400", #""Infinity""#), ("-1e400", #""-Infinity""#), (#""nan""#, #""nan""#),
            (#""-Infinity""#, #""-Infinity""#), (#"" +INF ""#, #"" +INF ""#),
            (#""1e400""#, #""1e400""#),
        ] {
            for field in ["spread_offset", "min_liquidity"] {
                let expected =
                    #"{"detail":[{"type":"finite_number","loc":["body","\#(field)"],"msg":"#
                    + #""Input should be a finite number","input":\#(echo)}]}"#
                #expect(patch("{\"\(field)\":\(value)}") == .refused(422, expected), "\(value)")
            }
            let integer = patch("{\"order_size\":\(value)}").issueType
            #expect(integer == (value.hasPrefix("\"") ? "int_parsing" : "finite_number"))
            let bool = patch("{\"is_running\":\(value)}").issueType
            #expect(bool == (value.hasPrefix("\"") ? "bool_parsing" : "bool_type"))
        }
    }

    @Test("every bad field is named, in the order of the model, and no good one is taken")
    func manyIssues() {
        let body =
            #"{"is_running":[],"order_size":20.5,"max_position":7,"min_liquidity":null,"#
            + #""spread_offset":"y"}"#
        let verdict = patch(body)
        #expect(
            verdict
                == .refused(
                    422,
                    #"{"detail":[{"type":"float_parsing","loc":["body","spread_offset"],"msg":"#
                        + #""Input should be a valid number, unable to parse string as a number","#
                        + #""input":"y"},{"type":"int_from_float","loc":["body","order_size"],"#
                        + #""msg":"Input should be a valid integer, got a number with a "#
                        + #"fractional part","#
                        + #""input":20.5},{"type":"float_type","loc":["body","min_liquidity"],"#
                        + #""msg":"Input should be a valid number","input":null},{"#
                        + #""type":"bool_type","loc":["body","is_running"],"msg":"Input should be a valid boolean","#
                        + #""input":[]}]}"#
                )
        )
    }

    @Test("no body, or null, is a field that is missing")
    func missing() {
        let answer = Verdict<ParameterPatch>.refused(
            422,
            #"{"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}"#
        )
        #expect(patch("") == answer)
        #expect(patch("", contentType: "text/plain") == answer)
        #expect(patch("null") == answer)
        #expect(patch(" \n null ") == answer)
    }

    @Test(
        "what was sent is echoed as Python would write it",
        arguments: [
            ("[]", "[]"), ("5", "5"), ("-0", "0"), ("-0.0", "-0.0"), ("1e5", "100000.0"),
            ("1E-7", "1e-07"), ("1e16", "1e+16"), ("12.50", "12.5"), ("true", "true"),
            ("100000000000000000000000000000000", "100000000000000000000000000000000"),
            (#""a\u00e9\/\n\u0001""#, #""aé/\n\u0001""#),
            (#""\ud83d\ude00\ud800""#, "\"😀\u{FFFD}\""),
            (#"[1 , {"b":2,"a":[null,false] , "b":3}]"#, #"[1,{"b":3,"a":[null,false]}]"#),
            (#"[{"\u0041\"":{}}]"#, #"[{"A\"":{}}]"#), ("[NaN,-1e999]", #"["NaN","-Infinity"]"#),
        ]
    )
    func echo(_ sent: String, _ echoed: String) {
        let message = "Input should be a valid dictionary or object to extract fields from"
        #expect(
            patch(sent)
                == .refused(
                    422,
                    #"{"detail":[{"type":"model_attributes_type","loc":["body"],"#
                        + #""msg":"\#(message)","input":\#(echoed)}]}"#
                )
        )
    }

    @Test(
        "a syntax error has CPython's text, at the character and not the byte",
        arguments: [
            ("   ", 3, "Expecting value"), ("{'a':1}", 1, quotes), (#"{"é€😀":1,}"#, 9, quotes),
            (#"{"a":"é" 1}"#, 9, "Expecting ',' delimiter"), (#"["😀"] x"#, 6, "Extra data"),
            (#"{"a" 1}"#, 5, "Expecting ':' delimiter"), ("\u{FEFF}[", 1, "Expecting value"),
            (#"["\x"]"#, 2, #"Invalid \\escape"#), (#"["é\u12"]"#, 4, #"Invalid \\uXXXX escape"#),
            ("[\"a\n\"]", 3, "Invalid control character at"),
            (#"["é","b"#, 5, "Unterminated string starting at"),
        ]
    )
    func syntax(_ body: String, _ offset: Int, _ text: String) {
        let answer =
            #"{"detail":[{"type":"json_invalid","loc":["body",\#(offset)],"msg":"#
            + #""JSON decode error","input":{},"ctx":{"error":"\#(text)"}}]}"#
        #expect(patch(body) == .refused(422, answer))
        if body != "   " { #expect(stop(body) == .refused(422, answer)) }
    }

    private static let quotes = "Expecting property name enclosed in double quotes"

    @Test("a body that is no text, too deep or too long a number is refused with 400")
    func unreadable() {
        let answer = Verdict<ParameterPatch>.refused(
            400,
            #"{"detail":"There was an error parsing the body"}"#
        )
        #expect(patch(bytes: Array(#"{"a":"#.utf8) + [0xFF, 0x7D]) == answer)
        #expect(patch(bytes: [0x22, 0xED, 0xA0, 0x80, 0x22]) == answer)
        #expect(patch(bytes: [0x80], contentType: "text/plain") == answer)
        #expect(patch(String(repeating: "[", count: 2_000)) == answer)
        let digits = String(repeating: "9", count: BodyValue.digitCountMax)
        #expect(patch("{\"order_size\":\(digits)}").issueType == "less_than_equal")
        #expect(patch("{\"order_size\":-\(digits)}").issueType == "greater_than_equal")
        #expect(patch("{\"foo\":\(digits)9}") == answer)
    }

    @Test(
        "a body is JSON when its content type says so or is absent",
        arguments: [
            (nil, true), ("", true), ("application/json", true), ("APPLICATION/Json", true),
            ("application/json; charset=utf-8", true), ("application/json;", true),
            (" application/json ", true), ("application/problem+json", true),
            ("application/vnd.api+JSON; v=1", true), ("application/+json", true),
            ("text/plain", false), ("text/json", false),
            ("application/x-www-form-urlencoded", false),
            ("application/jsonx", false), ("application/json/x", false), ("json", false),
            ("application", false), ("*/*", false), ("application/json, text/plain", false),
            (";", false), ("application/octet-stream", false),
        ] as [(String?, Bool)]
    )
    func contentType(_ contentType: String?, _ isJSON: Bool) {
        let verdict = patch(#"{"order_size":2}"#, contentType: contentType)
        if isJSON {
            #expect(verdict == .accepted(change { $0.orderSize = 2 }))
        } else {
            let message = "Input should be a valid dictionary or object to extract fields from"
            #expect(
                verdict
                    == .refused(
                        422,
                        #"{"detail":[{"type":"model_attributes_type","loc":["body"],"msg":"#
                            + #""\#(message)","input":"{\"order_size\":2}"}]}"#
                    )
            )
        }
    }

    @Test("damaged bodies are answered, and nothing traps")
    func damagedBodies() {
        let seeds = [
            #"{"spread_offset":0.02,"order_size":"20.0","max_position":1e2,"is_running":true}"#,
            #"{"reason":"a\u00e9\ud83d\ude00\n","min_liquidity":[{"a":null}],"order_size":-5}"#,
        ]
        let alphabet = Array(#"{}[]",:\u0123.-+eENatrufls "#.utf8) + [0x00, 0x80, 0xC3, 0xEF]
        for seed in UInt64(1)...4_000 {
            var random = SplitMix64(seed: seed)
            var body = Array(seeds[Int(seed % 2)].utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<body.count, using: &random)
                let byte = alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                switch Int.random(in: 0..<3, using: &random) {
                case 0: body[place] = byte
                case 1: body.insert(byte, at: place)
                default: body.remove(at: place)
                }
            }
            for answer in [patch(bytes: body).answer, stop(bytes: body).answer] {
                guard let answer else { continue }
                var reader = JSONReader(answer.utf8Span.span)
                #expect(throws: Never.self, "seed \(seed): \(answer)") {
                    while try reader.next() != .end {}
                }
            }
        }
    }
}
