internal import Glibc

/// What a share of YES is worth to us, as of the last decision.
struct Valuation: Equatable {
    /// `p_fair`, in dollars, inside 0 ... 1: the model anchored to the market.
    var fair: Double
    /// The model's own probability, before the market's is blended in; 0 ... 1.
    var model: Double
    /// The volatility stood at its ceiling: the model knows no better than "wild". (At its floor
    /// it errs to the safe side.)
    var isVolatilityCapped = false
    /// Standard deviation of the probability, per square root of a second.
    var sigmaP: Double
    /// `u_p`, in dollars.
    var uncertainty: Double
    /// Dollars of a share per dollar of the reference, not negative; 0 without a reference.
    var sensitivity: Double

    /// In 1e-6 dollars, at least one from either end.
    var micros: Int64 { min(max(Int64((fair * 1_000_000).rounded()), 1), 999_999) }
}

/// From prices to a fair value (strategy 2, 3 and 6).
extension Engine {
    /// Values a market anew; what cannot be valued now keeps its last value for display, and the
    /// gates of `judge` see to it that nothing is quoted on it.
    mutating func value(_ index: Int, _ now: Timestamp) {
        guard volatility.isWarm else { return }
        if configuration.hasReference {
            valueByModel(index, now)
        } else {
            valueByMidpoint(index, now)
        }
    }

    /// Once a market is valued anew, fills are measured by the new value.
    private mutating func setValuation(_ valuation: Valuation, _ index: Int, _ now: Timestamp) {
        markets[index].valuation = valuation
        let id = markets[index].definition.id
        markouts.fairValueChanged(of: id, to: valuation.fair, at: now)
    }

    /// Without a reference there is no model: the midpoint is the value, and what it moves in a
    /// second is the risk.
    private mutating func valueByMidpoint(_ index: Int, _ now: Timestamp) {
        guard let midpointDoubled = markets[index].book.midpointDoubled else { return }
        let valuation = Valuation(
            fair: Double(midpointDoubled) / 20_000,
            model: Double(midpointDoubled) / 20_000,
            sigmaP: volatility.annualised / FairValue.secondsPerYear.squareRoot(),
            uncertainty: 0,
            sensitivity: 0
        )
        setValuation(valuation, index, now)
    }

    private mutating func valueByModel(_ index: Int, _ now: Timestamp) {
        noteOwnAtStart(index, now)
        guard let reference, let arrival = referenceArrival, isReferenceFresh(now),
            case .usable(let strike) = markets[index].strike.standing(at: now),
            let units = settlementUnits(index, strike, now)
        else { return }
        let definition = markets[index].definition
        let remaining = (definition.windowEnd - now).seconds
        let averaged = definition.settlement.averagedSeconds
        var input = FairValue.Input(
            spot: units.price(reference.dollars),
            strike: strike.price.dollars,
            volatility: volatility.forecast(
                remaining: remaining,
                impliedFloor: markets[index].impliedFloor
            ),
            volState: volatility.state,
            windowSeconds: (definition.windowEnd - definition.windowStart).seconds,
            secondsToEnd: remaining,
            averaged: averaged
        )
        input.lag = Double(units.lag)
        input.elapsedMean = elapsedMean(endingAt: definition.windowEnd, averaged, units, now)
        input.basisDeviation = units.deviation
        input.referenceAge = max((now - arrival).seconds, 0)
        input.strikeDeviation = strike.deviation
        input.tick = Double(markets[index].book.tickSize.raw) / 10_000
        guard let estimate = FairValue.standard.estimate(input), estimate.phase != .ended else {
            return
        }
        let isCapped = input.volatility >= Volatility.forecastMax
        anchor(index, estimate, isCapped, units, remaining, averaged, now)
    }

    /// The mean of the elapsed part of the closing average, in the settlement's units.
    private mutating func elapsedMean(
        endingAt end: Timestamp,
        _ averaged: Int,
        _ units: SettlementUnits,
        _ now: Timestamp
    ) -> Double? {
        if let basis = units.tracked {
            return settlementFeed.elapsedMean(
                endingAt: end,
                averaged: averaged,
                basis: basis,
                own: averages,
                at: now
            )
        }
        // A single price that is not lagged has no elapsed part before the end.
        guard averaged > 0 || units.lag > 0 else { return nil }
        let own = averages.mean(endingAt: end, averaged: averaged, lag: units.lag, at: now)
        return own.map { units.price($0.dollars) }
    }

    /// Puts the model's changes on the market's level, and notes when the two disagree too long.
    private mutating func anchor(
        _ index: Int,
        _ estimate: FairValue.Estimate,
        _ isCapped: Bool,
        _ units: SettlementUnits,
        _ remaining: Double,
        _ averaged: Int,
        _ now: Timestamp
    ) {
        let model = estimate.probability
        let tickSize = markets[index].book.tickSize
        let market = BookMidpoint.depthWeighted(
            bids: markets[index].book.top(.buy),
            asks: markets[index].book.top(.sell)
        )
        let isBookFresh =
            markets[index].isFresh(now, configuration.marketSilenceMax)
            && markets[index].bookDoubt != .drifted
        markets[index].blend.observe(
            model: model,
            market: market,
            spread: markets[index].book.spread ?? .zero,
            tickSize: tickSize,
            areFeedsFresh: isBookFresh,
            at: now
        )
        if let market, isBookFresh {
            markets[index].divergence.observe(
                model: model,
                market: market,
                uncertainty: estimate.uncertainty,
                tickSize: tickSize,
                at: now
            )
        }
        let valuation = Valuation(
            fair: markets[index].blend.fair(
                model: model,
                remaining: remaining,
                averagingWindow: Double(averaged)
            ),
            model: model,
            isVolatilityCapped: isCapped,
            sigmaP: estimate.probabilityVolatility,
            uncertainty: estimate.uncertainty,
            sensitivity: max(estimate.slope * units.factor, 0)
        )
        setValuation(valuation, index, now)
    }

    /// Once a second: what the market's price says of volatility bounds the forecast from below.
    mutating func updateImpliedFloor() {
        guard configuration.hasReference, let reference, let index = current,
            let strike = markets[index].strike.strike, let now = lastSampleTime,
            let midpointDoubled = markets[index].book.midpointDoubled,
            let units = settlementUnits(index, strike, now)
        else { return }
        let spot = units.price(reference.dollars)
        let implied = ImpliedVolatility.deviation(
            midpoint: Double(midpointDoubled) / 20_000,
            distance: spot - strike.price.dollars,
            spot: spot,
            remaining: (markets[index].definition.windowEnd - now).seconds - Double(units.lag),
            averaged: markets[index].definition.settlement.averagedSeconds,
            volState: volatility.state,
            extraVariance: units.deviation * units.deviation
        )
        markets[index].impliedFloor = (implied ?? 0) * ImpliedVolatility.floorShare
    }
}
