internal import Trading

/// A record's bytes hold what cannot be.
struct MalformedRecord: Error {}

/// Takes the fields of a record from its bytes, one after another, and trusts none of them.
struct RecordFields: ~Copyable, ~Escapable {
    private let bytes: Span<UInt8>
    /// Of the journal that they are from.
    private let version: UInt32
    private var position = 0

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>, version: UInt32) {
        self.bytes = bytes
        self.version = version
    }

    /// Whether every byte has been taken.
    var isAtEnd: Bool { position == bytes.count }

    /// The next integer, lowest byte first.
    @_lifetime(self: copy self)
    mutating func integer<Value: FixedWidthInteger>(
        _: Value.Type = Value.self
    ) throws(MalformedRecord) -> Value {
        let byteCount = Value.bitWidth / 8
        guard bytes.count - position >= byteCount else { throw MalformedRecord() }
        var value: UInt64 = 0
        for index in 0..<byteCount { value |= UInt64(bytes[position + index]) << (8 * index) }
        position += byteCount
        return Value(truncatingIfNeeded: value)
    }

    @_lifetime(self: copy self)
    mutating func double() throws(MalformedRecord) -> Double {
        Double(bitPattern: try integer())
    }

    @_lifetime(self: copy self)
    mutating func bool() throws(MalformedRecord) -> Bool {
        switch try integer(UInt8.self) {
        case 0: return false
        case 1: return true
        default: throw MalformedRecord()
        }
    }

    @_lifetime(self: copy self)
    mutating func money() throws(MalformedRecord) -> Money { Money(raw: try integer()) }

    @_lifetime(self: copy self)
    mutating func quantity() throws(MalformedRecord) -> Quantity { Quantity(raw: try integer()) }

    @_lifetime(self: copy self)
    mutating func time() throws(MalformedRecord) -> Timestamp {
        Timestamp(nanoseconds: try integer())
    }

    @_lifetime(self: copy self)
    mutating func orderID() throws(MalformedRecord) -> OrderID { OrderID(number: try integer()) }

    @_lifetime(self: copy self)
    mutating func marketID() throws(MalformedRecord) -> MarketID { MarketID(index: try integer()) }

    @_lifetime(self: copy self)
    mutating func price() throws(MalformedRecord) -> Price {
        guard let price = Price(checking: Int64(try integer(UInt16.self))) else {
            throw MalformedRecord()
        }
        return price
    }

    /// One of a closed set, by its number.
    @_lifetime(self: copy self)
    mutating func choice<Value: RawRepresentable>(
        _: Value.Type = Value.self
    ) throws(MalformedRecord) -> Value where Value.RawValue: FixedWidthInteger {
        guard let value = Value(rawValue: try integer()) else { throw MalformedRecord() }
        return value
    }

    @_lifetime(self: copy self)
    mutating func text() throws(MalformedRecord) -> InlineText {
        let count = Int(try integer(UInt8.self))
        guard bytes.count - position >= count,
            let text = InlineText(bytes.extracting(position..<(position + count)))
        else { throw MalformedRecord() }
        position += count
        return text
    }
}

extension RecordFields {
    @_lifetime(self: copy self)
    mutating func parameters() throws(MalformedRecord) -> Parameters {
        var parameters = Parameters()
        parameters.spreadOffset = try double()
        parameters.orderSize = try integer()
        parameters.maxPosition = try integer()
        parameters.minLiquidity = try double()
        parameters.isRunning = try bool()
        return parameters
    }

    @_lifetime(self: copy self)
    mutating func definition() throws(MalformedRecord) -> MarketDefinition {
        MarketDefinition(
            id: try marketID(),
            slug: try text(),
            conditionID: try text(),
            yesToken: try text(),
            noToken: try text(),
            windowStart: try time(),
            windowEnd: try time(),
            tickSize: try choice(),
            orderSizeMin: try quantity(),
            takerFeeRate: try double(),
            settlement: try settlement()
        )
    }

    @_lifetime(self: copy self)
    mutating func settlement() throws(MalformedRecord) -> SettlementFamily {
        // Every session that wrote version 1 took its markets to settle on single prices.
        guard version >= 2 else { return .spotSnapshot }
        let code: SettlementCode = try choice()
        let seconds = Int(try integer(UInt8.self))
        switch code {
        case .chainlinkTWAP:
            guard (2...ReferenceAverage.averagedMax).contains(seconds) else {
                throw MalformedRecord()
            }
            return .chainlinkTWAP(seconds: seconds)
        case .unsupported, .binanceCandle, .spotSnapshot:
            guard seconds == 0 else { throw MalformedRecord() }
            return code == .unsupported
                ? .unsupported : code == .binanceCandle ? .binanceCandle : .spotSnapshot
        }
    }

    @_lifetime(self: copy self)
    mutating func order() throws(MalformedRecord) -> Order {
        Order(
            id: try orderID(),
            market: try marketID(),
            outcome: try choice(),
            side: try choice(),
            price: try price(),
            size: try quantity(),
            // Before version 4 every order was a quote.
            kind: version >= 4 ? try choice() : .quote
        )
    }

    @_lifetime(self: copy self)
    mutating func fill() throws(MalformedRecord) -> Fill {
        Fill(
            tradeID: try integer(),
            orderID: try orderID(),
            market: try marketID(),
            outcome: try choice(),
            side: try choice(),
            price: try price(),
            size: try quantity(),
            fee: try money(),
            isComplete: try bool()
        )
    }

    /// The rest of a record, once its code and time have been taken.
    @_lifetime(self: copy self)
    mutating func kind(_ code: RecordCode) throws(MalformedRecord) -> SessionRecord.Kind {
        switch code {
        case .sessionStarted: .sessionStarted(cash: try money(), parameters: try parameters())
        case .marketListed: .marketListed(try definition())
        case .orderPlaced: .orderPlaced(try order())
        case .orderAccepted: .orderAccepted(try orderID())
        case .orderRejected: .orderRejected(try orderID(), try choice())
        case .orderFilled: .orderFilled(try fill())
        case .orderCancelled: .orderCancelled(try orderID(), try choice())
        case .marketResolved: .marketResolved(try marketID(), winner: try choice())
        case .pairsMerged:
            .pairsMerged(try marketID(), pairs: try quantity(), gas: try money())
        case .fillReversed: .fillReversed(try fill())
        case .cashAdopted: .cashAdopted(try money())
        case .sharesAdopted:
            .sharesAdopted(try marketID(), try choice(), try quantity(), price: try price())
        case .parametersChanged: .parametersChanged(try parameters())
        case .emergencyStopped: .emergencyStopped
        case .stoppedByLimit: .stoppedByLimit(try choice())
        case .rearmed: .rearmed
        case .equity: .equity(total: try money(), profit: try money())
        case .sessionEnded: .sessionEnded(stateHash: try integer())
        }
    }
}
