internal import Testing
internal import Trading
internal import Wire

@testable internal import Journal

/// The frame around a record's body, from the format's description and bit by bit.
enum NaiveFrame {
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var remainder = UInt32.max
        for byte in bytes {
            remainder ^= UInt32(byte)
            for _ in 0..<8 {
                let isOdd = remainder & 1 == 1
                remainder >>= 1
                if isOdd { remainder ^= 0x82F6_3B78 }
            }
        }
        return ~remainder
    }

    static func around(_ body: [UInt8]) -> [UInt8] {
        let length = UInt16(body.count)
        return little(length) + little(~length) + little(checksum(body)) + body
    }

    static func little(_ value: some FixedWidthInteger) -> [UInt8] {
        (0..<(value.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    /// `"0a 0807"` as bytes.
    static func bytes(hexadecimal text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var high: UInt8?
        for digit in text.compactMap(\.hexDigitValue) {
            if let first = high {
                bytes.append(first << 4 | UInt8(digit))
                high = nil
            } else {
                high = UInt8(digit)
            }
        }
        return bytes
    }
}

/// One record of every kind, and the bytes of its body.
enum Samples {
    static let session = Timestamp(nanoseconds: 0x0102_0304_0506_0708)
    private static let time = "0807060504030201"

    static func text(_ text: String) -> InlineText {
        InlineText(text) ?? InlineText()
    }

    static var parameters: Parameters {
        var parameters = Parameters()
        parameters.spreadOffset = 0.5
        parameters.orderSize = 10
        parameters.maxPosition = 300
        parameters.minLiquidity = -2
        parameters.isRunning = false
        return parameters
    }

    static let definition = MarketDefinition(
        id: MarketID(index: 7),
        slug: text("btc"),
        conditionID: text("0xab"),
        yesToken: text("12"),
        noToken: InlineText(),
        windowStart: Timestamp(nanoseconds: 1),
        windowEnd: Timestamp(nanoseconds: -1),
        tickSize: .hundredth,
        orderSizeMin: Quantity(shares: 5),
        takerFeeRate: 1,
        settlement: .chainlinkTWAP(seconds: 60)
    )

    static let order = Order(
        id: OrderID(number: 0xFFFF_FFFF_FFFF_FFFF),
        market: MarketID(index: 7),
        outcome: .no,
        side: .buy,
        price: Price(raw: 4_900),
        size: Quantity(raw: 10_000_001)
    )

    static let fill = Fill(
        tradeID: 3,
        orderID: OrderID(number: 2),
        market: MarketID(index: 7),
        outcome: .yes,
        side: .sell,
        price: Price(raw: 10_000),
        size: Quantity(raw: 256),
        fee: Money(raw: -1),
        isComplete: true
    )

    static let table: [(kind: SessionRecord.Kind, body: String)] = [
        (
            .sessionStarted(cash: Money(raw: 1_000_000), parameters: parameters),
            "01 \(time) 40420f0000000000 000000000000e03f 0a00000000000000 2c01000000000000"
                + "00000000000000c0 00"
        ),
        (
            .marketListed(definition),
            "02 \(time) 07000000 03627463 0430786162 023132 00 0100000000000000"
                + "ffffffffffffffff 6400000000000000 404b4c0000000000 000000000000f03f 01 3c"
        ),
        (
            .orderPlaced(order),
            "03 \(time) ffffffffffffffff 07000000 01 00 2413 8196980000000000 00"
        ),
        (.orderAccepted(OrderID(number: 258)), "04 \(time) 0201000000000000"),
        (.orderRejected(OrderID(number: 1), .orderPathShut), "05 \(time) 0100000000000000 05"),
        (
            .orderFilled(fill),
            "06 \(time) 0300000000000000 0200000000000000 07000000 00 01 1027 0001000000000000"
                + "ffffffffffffffff 01"
        ),
        (.orderCancelled(OrderID(number: 1), .marketClosed), "07 \(time) 0100000000000000 01"),
        (.marketResolved(MarketID(index: 0x0A0B_0C0D), winner: .no), "08 \(time) 0d0c0b0a 01"),
        (
            .parametersChanged(parameters),
            "09 \(time) 000000000000e03f 0a00000000000000 2c01000000000000 00000000000000c0 00"
        ),
        (.emergencyStopped, "0a \(time)"),
        (.rearmed, "0b \(time)"),
        (
            .equity(total: Money(raw: 2), profit: Money(raw: -2)),
            "0c \(time) 0200000000000000 feffffffffffffff"
        ),
        (.sessionEnded(stateHash: 0xFEDC_BA98_7654_3210), "0d \(time) 1032547698badcfe"),
        (
            .pairsMerged(MarketID(index: 7), pairs: Quantity(raw: 513), gas: Money(raw: -2)),
            "0e \(time) 07000000 0102000000000000 feffffffffffffff"
        ),
        (
            .fillReversed(fill),
            "0f \(time) 0300000000000000 0200000000000000 07000000 00 01 1027 0001000000000000"
                + "ffffffffffffffff 01"
        ),
        (.cashAdopted(Money(raw: 258)), "10 \(time) 0201000000000000"),
        (
            .sharesAdopted(MarketID(index: 7), .no, Quantity(raw: 513), price: Price(raw: 4_900)),
            "11 \(time) 07000000 01 0102000000000000 2413"
        ),
        (.stoppedByLimit(.drawdown), "12 \(time) 09"),
    ]

    static let records = table.map { SessionRecord(time: session, kind: $0.kind) }

    /// A file with one record of every kind, and where each of them begins (and the file ends).
    static let file: (bytes: [UInt8], starts: [Int]) = {
        var bytes = JournalBytes.header(session)
        var starts = [bytes.count]
        for record in records {
            bytes += JournalBytes.of(record)
            starts.append(bytes.count)
        }
        return (bytes, starts)
    }()
}

/// What writer and reader make of things, as arrays.
enum JournalBytes {
    static func header(_ session: Timestamp) -> [UInt8] {
        var buffer = ByteBuffer()
        JournalWriter.encodeHeader(session: session, into: &buffer)
        return copy(buffer.span)
    }

    static func of(_ record: SessionRecord) -> [UInt8] {
        var buffer = ByteBuffer()
        JournalWriter.encode(record, into: &buffer)
        return copy(buffer.span)
    }

    private static func copy(_ span: Span<UInt8>) -> [UInt8] {
        span.indices.map { span[$0] }
    }

    /// Everything a reader tells about a file that comes in these pieces.
    struct Reading: Equatable {
        var session: Timestamp?
        var records: [SessionRecord] = []
        var error: JournalError?
        var tornByteCount = 0
        var offset: Int64 = 0
    }

    static func read(_ pieces: [[UInt8]]) -> Reading {
        var reader = JournalReader()
        var reading = Reading()
        do throws(JournalError) {
            for piece in pieces {
                reader.receive(piece.span)
                while let record = try reader.next() { reading.records.append(record) }
            }
            reader.finish()
            while let record = try reader.next() { reading.records.append(record) }
        } catch {
            reading.error = error
        }
        reading.session = reader.session
        reading.tornByteCount = reader.tornByteCount
        reading.offset = reader.offset
        return reading
    }
}
