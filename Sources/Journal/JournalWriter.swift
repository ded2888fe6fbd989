public import Trading
public import Wire

/// Writes a session's records as bytes of a journal (`JournalFormat`), into the caller's buffer;
/// putting them into a file is the caller's business.
///
/// ```
///   JournalWriter.encodeHeader(session: first.time, into: &buffer)     once, at the file's start
///   JournalWriter.encode(record, into: &buffer)                        for every record
/// ```
/// Once the buffer has grown to its working size nothing is allocated.
public enum JournalWriter {
    /// Appends what a file begins with.
    /// - Parameter session: the session's number, the time of its first record.
    public static func encodeHeader(session: Timestamp, into buffer: inout ByteBuffer) {
        buffer.append(upTo: JournalFormat.headerByteCount) { output in
            for byte in JournalFormat.magic { output.append(byte) }
            output.append(littleEndian: JournalFormat.version)
            output.append(littleEndian: session.nanoseconds)
            output.append(littleEndian: CRC32C.checksum(of: output.span))
        }
    }

    /// Appends one record, whole.
    public static func encode(_ record: SessionRecord, into buffer: inout ByteBuffer) {
        buffer.append(upTo: JournalFormat.recordByteCountMax) { output in
            // The frame is filled in when the body is there.
            output.append(littleEndian: UInt64(0))
            append(record, to: &output)
            let bodyRange = JournalFormat.frameByteCount..<output.count
            let length = UInt16(bodyRange.count)
            let checksum = CRC32C.checksum(of: output.span.extracting(bodyRange))
            var frame = output.mutableSpan
            frame.store(littleEndian: UInt32(length) | UInt32(~length) << 16, at: 0)
            frame.store(littleEndian: checksum, at: 4)
        }
    }

    private static func append(_ record: SessionRecord, to output: inout OutputSpan<UInt8>) {
        func begin(_ code: RecordCode, _ output: inout OutputSpan<UInt8>) {
            output.append(code.rawValue)
            output.append(littleEndian: record.time.nanoseconds)
        }
        switch record.kind {
        case .sessionStarted(let cash, let parameters):
            begin(.sessionStarted, &output)
            output.append(littleEndian: cash.raw)
            append(parameters, to: &output)
        case .marketListed(let definition):
            begin(.marketListed, &output)
            append(definition, to: &output)
        case .orderPlaced(let order):
            begin(.orderPlaced, &output)
            append(order, to: &output)
        case .orderAccepted(let id):
            begin(.orderAccepted, &output)
            output.append(littleEndian: id.number)
        case .orderRejected(let id, let reason):
            begin(.orderRejected, &output)
            output.append(littleEndian: id.number)
            output.append(reason.rawValue)
        case .orderFilled(let fill):
            begin(.orderFilled, &output)
            append(fill, to: &output)
        case .orderCancelled(let id, let reason):
            begin(.orderCancelled, &output)
            output.append(littleEndian: id.number)
            output.append(reason.rawValue)
        case .marketResolved(let market, let winner):
            begin(.marketResolved, &output)
            output.append(littleEndian: market.index)
            output.append(winner.rawValue)
        case .pairsMerged(let market, let pairs, let gas):
            begin(.pairsMerged, &output)
            output.append(littleEndian: market.index)
            output.append(littleEndian: pairs.raw)
            output.append(littleEndian: gas.raw)
        case .fillReversed(let fill):
            begin(.fillReversed, &output)
            append(fill, to: &output)
        case .cashAdopted(let cash):
            begin(.cashAdopted, &output)
            output.append(littleEndian: cash.raw)
        case .sharesAdopted(let market, let outcome, let shares, let price):
            begin(.sharesAdopted, &output)
            output.append(littleEndian: market.index)
            output.append(outcome.rawValue)
            output.append(littleEndian: shares.raw)
            output.append(littleEndian: UInt16(price.raw))
        case .parametersChanged(let parameters):
            begin(.parametersChanged, &output)
            append(parameters, to: &output)
        case .emergencyStopped: begin(.emergencyStopped, &output)
        case .stoppedByLimit(let cause):
            begin(.stoppedByLimit, &output)
            output.append(cause.rawValue)
        case .rearmed: begin(.rearmed, &output)
        case .equity(let total, let profit):
            begin(.equity, &output)
            output.append(littleEndian: total.raw)
            output.append(littleEndian: profit.raw)
        case .sessionEnded(let stateHash):
            begin(.sessionEnded, &output)
            output.append(littleEndian: stateHash)
        }
    }

