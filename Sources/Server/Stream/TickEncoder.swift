internal import Trading

/// A tick as the JSON of the stream's `TradeData` message (`api-specification.md` 3): every
/// documented field, always, in the order of the schema, then the extra keys.
///
/// Separators are compact (`,` and `:`): a client parses JSON, and a tenth of the bytes is blanks
/// otherwise. Numbers come from scaled integers digit by digit, so that nothing is rounded; a float
/// field always carries a decimal point and an integer field never does.
enum TickEncoder {
    /// The longest text, whatever the tick holds: the constant pieces, every number at its longest
    /// (22 bytes; 20 for an integer), three levels a side, the longest token, action and reason.
    static let byteCountMax = 1_720

    /// Appends the JSON object of `tick`.
    /// - Precondition: `byteCountMax` bytes are free.
    @_lifetime(output: copy output)
    static func encode(_ tick: borrowing Tick, into output: inout OutputSpan<UInt8>) {
        output.append(#"{"timestamp":""#)
        output.append(time: tick.time)
        output.append(#"","token_id":""#)
        output.append(ascii: tick.tokenID.span)
        encodeMarket(tick, into: &output)
        output.append(#","action":""#)
        output.append(tick.action.text)
        output.append(#"","bids":["#)
        encode(tick.bids, into: &output)
        output.append(#"],"asks":["#)
        encode(tick.asks, into: &output)
        output.append("]")
        encodeAccount(tick, into: &output)
        encodeExtras(tick, into: &output)
        output.append("}")
    }

    @inline(__always)
    @_lifetime(output: copy output)
    private static func encodeMarket(
        _ tick: borrowing Tick,
        into output: inout OutputSpan<UInt8>
    ) {
        output.append(#"","midpoint":"#)
        // The doubled midpoint counts 5e-5 dollars: an odd one ends in a 5 at the fifth decimal.
        let (halfTicks, overflow) = tick.midpointDoubled.multipliedReportingOverflow(by: 5)
        precondition(!overflow, "a midpoint is between 0 and 1 dollar")
        output.append(decimal: halfTicks, scale: .hundredThousandths)
        output.append(#","spread":"#)
        output.append(decimal: tick.spread.raw, scale: .tenThousandths)
        output.append(#","latency_ms":"#)
        output.append(milliseconds: tick.latency)
        output.append(#","fee_bps":"#)
        output.append(integer: tick.feeBasisPoints)
        output.append(tick.volState.member)
        output.append(decimal: tick.referencePrice.raw, scale: .hundredMillionths)
        output.append(#","inventory":"#)
        output.append(decimal: tick.inventory.raw, scale: .millionths)
    }

    @inline(__always)
    @_lifetime(output: copy output)
    private static func encode(
        _ levels: borrowing TopLevels,
        into output: inout OutputSpan<UInt8>
    ) {
        for index in 0..<levels.count {
            let level = levels[index]
            output.append(index == 0 ? #"{"price":"# : #",{"price":"#)
            output.append(decimal: level.price.raw, scale: .tenThousandths)
            output.append(#","size":"#)
            output.append(decimal: level.size.raw, scale: .millionths)
            output.append("}")
        }
    }

    @inline(__always)
    @_lifetime(output: copy output)
    private static func encodeAccount(
        _ tick: borrowing Tick,
        into output: inout OutputSpan<UInt8>
    ) {
        output.append(#","virtual_pnl":"#)
        output.append(decimal: tick.virtualPnL.raw, scale: .millionths)
        output.append(#","session_volume":"#)
        output.append(decimal: tick.sessionVolume.raw, scale: .millionths)
        output.append(#","total_equity":"#)
        output.append(decimal: tick.totalEquity.raw, scale: .millionths)
        output.append(#","buying_power":"#)
        output.append(decimal: tick.buyingPower.raw, scale: .millionths)
        output.append(#","total_gas_spent_usd":"#)
        output.append(decimal: tick.totalGasSpent.raw, scale: .millionths)
        output.append(#","total_trades_count":"#)
        output.append(integer: tick.totalTrades)
        output.append(#","total_order_updates":"#)
        output.append(integer: tick.totalOrderUpdates)
        output.append(#","current_matic_balance":"#)
        output.append(decimal: tick.gasBalance.raw, scale: .millionths)
    }

    @inline(__always)
    @_lifetime(output: copy output)
    private static func encodeExtras(
        _ tick: borrowing Tick,
        into output: inout OutputSpan<UInt8>
    ) {
        output.append(#","seq":"#)
        output.append(integer: tick.seq)
        if case .none = tick.reason {
            output.append(#","reason":null,"fair_value":"#)
        } else {
            output.append(#","reason":""#)
            ReasonText.encode(tick.reason, into: &output)
            output.append(#"","fair_value":"#)
        }
        output.append(decimal: tick.fairValueMicros, scale: .millionths)
        output.append(#","strike":"#)
        output.append(decimal: tick.strike?.raw, scale: .hundredMillionths)
        output.append(#","seconds_to_expiry":"#)
        // Whole milliseconds are finer than any decision about a window.
        output.append(
            decimal: tick.timeToExpiry.map { $0.nanoseconds / 1_000_000 },
            scale: .thousandths
        )
        output.append(#","own_bid":"#)
        output.append(decimal: tick.ownBid?.raw, scale: .tenThousandths)
        output.append(#","own_ask":"#)
        output.append(decimal: tick.ownAsk?.raw, scale: .tenThousandths)
        output.append(tick.riskState.member)
        output.append(milliseconds: tick.marketFeedAge)
        output.append(#","reference":"#)
        output.append(milliseconds: tick.referenceFeedAge)
        output.append("}")
    }
}

extension OutputSpan where Element == UInt8 {
    /// Milliseconds with up to three decimals, rounded toward zero; `null` for `nil`.
    @inline(__always)
    @_lifetime(self: copy self)
    fileprivate mutating func append(milliseconds duration: Duration?) {
        append(decimal: duration.map { $0.nanoseconds / 1_000 }, scale: .thousandths)
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
        }
    }
}
