internal import Foundation

/// What `/metrics` says at one moment.
struct Metrics {
    private let values: [String: Double]

    init(_ backend: Backend) throws {
        let lines = try backend.request("GET", "/metrics").body.split(separator: "\n")
        let pairs = lines.compactMap { line -> (String, Double)? in
            let words = line.split(separator: " ")
            guard words.count == 2, let value = Double(words[1]) else { return nil }
            return (String(words[0]), value)
        }
        values = Dictionary(uniqueKeysWithValues: pairs)
    }

    /// Waits until they are as wanted; the trading thread tells its counts a few times a second.
    static func once(
        _ backend: Backend,
        within seconds: Double = 5,
        where isWanted: (Metrics) -> Bool
    ) throws -> Metrics {
        let deadline = Deadline(seconds: seconds)
        while true {
            let metrics = try Metrics(backend)
            if isWanted(metrics) { return metrics }
            guard !deadline.hasPassed else { throw Missing("the metrics that were waited for") }
        }
    }

    /// Of a name without a label.
    subscript(name: String) -> Double? { values["quesquant_\(name)"] }

    /// Such as `attempts_total` of `binance`; `nil` when there is no such one.
    func feed(_ name: String, _ feed: String) -> Double? {
        values["quesquant_feed_\(name){feed=\"\(feed)\"}"]
    }

    /// How often a control has taken the session or a market down.
    func triggers(_ cause: String) -> Double? {
        values["quesquant_engine_risk_triggers_total{cause=\"\(cause)\"}"]
    }
}

/// A window that is open now and is quoted for a while yet; at its end, the one after it.
struct OpenWindow {
    let series: String
    /// Seconds since 1970.
    let start: Int
    /// Seconds.
    let length: Int
    /// Within which quotes stand, if all goes well. The settlement feed of windows that a candle
    /// does not settle has to be compared for ten seconds first; and near its end a window is worth
    /// another price than the fake book's now and then, in which case nothing is quoted.
    let secondsToQuotes: Double

    /// A window of an hour or of four.
    init(hours: Int) {
        let now = Int(Date().timeIntervalSince1970)
        length = hours * 3_600
        let left = length - now % length
        // The last two minutes are not quoted.
        let wait = left > 180 ? 0 : left
        start = now + wait - (now + wait) % length
        series = "btc-updown-\(hours)h"
        let isNearEnd = wait == 0 && left < 900
        secondsToQuotes = Double(wait + (isNearEnd ? 30 : hours == 1 ? 5 : 15))
    }

    /// That of the two which is quoted sooner.
    static var soonest: OpenWindow {
        let (hour, four) = (OpenWindow(hours: 1), OpenWindow(hours: 4))
        return hour.secondsToQuotes < four.secondsToQuotes ? hour : four
    }

    var upToken: String { "\(start)\(length)1" }
}