    private static func append(_ parameters: Parameters, to output: inout OutputSpan<UInt8>) {
        output.append(littleEndian: parameters.spreadOffset.bitPattern)
        output.append(littleEndian: parameters.orderSize)
        output.append(littleEndian: parameters.maxPosition)
        output.append(littleEndian: parameters.minLiquidity.bitPattern)
        output.append(parameters.isRunning ? 1 : 0)
    }

    private static func append(
        _ definition: MarketDefinition,
        to output: inout OutputSpan<UInt8>
    ) {
        output.append(littleEndian: definition.id.index)
        append(definition.slug, to: &output)
        append(definition.conditionID, to: &output)
        append(definition.yesToken, to: &output)
        append(definition.noToken, to: &output)
        output.append(littleEndian: definition.windowStart.nanoseconds)
        output.append(littleEndian: definition.windowEnd.nanoseconds)
        output.append(littleEndian: definition.tickSize.raw)
        output.append(littleEndian: definition.orderSizeMin.raw)
        output.append(littleEndian: definition.takerFeeRate.bitPattern)
        append(definition.settlement, to: &output)
    }

    private static func append(
        _ settlement: SettlementFamily,
        to output: inout OutputSpan<UInt8>
    ) {
        let code: SettlementCode =
            switch settlement {
            case .unsupported: .unsupported
            case .chainlinkTWAP: .chainlinkTWAP
            case .binanceCandle: .binanceCandle
            case .spotSnapshot: .spotSnapshot
            }
        output.append(code.rawValue)
        output.append(UInt8(settlement.averagedSeconds))
    }

    private static func append(_ order: Order, to output: inout OutputSpan<UInt8>) {
        output.append(littleEndian: order.id.number)
        output.append(littleEndian: order.market.index)
        output.append(order.outcome.rawValue)
        output.append(order.side.rawValue)
        output.append(littleEndian: UInt16(order.price.raw))
        output.append(littleEndian: order.size.raw)
        output.append(order.kind.rawValue)
    }

    private static func append(_ fill: Fill, to output: inout OutputSpan<UInt8>) {
        output.append(littleEndian: fill.tradeID)
        output.append(littleEndian: fill.orderID.number)
        output.append(littleEndian: fill.market.index)
        output.append(fill.outcome.rawValue)
        output.append(fill.side.rawValue)
        output.append(littleEndian: UInt16(fill.price.raw))
        output.append(littleEndian: fill.size.raw)
        output.append(littleEndian: fill.fee.raw)
        output.append(fill.isComplete ? 1 : 0)
    }

    private static func append(_ text: InlineText, to output: inout OutputSpan<UInt8>) {
        output.append(UInt8(text.count))
        output.append(copying: text.span)
    }
}

extension OutputSpan where Element == UInt8 {
    /// Appends `value`, lowest byte first.
    /// - Precondition: there is room.
    @_lifetime(self: copy self)
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        var rest = value
        for _ in 0..<(value.bitWidth / 8) {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }
}

extension MutableSpan where Element == UInt8 {
    @_lifetime(self: copy self)
    fileprivate mutating func store(littleEndian value: UInt32, at index: Int) {
        for byte in 0..<4 { self[index + byte] = UInt8(truncatingIfNeeded: value >> (8 * byte)) }
    }
}
