internal import Trading
internal import Venues

/// Understands Binance's streams of one coin.
final class BinanceProbeReader: ProbeReader {
    private let symbol: InlineText
    private let decoder = BinanceDecoder()

    init(_ asset: WindowAsset) {
        symbol = InlineText(asset.binanceSymbol.uppercased()) ?? InlineText()
    }

    func read(_ bytes: Span<UInt8>, at now: Timestamp) -> ProbeSample {
        do {
            switch try decoder.decode(bytes) {
            case .bookTicker(let ticker): return ProbeSample(isData: ticker.symbol == symbol)
            case .trade(let trade):
                return ProbeSample(
                    venueTime: trade.symbol == symbol ? trade.eventTime : nil
                )
            case .refused(let code, _):
                return ProbeSample(problem: "the subscription is refused (\(code))")
            case .aggregateTrade, .kline, .serverShutdown, .done, .otherStream:
                return ProbeSample()
            }
        } catch {
            return ProbeSample(problem: "\(error)")
        }
    }
}

/// Understands Polymarket's price socket.
final class PricesProbeReader: ProbeReader {
    private let symbol: InlineText
    private var decoder = RTDSDecoder()

    init(_ asset: WindowAsset) {
        symbol = InlineText(asset.chainlinkSymbol) ?? InlineText()
    }

    func read(_ bytes: Span<UInt8>, at now: Timestamp) -> ProbeSample {
        do {
            switch try decoder.decode(bytes) {
            case .prices: break
            case .nothing, .unrelated: return ProbeSample()
            case .refused(let status):
                return ProbeSample(problem: "the subscription is refused (\(status))")
            }
        } catch {
            return ProbeSample(problem: "\(error)")
        }
        var sample = ProbeSample()
        for price in decoder.prices where price.symbol == symbol && !price.isBacklog {
            sample.isData = true
            if price.topic == .chainlinkTWAP60 { sample.venueTime = price.stamp }
        }
        return sample
    }
}

/// Understands the market socket for one market, by the rules by which it is traded.
final class MarketProbeReader: ProbeReader {
    private var feed = PolymarketMarketFeed()

    init(_ definition: MarketDefinition) { feed.follow(definition) }

    func read(_ bytes: Span<UInt8>, at now: Timestamp) -> ProbeSample {
        var sample = ProbeSample()
        var frame = PolymarketMarketFrame(bytes)
        while let item = frame.next(&feed) {
            switch item {
            case .event(.bookReplaced): sample.isData = true
            case .event(.levelChanged(let change)):
                sample.isData = true
                sample.venueTime = change.venueTime
            case .distrusted(_, .ghostBook): sample.problem = "the venue shows a book of nothing"
            case .distrusted(_, let doubt): sample.problem = "\(doubt)"
            case .unfamiliar: sample.problem = "the venue says what this version does not know"
            case .event, .trusted, .snapshotWanted: break
            }
        }
        return sample
    }
}

/// The user socket says nothing while nothing is traded: that it stays open is what is tested.
final class UserProbeReader: ProbeReader {
    func read(_ bytes: Span<UInt8>, at now: Timestamp) -> ProbeSample { ProbeSample() }
}
