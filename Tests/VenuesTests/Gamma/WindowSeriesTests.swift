internal import Foundation
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

@Suite struct WindowSeriesTests {
    @Test(
        "slugs are computed from the clock",
        arguments: [
            (WindowAsset.btc, WindowLength.fiveMinutes, 1_776_323_699, "btc-updown-5m-1776323400"),
            (.btc, .fifteenMinutes, 1_790_586_000, "btc-updown-15m-1790586000"),
            (.eth, .fourHours, 1_790_586_001, "eth-updown-4h-1790582400"),
            // 2026-03-12 09:20 UTC is 5:20 in the morning, by the clock of summer.
            (.btc, .oneHour, 1_773_307_200, "bitcoin-up-or-down-march-12-5am-et"),
            // 2026-11-24 18:00 UTC is 1 in the afternoon, by the clock of winter.
            (.eth, .oneHour, 1_795_543_200, "ethereum-up-or-down-november-24-1pm-et"),
            // Midnight and noon.
            (.sol, .oneHour, 1_795_496_400, "solana-up-or-down-november-24-12am-et"),
            (.sol, .oneHour, 1_795_539_600, "solana-up-or-down-november-24-12pm-et"),
        ] as [(WindowAsset, WindowLength, Int64, String)]
    )
    func slugs(asset: WindowAsset, length: WindowLength, now: Int64, slug: String) throws {
        let series = WindowSeries(asset, length)
        let start = series.start(at: Timestamp(seconds: now))
        #expect(series.slug(start: start) == slug)
        let found = WindowSeries.window(
            ofSlug: try #require(InlineText(slug)),
            near: Timestamp(seconds: now + 7_200)
        )
        #expect(found?.series == series && found?.start == start)
        #expect(series.nextStart(after: Timestamp(seconds: now)) == start + length.duration)
    }

    @Test("hours of New York are those of the system's time zone database, for ten years")
    func newYork() throws {
        guard let zone = TimeZone(identifier: "America/New_York") else { return }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = zone
        let months = [
            "january", "february", "march", "april", "may", "june", "july", "august", "september",
            "october", "november", "december",
        ]
        let series = WindowSeries(.btc, .oneHour)
        var random = SplitMix64(seed: 7)
        for _ in 0..<3_000 {
            let hour = Int64.random(in: 470_000...560_000, using: &random)
            let parts = calendar.dateComponents(
                [.month, .day, .hour],
                from: Date(timeIntervalSince1970: Double(hour * 3_600))
            )
            let month = months[(parts.month ?? 1) - 1]
            let of12 = ((parts.hour ?? 0) + 11) % 12 + 1
            let half = (parts.hour ?? 0) < 12 ? "am" : "pm"
            let expected = "bitcoin-up-or-down-\(month)-\(parts.day ?? 0)-\(of12)\(half)-et"
            #expect(
                series.slug(start: Timestamp(seconds: hour * 3_600)) == expected,
                "hour \(hour)"
            )
        }
    }

    @Test("slugs that name no window name none")
    func none() throws {
        for slug in [
            "btc-updown-5m-1776323401", "btc-updown-7m-1776323400", "ada-updown-5m-1776323400",
            "btc-updown-24h-1776297600", "bitcoin-up-or-down-june-31-5am-et", "nvda-above-240", "",
            "btc-updown-5m-01776323400",
        ] {
            let text = try #require(InlineText(slug))
            #expect(
                WindowSeries.window(ofSlug: text, near: Timestamp(seconds: 1_776_323_400)) == nil,
                "\(slug)"
            )
        }
    }
}
