/// How a market decides its outcome (strategy 2.1). In every family a tie is Up.
public enum SettlementFamily: Hashable, Sendable {
    /// The mean of the Chainlink price over the last `seconds` of the window, against the same
    /// mean at its start.
    case chainlinkTWAP(seconds: Int)
    /// The close of Binance's one-hour candle against its open.
    case binanceCandle
    /// The last Chainlink price at or before the end, against the one at or before the start:
    /// 5- and 15-minute windows until August 2026.
    case spotSnapshot
    /// Whatever was not understood. Never quoted (`UNSUPPORTED_SETTLEMENT`).
    case unsupported

    public var isSupported: Bool { self != .unsupported }

    /// Seconds that the settlement averages; 0 for a single price.
    public var averagedSeconds: Int {
        switch self {
        case .chainlinkTWAP(let seconds): seconds
        case .binanceCandle, .spotSnapshot, .unsupported: 0
        }
    }

    /// The winner, from the settlement's own two numbers: ties are Up.
    public static func winner(final: ReferencePrice, strike: ReferencePrice) -> Outcome {
        final < strike ? .no : .yes
    }

    /// What a market's record says of its settlement, as the venue writes it. A text that is
    /// longer than `textBytesMax` is not read.
    public struct Record: ~Escapable {
        public static let textBytesMax = 8_192

        /// The rules in words.
        public let description: Span<UInt8>
        /// The address of the price's source.
        public let resolutionSource: Span<UInt8>
        /// Lower case, as in slugs: `btc`.
        public let asset: Span<UInt8>
        /// `twapLookbackSeconds` of the market's configuration; `nil` when it has none, or when
        /// `twapEnabled` is not true.
        public let averagedSeconds: Int?
        public let windowSeconds: Int

        @_lifetime(copy description, copy resolutionSource, copy asset)
        public init(
            description: Span<UInt8>,
            resolutionSource: Span<UInt8>,
            asset: Span<UInt8>,
            averagedSeconds: Int?,
            windowSeconds: Int
        ) {
            self.description = description
            self.resolutionSource = resolutionSource
            self.asset = asset
            self.averagedSeconds = averagedSeconds
            self.windowSeconds = windowSeconds
        }
    }

    /// The family that the record names without any contradiction between its three statements
    /// (text, source, configuration); `.unsupported` otherwise.
    public init(_ record: borrowing Record) {
        let text = ASCIIText(record.description)
        let source = ASCIIText(record.resolutionSource)
        guard record.description.count <= Record.textBytesMax,
            record.resolutionSource.count <= Record.textBytesMax,
            !record.asset.isEmpty, record.asset.count <= 8
        else {
            self = .unsupported
            return
        }
        if let stream = source.chainlinkStream(of: ASCIIText(record.asset)) {
            self = Self.chainlink(stream, text, record.averagedSeconds)
        } else if Self.isHourlyCandle(text, source, record) {
            self = .binanceCandle
        } else {
            self = .unsupported
        }
    }

    private static func chainlink(
        _ stream: ASCIIText.ChainlinkStream,
        _ text: borrowing ASCIIText,
        _ configured: Int?
    ) -> SettlementFamily {
        // `… "Up" if the … is greater than or equal to the price at the beginning of that range`
        guard text.contains("chainlink"), text.contains("\"up\" if the"),
            text.contains("greater than or equal to the price at the beginning"),
            !text.contains("candle")
        else { return .unsupported }
        switch (stream, configured) {
        case (.averaged(let seconds), let configured?)
        where seconds == configured && (2...ReferenceAverage.averagedMax).contains(seconds):
            return .chainlinkTWAP(seconds: seconds)
        case (.spot, nil) where !text.contains("twap") && !text.contains("average"):
            return .spotSnapshot
        case (.averaged, _), (.spot, _):
            return .unsupported
        }
    }

    private static func isHourlyCandle(
        _ text: borrowing ASCIIText,
        _ source: borrowing ASCIIText,
        _ record: borrowing Record
    ) -> Bool {
        source.contains("binance.com/") && source.endsInPair(of: ASCIIText(record.asset), "_usdt")
            && text.containsPair(of: ASCIIText(record.asset), "/usdt 1 hour candle")
            && text.contains("\"up\" if the close price is greater than or equal to the open price")
            && !text.contains("chainlink") && !text.contains("twap")
            && record.averagedSeconds == nil && record.windowSeconds == 3_600
    }
}
