internal import Trading
internal import Wire

/// A tick as the JSON of the stream's `TradeData` message (`api-specification.md` 3): every
/// documented field, always, in the order of the schema, then the extra keys.
///
/// Separators are compact (`,` and `:`): a client parses JSON, and a tenth of the bytes is blanks
/// otherwise. Numbers come from scaled integers digit by digit, so that nothing is rounded; a float
/// field always carries a decimal point and an integer field never does.
enum TickEncoder {
    /// The longest text, whatever the tick holds: every number at its longest (22 bytes, 20 for an
    /// integer), three levels a side, the longest token, action and reason. A test holds it to be
    /// exact.
    static let byteCountMax = 1_353

    /// Appends the JSON object of `tick`.
    /// - Precondition: `byteCountMax` bytes are free.
    @_lifetime(output: copy output)
    static func encode(_ tick: borrowing Tick, into output: inout OutputSpan<UInt8>) {
        output.append(literal: #"{"timestamp":""#)
        DateText.appendTimestamp(nanoseconds: tick.time.nanoseconds, to: &output)
        output.append(literal: #"","token_id":""#)
        output.append(copying: tick.tokenID.span)
        encodeMarket(tick, into: &output)
        output.append(literal: #","action":""#)
        output.append(literal: tick.action.text)
        output.append(literal: #"","bids":["#)
        encode(tick.bids, into: &output)
        output.append(literal: #"],"asks":["#)
        encode(tick.asks, into: &output)
        output.append(literal: "]")
        encodeAccount(tick, into: &output)
        encodeExtras(tick, into: &output)
        output.append(literal: "}")
    }

    @inline(__always)
    @_lifetime(output: copy output)
    private static func encodeMarket(
        _ tick: borrowing Tick,
        into output: inout OutputSpan<UInt8>
    ) {
        output.append(literal: #"","midpoint":"#)
        // The doubled midpoint counts 5e-5 dollars: an odd one ends in a 5 at the fifth decimal.
        let (halfTicks, overflow) = tick.midpointDoubled.multipliedReportingOverflow(by: 5)
        precondition(!overflow, "a midpoint is between 0 and 1 dollar")
        output.append(decimal: halfTicks, decimals: 5)
        output.append(literal: #","spread":"#)
        output.append(tick.spread)
        output.append(literal: #","latency_ms":"#)
        output.append(milliseconds: tick.latency)
        output.append(literal: #","fee_bps":"#)
        output.append(integer: tick.feeBasisPoints)
        output.append(literal: tick.volState.member)
        output.append(tick.referencePrice)
        output.append(literal: #","inventory":"#)
        output.append(tick.inventory)
    }

    @inline(__always)
    @_lifetime(output: copy output)
    private static func encode(
        _ levels: borrowing TopLevels,
        into output: inout OutputSpan<UInt8>
    ) {
        for index in 0..<levels.count {
            let level = levels[index]
            output.append(literal: index == 0 ? #"{"price":"# : #",{"price":"#)
            output.append(level.price)
            output.append(literal: #","size":"#)
            output.append(level.size)
            output.append(literal: "}")
        }
    }

    @inline(__always)
    @_lifetime(output: copy output)
    private static func encodeAccount(
        _ tick: borrowing Tick,
        into output: inout OutputSpan<UInt8>
    ) {
        output.append(literal: #","virtual_pnl":"#)
        output.append(tick.virtualPnL)
        output.append(literal: #","session_volume":"#)
        output.append(tick.sessionVolume)
        output.append(literal: #","total_equity":"#)
        output.append(tick.totalEquity)
        output.append(literal: #","buying_power":"#)
        output.append(tick.buyingPower)
        output.append(literal: #","total_gas_spent_usd":"#)
        output.append(tick.totalGasSpent)
        output.append(literal: #","total_trades_count":"#)
        output.append(integer: tick.totalTrades)
        output.append(literal: #","total_order_updates":"#)
        output.append(integer: tick.totalOrderUpdates)
        output.append(literal: #","current_matic_balance":"#)
        output.append(tick.gasBalance)
    }

    @inline(__always)
    @_lifetime(output: copy output)
    private static func encodeExtras(
        _ tick: borrowing Tick,
        into output: inout OutputSpan<UInt8>
    ) {
        output.append(literal: #","seq":"#)
        DecimalText.append(tick.seq, to: &output)
        if case .none = tick.reason {
            output.append(literal: #","reason":null,"fair_value":"#)
        } else {
            output.append(literal: #","reason":""#)
            ReasonText.encode(tick.reason, into: &output)
            output.append(literal: #"","fair_value":"#)
        }
        output.append(decimal: tick.fairValueMicros, decimals: 6)
        output.append(literal: #","strike":"#)
        output.append(decimal: tick.strike?.raw, decimals: 8)
        output.append(literal: #","seconds_to_expiry":"#)
        // Whole milliseconds are finer than any decision about a window.
        output.append(decimal: tick.timeToExpiry.map { $0.nanoseconds / 1_000_000 }, decimals: 3)
        output.append(literal: #","own_bid":"#)
        output.append(decimal: tick.ownBid?.raw, decimals: 4)
        output.append(literal: #","own_ask":"#)
        output.append(decimal: tick.ownAsk?.raw, decimals: 4)
        output.append(literal: tick.riskState.member)
        output.append(decimal: tick.marketFeedAge.map { $0.nanoseconds / 1_000 }, decimals: 3)
        output.append(literal: #","reference":"#)
        output.append(decimal: tick.referenceFeedAge.map { $0.nanoseconds / 1_000 }, decimals: 3)
        output.append(literal: "}")
    }
}

extension VolState {
    /// The whole member and the key after it: one constant piece.
    fileprivate var member: StaticString {
        switch self {
        case .low: #","vol_state":"LOW_VOL","binance_price":"#
        case .high: #","vol_state":"HIGH_VOL","binance_price":"#
        }
    }
}

extension RiskState {
    /// The whole member and the keys after it: one constant piece.
    fileprivate var member: StaticString {
        switch self {
        case .active: #","risk_state":"active","feed_ages_ms":{"market":"#
        case .paused: #","risk_state":"paused","feed_ages_ms":{"market":"#
        case .reduceOnly: #","risk_state":"reduce_only","feed_ages_ms":{"market":"#
        case .killed: #","risk_state":"killed","feed_ages_ms":{"market":"#
        case .stopping: #","risk_state":"stopping","feed_ages_ms":{"market":"#
        case .starting: #","risk_state":"starting","feed_ages_ms":{"market":"#
        case .reconciling: #","risk_state":"reconciling","feed_ages_ms":{"market":"#
        case .recovering: #","risk_state":"recovering","feed_ages_ms":{"market":"#
        case .caution: #","risk_state":"caution","feed_ages_ms":{"market":"#
        case .halted: #","risk_state":"halted","feed_ages_ms":{"market":"#
        }
    }
}
