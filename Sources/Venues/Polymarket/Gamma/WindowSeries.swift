public import Trading

/// A coin with recurring Up or Down markets, as slugs and symbols spell it.
public enum WindowAsset: String, CaseIterable, Sendable {
    case btc, eth, sol, xrp, doge, bnb, hype

    /// In the slugs of hourly markets.
    var word: String {
        switch self {
        case .btc: "bitcoin"
        case .eth: "ethereum"
        case .sol: "solana"
        case .xrp: "xrp"
        case .doge: "dogecoin"
        case .bnb: "bnb"
        case .hype: "hyperliquid"
        }
    }

    /// On Chainlink's topics of the price feed.
    public var chainlinkSymbol: String { rawValue + "/usd" }
    /// On Binance's streams.
    public var binanceSymbol: String { rawValue + "usdt" }
}

/// The length of a recurring window.
public enum WindowLength: Int64, CaseIterable, Sendable {
    case fiveMinutes = 300
    case fifteenMinutes = 900
    case oneHour = 3_600
    case fourHours = 14_400

    public var seconds: Int64 { rawValue }
    public var duration: Duration { .seconds(rawValue) }

    fileprivate var text: String {
        switch self {
        case .fiveMinutes: "5m"
        case .fifteenMinutes: "15m"
        case .oneHour: "1h"
        case .fourHours: "4h"
        }
    }
}

/// A row of markets, one window after the other. Their slugs are computed, never searched
/// (polymarket 13).
///
/// `btc-updown-5m-1776323400`, `-15m-`, `-4h-`: the start in Unix seconds, a multiple of the length.
/// Hourly markets have a wordy slug in the time of New York, `bitcoin-up-or-down-march-12-5am-et`
/// (older knowledge: how the present ones are spelled is to be seen in their own records).
public struct WindowSeries: Hashable, Sendable {
    public let asset: WindowAsset
    public let length: WindowLength

    public init(_ asset: WindowAsset, _ length: WindowLength) {
        self.asset = asset
        self.length = length
    }

    /// Such as `btc-updown-5m`; an hourly series is named in the same way, though its slugs are not.
    public var name: String { "\(asset.rawValue)-updown-\(length.text)" }

    /// `nil` unless the text is the `name` of a series.
    public init?(named text: Span<UInt8>) {
        for asset in WindowAsset.allCases {
            for length in WindowLength.allCases {
                let series = WindowSeries(asset, length)
                let name = Array(series.name.utf8)
                guard name.count == text.count,
                    name.indices.allSatisfy({ name[$0] == text[$0] })
                else { continue }
                self = series
                return
            }
        }
        return nil
    }

    /// The start of the window that contains `now`.
    /// - Precondition: `now` is not before 1970.
    public func start(at now: Timestamp) -> Timestamp {
        let seconds = now.nanoseconds / 1_000_000_000
        return Timestamp(seconds: seconds - seconds % length.seconds)
    }

    /// The start of the one after it.
    public func nextStart(after now: Timestamp) -> Timestamp { start(at: now) + length.duration }

    /// The slug of the window that starts at `start`.
    /// - Precondition: `start` is a multiple of the length.
    public func slug(start: Timestamp) -> String {
        let seconds = start.nanoseconds / 1_000_000_000
        precondition(
            start.nanoseconds % (length.seconds * 1_000_000_000) == 0,
            "a window starts at a multiple of its length"
        )
        guard length == .oneHour else {
            return "\(asset.rawValue)-updown-\(length.text)-\(seconds)"
        }
        let local = NewYorkTime.local(seconds)
        let days = Int(local / 86_400)
        let hour = Int(local % 86_400) / 3_600
        let date = CivilDate(daysSince1970: days)
        let half = hour < 12 ? "am" : "pm"
        let month = NewYorkTime.months[date.month - 1]
        return "\(asset.word)-up-or-down-\(month)-\(date.day)-\((hour + 11) % 12 + 1)\(half)-et"
    }

    /// The series and the window's start that a slug names, for a window near `now` (hourly slugs
    /// name no year); `nil` when it names none.
    public static func window(
        ofSlug slug: InlineText,
        near now: Timestamp
    ) -> (series: WindowSeries, start: Timestamp)? {
        let text = slug.description
        for asset in WindowAsset.allCases {
            if text.hasPrefix(asset.rawValue + "-updown-") {
                return numbered(slug, asset)
            }
            if text.hasPrefix(asset.word + "-up-or-down-") {
                return hourly(text, asset, near: now)
            }
        }
        return nil
    }

    private static func numbered(
        _ slug: InlineText,
        _ asset: WindowAsset
    ) -> (series: WindowSeries, start: Timestamp)? {
        guard let parsed = MarketSlug(slug.span),
            let length = WindowLength(
                rawValue: (parsed.windowEnd - parsed.windowStart).nanoseconds / 1_000_000_000
            )
        else { return nil }
        let series = WindowSeries(asset, length)
        guard series.start(at: parsed.windowStart) == parsed.windowStart,
            length == .oneHour || series.slug(start: parsed.windowStart) == slug.description
        else { return nil }
        return (series, parsed.windowStart)
    }

    /// Within two days of `now`: venues list a day ahead and settle within the hour.
    private static func hourly(
        _ text: String,
        _ asset: WindowAsset,
        near now: Timestamp
    ) -> (series: WindowSeries, start: Timestamp)? {
        let series = WindowSeries(asset, .oneHour)
        let middle = series.start(at: now)
        for hours in Int64(0)...48 {
            for start in [middle + .seconds(hours * 3_600), middle - .seconds(hours * 3_600)]
            where start.nanoseconds >= 0 && series.slug(start: start) == text {
                return (series, start)
            }
        }
        return nil
    }
}

/// The clocks of New York: five hours behind UTC, four from the second Sunday of March at 2:00 to
/// the first Sunday of November at 2:00 (Energy Policy Act of 2005, section 110).
enum NewYorkTime {
    static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september",
        "october", "november", "december",
    ]

    /// Seconds since 1970 as a clock there would count them.
    static func local(_ seconds: Int64) -> Int64 {
        let standard = seconds - 5 * 3_600
        let year = CivilDate(daysSince1970: Int(standard / 86_400)).year
        let start = sunday(2, of: 3, year) * 86_400 + 2 * 3_600
        // At 2:00 by the clock of summer it is 1:00 by that of winter.
        let end = sunday(1, of: 11, year) * 86_400 + 3_600
        return standard >= start && standard < end ? standard + 3_600 : standard
    }

    /// The day since 1970 of a month's first or second Sunday.
    private static func sunday(_ ordinal: Int, of month: Int, _ year: Int) -> Int64 {
        let first = CivilDate(year: year, month: month, day: 1)
        let days = first.daysSince1970 + (7 - first.weekday) % 7 + 7 * (ordinal - 1)
        return Int64(days)
    }
}
