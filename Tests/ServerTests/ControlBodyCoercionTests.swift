internal import Testing
internal import Trading

@testable internal import Server

/// The tables were checked against pydantic's lax mode.
@Suite struct ControlBodyCoercionTests {
    @Test(
        "what counts as an integer",
        arguments: [
            ("20", 20), ("20.0", 20), ("2e1", 20), (#""20""#, 20), (#"" 20 ""#, 20),
            (#""\t20\n""#, 20), (#""+20""#, 20), (#""20.0""#, 20), (#""20.000""#, 20),
            (#""020""#, 20), (#""00""#, 0), (#""-0""#, 0), (#""-0.0""#, 0), ("-0", 0), ("-0.0", 0),
            ("true", 1), ("false", 0), ("1e6", 1_000_000), (#""1000000.0""#, 1_000_000),
        ] as [(String, Int64)]
    )
    func integers(_ sent: String, _ value: Int64) {
        #expect(patch("{\"max_position\":\(sent)}") == .accepted(change { $0.maxPosition = value }))
    }

    @Test(
        "what does not, and why",
        arguments: [
            ("20.5", "int_from_float"), ("1e-400", nil), ("0.5", "int_from_float"),
            (#""20.5""#, "int_parsing"), (#""1e1""#, "int_parsing"), (#""0x14""#, "int_parsing"),
            (#""""#, "int_parsing"), (#"" ""#, "int_parsing"), (#""abc""#, "int_parsing"),
            (#""٣""#, "int_parsing"), (#""20.""#, "int_parsing"), (#"".0""#, "int_parsing"),
            (#""+-2""#, "int_parsing"), (#""--1""#, "int_parsing"), (#""+ 2""#, "int_parsing"),
            (#""1 0""#, "int_parsing"), (#""1,0""#, "int_parsing"), (#""20.0.0""#, "int_parsing"),
            (#""true""#, "int_parsing"), (#""2__0""#, "int_parsing"), (#""\u0000""#, "int_parsing"),
            (#""\ud800""#, "string_unicode"), ("null", "int_type"), ("[]", "int_type"),
            ("{}", "int_type"), ("1e19", "int_parsing_size"),
            ("9223372036854775808.0", "int_parsing_size"), ("-1e30", "int_parsing_size"),
            ("9223372036854775807", "less_than_equal"), ("9223372036854775808", "less_than_equal"),
            ("-9223372036854775809", "greater_than_equal"), ("-1", "greater_than_equal"),
            ("100000000000000000000000000000000", "less_than_equal"),
            (#""9999999999999999999999999""#, "less_than_equal"), ("1e18", "less_than_equal"),
            (#""-1""#, "greater_than_equal"),
        ] as [(String, String?)]
    )
    func notIntegers(_ sent: String, _ type: String?) {
        #expect(patch("{\"max_position\":\(sent)}").issueType == type)
    }

    @Test("a string of more digits than Python reads is said to be too large")
    func manyDigits() {
        let digits = String(repeating: "9", count: 4_300)
        #expect(patch("{\"max_position\":\"\(digits)\"}").issueType == "less_than_equal")
        #expect(patch("{\"max_position\":\"\(digits)9\"}").issueType == "int_parsing_size")
    }

    @Test(
        "what counts as a number",
        arguments: [
            ("0.02", 0.02), ("0", 0), (#""0.02""#, 0.02), (#""1e-3""#, 0.001), (#"".5""#, 0.5),
            (#""+.5""#, 0.5), (#""0.""#, 0), (#"" 0.25 ""#, 0.25), (#""00.5""#, 0.5),
            (#""5.e-1""#, 0.5), (#""+1E-5""#, 1e-5), ("1e-400", 0),
            ("5e-324", .leastNonzeroMagnitude),
            ("false", 0), (#""0.50000000000000001""#, 0.5),
        ] as [(String, Double)]
    )
    func numbers(_ sent: String, _ value: Double) {
        #expect(
            patch("{\"spread_offset\":\(sent)}") == .accepted(change { $0.spreadOffset = value })
        )
    }

    @Test("a negative zero stays one")
    func negativeZero() {
        for sent in ["-0.0", #""-0.0""#, #""-0""#] {
            guard case .accepted(let patch) = patch("{\"spread_offset\":\(sent)}") else {
                Issue.record("\(sent)")
                continue
            }
            #expect(patch.spreadOffset?.sign == .minus)
        }
    }

    @Test(
        "what does not, and why",
        arguments: [
            (#""abc""#, "float_parsing"), (#""""#, "float_parsing"), (#"".""#, "float_parsing"),
            (#"".e1""#, "float_parsing"), (#""1e""#, "float_parsing"), (#""1e+""#, "float_parsing"),
            (#""0x10""#, "float_parsing"), (#""٣.٥""#, "float_parsing"),
            (#""--1""#, "float_parsing"), (#""1 0""#, "float_parsing"),
            (#""infinit""#, "float_parsing"), (#""true""#, "float_parsing"),
            (#""a\udc00""#, "string_unicode"), ("null", "float_type"), ("[]", "float_type"),
            ("{}", "float_type"), ("true", "less_than_equal"), ("-0.25", "greater_than_equal"),
            ("1e308", "less_than_equal"), (#""-.5""#, "greater_than_equal"),
        ]
    )
    func notNumbers(_ sent: String, _ type: String) {
        #expect(patch("{\"spread_offset\":\(sent)}").issueType == type)
    }

    @Test("an integer beyond every float is no number")
    func hugeInteger() {
        let digits = "1" + String(repeating: "0", count: 400)
        #expect(patch("{\"min_liquidity\":\(digits)}").issueType == "float_type")
        #expect(patch("{\"min_liquidity\":\"\(digits)\"}").issueType == "finite_number")
    }

    @Test("what counts as true and what as false")
    func booleans() {
        let words = ["true", "True", "TRUE", "tRUE", "t", "T", "yes", "Yes", "y", "on", "ON", "1"]
        let opposites = ["false", "False", "FALSE", "f", "no", "NO", "n", "off", "Off", "0"]
        for sent in ["true", "1", "1.0", "1e0"] + words.map({ "\"\($0)\"" }) {
            #expect(patch("{\"is_running\":\(sent)}") == .accepted(change { $0.isRunning = true }))
        }
        for sent in ["false", "0", "0.0", "-0", "-0.0"] + opposites.map({ "\"\($0)\"" }) {
            #expect(patch("{\"is_running\":\(sent)}") == .accepted(change { $0.isRunning = false }))
        }
    }

    @Test(
        "what counts as neither, and why",
        arguments: [
            ("2", "bool_parsing"), ("-1", "bool_parsing"), ("20", "bool_parsing"),
            ("20.0", "bool_parsing"), ("2e1", "bool_parsing"), (#""1.0""#, "bool_parsing"),
            (#"" true ""#, "bool_parsing"), (#""enabled""#, "bool_parsing"),
            (#""""#, "bool_parsing"),
            (#""2""#, "bool_parsing"), (#""\ud800""#, "string_unicode"), ("0.5", "bool_type"),
            ("1e19", "bool_type"), ("18446744073709551616", "bool_type"), ("null", "bool_type"),
            ("[]", "bool_type"), ("{}", "bool_type"),
        ]
    )
    func neither(_ sent: String, _ type: String) {
        #expect(patch("{\"is_running\":\(sent)}").issueType == type)
    }
}
