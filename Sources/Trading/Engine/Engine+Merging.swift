/// Pairs of YES and NO are a dollar each, whoever wins: merged they are cash again (strategy 11
/// and 12). They come about because an offer that the held shares do not cover is a purchase of the
/// other token.
extension Engine {
    /// Fewer pairs than this are left to the window's end, which pays them out as well.
    static let pairsMin = Quantity(shares: 25)
    /// Unless the free cash pays for fewer orders than this, at a dollar a share.
    static let ordersPaidMin: Int64 = 3
    /// After a merge that failed a market waits this long before the next.
    static let mergePause = Duration.seconds(60)

    /// Asks for merges that are worth it; at most one is under way in each market.
    mutating func mergePairs(_ now: Timestamp, _ effects: inout [EngineEffect]) {
        guard configuration.mergesPairs, !monitor.holds(.gasLow), parameters.isRunning, !isKilled,
            !isStopping,
            monitor.standing.permission > .nothing
        else { return }
        for index in markets.indices where markets[index].winner == nil {
            let pairs = markets[index].pairsFree
            guard pairs > .zero, markets[index].merging == .zero,
                now >= markets[index].mergeNotBefore,
                pairs >= Self.pairsMin
                    || isShortOfCash() && pairs >= markets[index].definition.orderSizeMin
            else { continue }
            markets[index].merging = pairs
            stateHash.mix(pairs.raw)
            effects.append(.mergePairs(markets[index].definition.id, pairs: pairs))
        }
    }

    private mutating func isShortOfCash() -> Bool {
        buyingPower < Money(dollars: Self.ordersPaidMin * parameters.orderSize)
    }

    /// The pairs are cash now. Of a market that has been paid out meanwhile only the gas is left to
    /// book: the pairs were paid with the rest.
    mutating func finishMerge(
        _ id: MarketID,
        _ pairs: Quantity,
        gas: Money,
        _ now: Timestamp,
        _ effects: inout [EngineEffect]
    ) {
        guard let index = markets.index(of: id), pairs > .zero, pairs == markets[index].merging
        else {
            statistics.eventsUnmatched += 1
            return
        }
        markets[index].merging = .zero
        if markets[index].winner == nil {
            let profit = markets[index].position.merge(pairs)
            let payout = Money(pairs, at: .one)
            portfolio.redeem(payout: payout, profit: profit)
            markets[index].attribution.paidOut(payout, remaining: markets[index].positionValue)
        }
        portfolio.spend(gas: gas)
        markets[index].attribution.gasSpent(gas)
        stateHash.mix(pairs.raw)
        stateHash.mix(portfolio.cash.raw)
        publish(.positionMerged, .merged(pairs: pairs, gas: gas), market: index, now, &effects)
    }

    /// Nothing was merged; the pairs may be sold or merged again.
    mutating func failMerge(_ id: MarketID, _ now: Timestamp) {
        guard let index = markets.index(of: id), markets[index].merging > .zero else {
            statistics.eventsUnmatched += 1
            return
        }
        markets[index].merging = .zero
        markets[index].mergeNotBefore = now + Self.mergePause
        stateHash.mix(id.index)
    }
}
