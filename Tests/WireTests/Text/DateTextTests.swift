internal import Foundation
internal import TestSupport
internal import Testing
internal import Wire

@Suite struct DateTextTests {
    @Test(
        "an instant has the text of the API's timestamps",
        arguments: [
            (0, "1970-01-01T00:00:00.000000"), (999, "1970-01-01T00:00:00.000000"),
            (1_000, "1970-01-01T00:00:00.000001"), (-1, "1969-12-31T23:59:59.999999"),
            (-1_000, "1969-12-31T23:59:59.999999"), (-1_001, "1969-12-31T23:59:59.999998"),
            (1_768_833_000_123_456_789, "2026-01-19T14:30:00.123456"),
            (951_782_399_999_999_999, "2000-02-28T23:59:59.999999"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000000"),
            (951_868_800_000_000_000, "2000-03-01T00:00:00.000000"),
            (978_307_199_000_000_000, "2000-12-31T23:59:59.000000"),
            (978_307_200_000_000_000, "2001-01-01T00:00:00.000000"),
            (1_709_164_800_000_000_000, "2024-02-29T00:00:00.000000"),
            (1_740_787_200_000_000_000, "2025-03-01T00:00:00.000000"),
            (4_107_542_399_000_000_000, "2100-02-28T23:59:59.000000"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000000"),
            (.max, "2262-04-11T23:47:16.854775"), (.min, "1677-09-21T00:12:43.145224"),
        ] as [(Int64, String)]
    )
    func timestamp(_ nanoseconds: Int64, _ text: String) {
        let made = made { DateText.appendTimestamp(nanoseconds: nanoseconds, to: &$0) }
        #expect(made == text)
        #expect(text.utf8.count == DateText.timestampByteCount)
    }

    @Test(
        "a second has the text of the Date header",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (1_795_532_400, "Tue, 24 Nov 2026 15:00:00 GMT"),
            (-1, "Wed, 31 Dec 1969 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"),
            (253_402_300_799, "Fri, 31 Dec 9999 23:59:59 GMT"),
            (-62_167_219_200, "Sat, 01 Jan 0000 00:00:00 GMT"),
        ] as [(Int64, String)]
    )
    func httpDate(_ seconds: Int64, _ text: String) {
        #expect(made { DateText.appendHTTPDate(seconds: seconds, to: &$0) } == text)
        #expect(text.utf8.count == DateText.httpDateByteCount)
    }

    @Test("day after day, the calendar is the one that is counted by hand")
    func everyDay() {
        let monthNames = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        let dayNames = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        var day: Int64 = 0
        for year in 1970...2400 {
            let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
            for (month, name) in monthNames.enumerated() {
                let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
                for dayOfMonth in 1...lengths[month] {
                    let text = made { DateText.appendHTTPDate(seconds: day * 86_400, to: &$0) }
                    let padded = dayOfMonth < 10 ? "0\(dayOfMonth)" : "\(dayOfMonth)"
                    let weekday = dayNames[Int((day + 4) % 7)]
                    guard text == "\(weekday), \(padded) \(name) \(year) 00:00:00 GMT" else {
                        Issue.record("day \(day) is \(text)")
                        return
                    }
                    day += 1
                }
            }
        }
    }

    @Test("random instants agree with Foundation's calendar")
    func foundation() {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withFullDate, .withTime, .withColonSeparatorInTime]
        for seed in UInt64(1)...500 {
            var random = SplitMix64(seed: seed)
            let seconds = Int64.random(in: -9_000_000_000...9_000_000_000, using: &random)
            let text = made {
                DateText.appendTimestamp(nanoseconds: seconds * 1_000_000_000, to: &$0)
            }
            let date = Date(timeIntervalSince1970: Double(seconds))
            #expect(text == formatter.string(from: date) + ".000000", "seed \(seed)")
        }
    }
}
