internal import Testing
internal import Trading
internal import Venues

@Suite struct MarketSlugTests {
    private func parse(_ text: String) -> MarketSlug? {
        let bytes = Array(text.utf8)
        return MarketSlug(bytes.span)
    }

    @Test(
        "a slug tells start and end of its window",
        arguments: [
            ("btc-updown-5m-1776323400", 1_776_323_400, 300),
            ("eth-updown-15m-1777514400", 1_777_514_400, 900),
            ("btc-updown-1h-1776322800", 1_776_322_800, 3_600),
            ("x-24h-0", 0, 86_400),
        ] as [(String, Int64, Int64)]
    )
    func good(text: String, start: Int64, seconds: Int64) throws {
        let slug = try #require(parse(text))
        #expect(slug.text.description == text)
        #expect(slug.windowStart == Timestamp(seconds: start))
        #expect(slug.windowEnd == Timestamp(seconds: start + seconds))
    }

    @Test(
        "anything else is refused",
        arguments: [
            "", "-", "--", "btc", "btc-updown", "5m-1776323400", "-5m-1776323400",
            "btc-updown-5m-", "btc-updown-5m-x", "btc-updown-5m-1776323400x", "btc-updown-m-1",
            "btc-updown-5-1776323400", "btc-updown-5s-1776323400", "btc-updown-0m-1776323400",
            "btc-updown-25h-1776323400", "btc-updown-99999m-1", "btc-updown-5m-99999999999",
            "btc-updown-5m-123456789012", "btc\\-updown-5m-1776323400",
            String(repeating: "b", count: 80) + "-5m-1776323400",
        ]
    )
    func bad(text: String) {
        #expect(parse(text) == nil)
    }
}
