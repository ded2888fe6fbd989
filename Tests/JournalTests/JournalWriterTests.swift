internal import TestSupport
internal import Testing
internal import Trading
internal import Wire

@testable internal import Journal

@Suite struct JournalWriterTests {
    @Test("the header is magic, version, session and checksum")
    func header() {
        let body = NaiveFrame.bytes(
            hexadecimal: "51514a524e4c0d0a 04000000 0807060504030201"
        )
        #expect(
            JournalBytes.header(Samples.session)
                == body + NaiveFrame.little(NaiveFrame.checksum(body))
        )
    }

    @Test("every kind of record has its bytes", arguments: Samples.table.indices)
    func encoding(index: Int) {
        let body = NaiveFrame.bytes(hexadecimal: Samples.table[index].body)
        #expect(JournalBytes.of(Samples.records[index]) == NaiveFrame.around(body))
    }

    @Test("the table has every kind of record")
    func completeness() {
        let codes = Samples.table.map { NaiveFrame.bytes(hexadecimal: $0.body)[0] }
        #expect(codes == RecordCode.allCases.map(\.rawValue))
    }

    /// The numbers on disk are the cases' order in `Trading`; whoever reorders them must change the
    /// format's version.
    @Test("the numbers of choices on disk are these")
    func choices() {
        #expect([Outcome.yes, .no].map(\.rawValue) == [0, 1])
        #expect([Side.buy, .sell].map(\.rawValue) == [0, 1])
        #expect([OrderKind.quote, .exit].map(\.rawValue) == [0, 1])
        #expect(
            [RiskCause.referenceStale, .dailyLoss, .drawdown, .rejectStorms, .manualKill]
                .map(\.rawValue) == [0, 8, 9, 13, 19]
        )
        #expect(
            [
                OrderRejection.wouldCross, .offTick, .sizeTooSmall, .marketClosed, .rateLimited,
                .orderPathShut, .insufficientBalance, .venueRefused, .notSent,
            ].map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7, 8]
        )
        #expect(
            [CancelReason.requested, .marketClosed, .tickSizeChanged, .byVenue].map(\.rawValue)
                == [0, 1, 2, 3]
        )
        #expect(
            TickSize.allCases.map(\.raw) == [1_000, 100, 50, 25, 10, 1]
        )
    }

    @Test("every way of settling comes back, and its numbers on disk are these")
    func settlements() {
        let cases: [(family: SettlementFamily, bytes: [UInt8])] = [
            (.unsupported, [0, 0]), (.chainlinkTWAP(seconds: 2), [1, 2]),
            (.chainlinkTWAP(seconds: 120), [1, 120]), (.binanceCandle, [2, 0]),
            (.spotSnapshot, [3, 0]),
        ]
        for (family, ending) in cases {
            var definition = Samples.definition
            definition.settlement = family
            let record = SessionRecord(time: Samples.session, kind: .marketListed(definition))
            let bytes = JournalBytes.of(record)
            #expect(Array(bytes.suffix(2)) == ending)
            #expect(
                JournalBytes.read([JournalBytes.header(Samples.session), bytes]).records == [record]
            )
        }
    }

    @Test("the longest record is within the limit and comes back")
    func longest() {
        let text = Samples.text(String(repeating: "x", count: InlineText.countMax))
        var definition = Samples.definition
        definition.slug = text
        definition.conditionID = text
        definition.yesToken = text
        definition.noToken = text
        let record = SessionRecord(time: Samples.session, kind: .marketListed(definition))
        let bytes = JournalBytes.of(record)
        #expect(bytes.count <= JournalFormat.recordByteCountMax)
        #expect(
            JournalBytes.read([JournalBytes.header(Samples.session), bytes]).records == [record]
        )
    }

    @Test("the extremes of every number come back", arguments: [Int64.min, -1, 0, 1, .max])
    func extremes(raw: Int64) {
        var parameters = Parameters()
        parameters.orderSize = raw
        parameters.maxPosition = raw
        parameters.spreadOffset = Double(bitPattern: UInt64(bitPattern: raw & ~(0x7FF << 52)))
        parameters.minLiquidity = -parameters.spreadOffset
        var order = Samples.order
        order.size.raw = raw
        var fill = Samples.fill
        fill.tradeID = UInt64(bitPattern: raw)
        fill.size.raw = raw
        fill.fee.raw = raw
        let kinds: [SessionRecord.Kind] = [
            .sessionStarted(cash: Money(raw: raw), parameters: parameters),
            .orderPlaced(order), .orderFilled(fill),
            .orderAccepted(OrderID(number: UInt64(bitPattern: raw))),
            .equity(total: Money(raw: raw), profit: Money(raw: raw)),
            .sessionEnded(stateHash: UInt64(bitPattern: raw)),
        ]
        let records = kinds.map { SessionRecord(time: Timestamp(nanoseconds: raw), kind: $0) }
        let start = Timestamp(nanoseconds: raw)
        let reading = JournalBytes.read(
            [JournalBytes.header(start)] + records.map { JournalBytes.of($0) }
        )
        #expect(reading.records == records)
        #expect(reading.session == start)
        #expect(reading.error == nil && reading.tornByteCount == 0)
    }

    @Test("records are appended behind what the buffer holds")
    func appending() {
        var buffer = ByteBuffer(capacity: 16)
        JournalWriter.encodeHeader(session: Samples.session, into: &buffer)
        for record in Samples.records { JournalWriter.encode(record, into: &buffer) }
        let span = buffer.span
        #expect(span.indices.map { span[$0] } == Samples.file.bytes)
    }
}
