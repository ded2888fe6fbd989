extension SettlementFamily {
    /// How the venue's recurring crypto markets were settled at the time, for recordings that hold
    /// a market's name and not its rules. A live market is judged by its own record (`init(_:)`)
    /// and never by this.
    ///
    /// Windows of 5 minutes, 15 minutes and 4 hours settled on single Chainlink prices until
    /// 2026-08-07, on the mean of 30 seconds until 2026-08-14, and on that of 60 seconds since
    /// (strategy 0, the history of the 5-minute market); hourly ones on Binance's candle. Nothing
    /// is known of other lengths.
    public static func ofRecurringMarket(
        from windowStart: Timestamp,
        to windowEnd: Timestamp
    ) -> SettlementFamily {
        switch windowEnd - windowStart {
        case .seconds(300), .seconds(900), .seconds(4 * 3_600):
            if windowStart < firstAveragedWindow { return .spotSnapshot }
            return .chainlinkTWAP(seconds: windowStart < firstMinuteAverage ? 30 : 60)
        case .seconds(3_600): return .binanceCandle
        default: return .unsupported
        }
    }

    /// 2026-08-07 and 2026-08-14, 00:00 UTC.
    private static let firstAveragedWindow = Timestamp(seconds: 1_786_060_800)
    private static let firstMinuteAverage = Timestamp(seconds: 1_786_665_600)
}
