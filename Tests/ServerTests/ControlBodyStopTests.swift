internal import Testing
internal import Trading

@testable internal import Server

@Suite struct ControlBodyStopTests {
    private let byDefault = Verdict.accepted("Emergency Stop Triggered by User")

    @Test("a stop without a body, with blanks, null or no reason stops")
    func withoutReason() {
        for body in ["", "  \r\n\t", "null", " null ", "{}", #"{"why":"x"}"#, "\u{FEFF}{}"] {
            #expect(stop(body) == byDefault, "\(body)")
            #expect(stop(body, contentType: "application/json") == byDefault, "\(body)")
        }
        #expect(stop("", contentType: "text/plain") == byDefault)
        #expect(stop(" ", contentType: "application/x-www-form-urlencoded") == byDefault)
    }

    @Test("the reason is taken as it is")
    func reasons() {
        for (sent, reason) in [
            (#""Manual stop via dashboard""#, "Manual stop via dashboard"), (#""""#, ""),
            (#""stöp ✋ \u20ac \ud83d\ude00""#, "stöp ✋ € 😀"),
            (
                #""a\"b\\c\n\t\u0001\u007f\u2028</script>""#,
                "a\"b\\c\n\t\u{1}\u{7F}\u{2028}</script>"
            ),
        ] {
            #expect(stop("{\"reason\": \(sent)}") == .accepted(reason))
        }
    }

    @Test("no text of a reason keeps a stop from stopping")
    func anyText() {
        #expect(stop(#"{"reason":"a\ud800b"}"#) == .accepted("a\u{FFFD}b"))
        #expect(stop(#"{"reason":"\udfff\ud800"}"#) == .accepted("\u{FFFD}\u{FFFD}"))
        let limit = ControlBody.reasonByteCountMax
        for (letter, kept) in [("x", limit), ("é", limit / 2), ("€", limit / 3), ("😀", limit / 4)] {
            let long = String(repeating: letter, count: limit)
            let cut = String(repeating: letter, count: kept)
            #expect(stop("{\"reason\":\"\(long)\"}") == .accepted(cut), "\(letter)")
            #expect(stop("{\"reason\":\"\(cut)\"}") == .accepted(cut), "\(letter)")
        }
    }

    @Test(
        "a reason that is no text is refused",
        arguments: ["5", "true", "null", "[]", "{}", "NaN"]
    )
    func notText(_ sent: String) {
        let echo = sent == "NaN" ? "\"NaN\"" : sent
        #expect(
            stop("{\"reason\": \(sent)}")
                == .refused(
                    422,
                    #"{"detail":[{"type":"string_type","loc":["body","reason"],"msg":"#
                        + #""Input should be a valid string","input":\#(echo)}]}"#
                )
        )
    }

    @Test("a body that is no object, or of another content type, is refused")
    func notObjects() {
        for body in ["[]", "\"stop\"", "1", "true"] {
            #expect(stop(body).issueType == "model_attributes_type")
        }
        #expect(stop("{}", contentType: "text/plain").issueType == "model_attributes_type")
        #expect(stop("{").issueType == "json_invalid")
    }
}
