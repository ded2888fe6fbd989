import TestSupport
import Testing

@testable import Wire

@Suite struct HTTPRetryAfterTests {
    private func retryAfter(_ value: String) -> HTTPRetryAfter? {
        let bytes = Array(value.utf8)
        return HTTPRetryAfter(bytes.span)
    }

    @Test("seconds, or a date, or nothing")
    func values() {
        #expect(retryAfter("0") == .delay(seconds: 0))
        #expect(retryAfter("120") == .delay(seconds: 120))
        #expect(retryAfter("999999999999") == .delay(seconds: 86_400))
        #expect(retryAfter("Thu, 01 Jan 1970 00:00:00 GMT") == .date(seconds: 0))
        #expect(retryAfter("Tue, 24 Nov 2026 15:00:00 GMT") == .date(seconds: 1_795_532_400))
        let wrong = [
            "", "-1", "1.5", "soon", "1e3", "9999999999999999999999",
            "Mon, 24 Nov 2026 15:00:00 GMT", "Tue, 24 Nov 2026 15:00:00 UTC",
            "Tue, 31 Nov 2026 15:00:00 GMT", "Tue, 24 Nov 2026 25:00:00 GMT",
            "Tue, 24 Xyz 2026 15:00:00 GMT", "Tuesday, 24-Nov-26 15:00:00 GMT",
        ]
        for value in wrong { #expect(retryAfter(value) == nil, "\(value)") }
    }

    @Test("the delay of a date is what is left of it, between nothing and a day")
    func delay() {
        #expect(HTTPRetryAfter.delay(seconds: 7).delaySeconds(at: 1_000) == 7)
        #expect(HTTPRetryAfter.date(seconds: 1_030).delaySeconds(at: 1_000) == 30)
        #expect(HTTPRetryAfter.date(seconds: 10).delaySeconds(at: 1_000) == 0)
        #expect(HTTPRetryAfter.date(seconds: 1_000_000).delaySeconds(at: 1_000) == 86_400)
    }

    @Test("every date that is written is read back")
    func roundTrip() {
        for seed in 0..<2_000 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            // From year 1 to year 9999.
            let seconds = Int64.random(in: -62_135_596_800...253_402_300_799, using: &random)
            let written = SharedBytes(capacity: DateText.httpDateByteCount) {
                DateText.appendHTTPDate(seconds: seconds, to: &$0)
            }
            #expect(HTTPRetryAfter(written.span) == .date(seconds: seconds), "seed \(seed)")
        }
    }

    @Test("a response tells it")
    func head() throws {
        var decoder = HTTPResponseDecoder()
        decoder.expect(.post)
        let bytes = Array(
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\ncontent-length: 0\r\n\r\n".utf8
        )
        decoder.receive(bytes.span)
        guard case .head(let head)? = try decoder.next() else {
            Issue.record("no head")
            return
        }
        #expect(head.retryAfter == .delay(seconds: 3))
        #expect(head.text(of: "retry-after") == "3" && head.count(of: "content-length") == 1)
    }
}
