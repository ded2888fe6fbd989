internal import Trading

/// Which rows a record becomes.
extension Ledger {
    func write(_ record: SessionRecord) throws(LedgerError) {
        let time = Database.Value.integer(record.time.nanoseconds)
        if case .sessionStarted(let cash, let parameters) = record.kind {
            progress = Progress(session: record.time)
            try run(.insertSession, time, .integer(cash.raw))
            try writeControl("started", parameters, at: record.time, session: time)
            return
        }
        guard let started = progress.session else {
            throw LedgerError(
                .noSession,
                attempt: "record in \(path)",
                message: "the session's start has not been recorded"
            )
        }
        let session = Database.Value.integer(started.nanoseconds)
        switch record.kind {
        case .sessionStarted: break
        case .marketListed(let definition):
            try write(definition, at: time, session: session)
        case .orderPlaced(let order): try write(order, at: time, session: session)
        case .orderAccepted(let id): try run(.acceptOrder, session, .id(id), time)
        case .orderRejected(let id, let why):
            try run(.rejectOrder, session, .id(id), time, .text(why.text))
        case .orderFilled(let fill): try write(fill, at: time, session: session)
        case .orderCancelled(let id, let why):
            try run(.cancelOrder, session, .id(id), time, .text(why.text))
        case .marketResolved(let market, let winner):
            try run(.resolveMarket, session, .id(market), .text(winner.text), time)
        case .pairsMerged(let market, let pairs, let gas):
            try run(
                .insertMerge,
                session,
                .id(market),
                time,
                .integer(pairs.raw),
                .integer(gas.raw)
            )
        case .fillReversed(let fill):
            try run(.reverseFill, session, .integer(Int64(bitPattern: fill.tradeID)), time)
            try run(.countFills, session, .id(fill.orderID))
        case .cashAdopted(let cash): try run(.adoptCash, session, .integer(cash.raw))
        case .sharesAdopted(let market, let outcome, let shares, let price):
            try run(
                .insertAdoption,
                session,
                .id(market),
                .text(outcome.text),
                time,
                .integer(shares.raw),
                .integer(price.raw)
            )
        case .parametersChanged(let parameters):
            try writeControl("parameters", parameters, at: record.time, session: session)
        case .emergencyStopped:
            try writeControl("stop", nil, at: record.time, session: session)
        case .stoppedByLimit(let cause):
            try writeControl("stop \(cause.code)", nil, at: record.time, session: session)
        case .rearmed: try writeControl("rearm", nil, at: record.time, session: session)
        case .equity(let total, let profit):
            try run(.insertEquity, session, time, .integer(total.raw), .integer(profit.raw))
        case .sessionEnded(let stateHash):
            try run(.endSession, session, time, .text(Self.hexadecimal(stateHash)))
        }
    }

    private func write(
        _ definition: MarketDefinition,
        at time: Database.Value,
        session: Database.Value
    ) throws(LedgerError) {
        try run(
            .insertMarket,
            session,
            .id(definition.id),
            .text(definition.slug.description),
            .textOrNull(definition.conditionID),
            .textOrNull(definition.yesToken),
            .textOrNull(definition.noToken),
            .integer(definition.windowStart.nanoseconds),
            .integer(definition.windowEnd.nanoseconds),
            .integer(definition.tickSize.raw),
            .integer(definition.orderSizeMin.raw),
            .real(definition.takerFeeRate),
            .text(definition.settlement.text),
            time
        )
    }

    private func write(
        _ order: Order,
        at time: Database.Value,
        session: Database.Value
    ) throws(LedgerError) {
        try run(
            .insertOrder,
            session,
            .id(order.id),
            .id(order.market),
            .text(order.outcome.text),
            .text(order.side.text),
            .integer(order.price.raw),
            .integer(order.size.raw),
            time
        )
    }

    private func write(
        _ fill: Fill,
        at time: Database.Value,
        session: Database.Value
    ) throws(LedgerError) {
        try run(
            .insertFill,
            session,
            .integer(Int64(bitPattern: fill.tradeID)),
            time,
            .id(fill.orderID),
            .id(fill.market),
            .text(fill.outcome.text),
            .text(fill.side.text),
            .integer(fill.price.raw),
            .integer(fill.size.raw),
            .integer(Money(fill.size, at: fill.price).raw),
            .integer(fill.fee.raw),
            .integer(fill.isComplete ? 1 : 0)
        )
        try run(.countFills, session, .id(fill.orderID))
        if fill.isComplete { try run(.completeOrder, session, .id(fill.orderID), time) }
    }

    private func writeControl(
        _ kind: String,
        _ parameters: Parameters?,
        at time: Timestamp,
        session: Database.Value
    ) throws(LedgerError) {
        progress.controlOrdinal = progress.controlTime == time ? progress.controlOrdinal + 1 : 0
        progress.controlTime = time
        try run(
            .insertControl,
            session,
            .integer(time.nanoseconds),
            .integer(progress.controlOrdinal),
            .text(kind),
            parameters.map { .real($0.spreadOffset) } ?? .null,
            parameters.map { .integer($0.orderSize) } ?? .null,
            parameters.map { .integer($0.maxPosition) } ?? .null,
            parameters.map { .real($0.minLiquidity) } ?? .null,
            parameters.map { .integer($0.isRunning ? 1 : 0) } ?? .null
        )
    }

    /// Sixteen digits, as reports print it.
    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Database.Value {
    /// SQLite's integers are signed: a number beyond 2^63 appears as negative.
    fileprivate static func id(_ id: OrderID) -> Self { .integer(Int64(bitPattern: id.number)) }
    fileprivate static func id(_ id: MarketID) -> Self { .integer(Int64(id.index)) }
    fileprivate static func textOrNull(_ text: InlineText) -> Self {
        text.isEmpty ? .null : .text(text.description)
    }
}

extension SettlementFamily {
    fileprivate var text: String {
        switch self {
        case .chainlinkTWAP(let seconds): "chainlink_twap_\(seconds)s"
        case .binanceCandle: "binance_candle"
        case .spotSnapshot: "spot_snapshot"
        case .unsupported: "unsupported"
        }
    }
}

extension Outcome {
    fileprivate var text: String { self == .yes ? "YES" : "NO" }
}

extension Side {
    fileprivate var text: String { self == .buy ? "BUY" : "SELL" }
}

extension OrderRejection {
    fileprivate var text: String {
        switch self {
        case .wouldCross: "would_cross"
        case .offTick: "off_tick"
        case .sizeTooSmall: "size_too_small"
        case .marketClosed: "market_closed"
        case .rateLimited: "rate_limited"
        case .orderPathShut: "order_path_shut"
        case .insufficientBalance: "insufficient_balance"
        case .venueRefused: "venue_refused"
        case .notSent: "not_sent"
        }
    }
}

extension CancelReason {
    fileprivate var text: String {
        switch self {
        case .requested: "requested"
        case .marketClosed: "market_closed"
        case .tickSizeChanged: "tick_size_changed"
        case .byVenue: "by_venue"
        }
    }
}
