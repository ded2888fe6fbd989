internal import Trading
internal import Wire

/// One object of an answer while it is read.
struct GammaRecord {
    var market = GammaMarket()
    private var description: [UInt8] = []
    private var source: [UInt8] = []
    private var outcomes: [[UInt8]] = []
    private var tokens: [[UInt8]] = []
    private var outcomePrices: [[UInt8]] = []
    private var configuredAsset: [UInt8]?
    private var averagedSeconds: Int?
    private var averages: Bool?

    private static let up = Array("Up".utf8)
    private static let down = Array("Down".utf8)
    private static let one = Array("1".utf8)

    /// Only markets have one.
    var isMarket: Bool { !market.conditionID.isEmpty }

    @_lifetime(reader: copy reader)
    mutating func read(_ reader: inout JSONReader, _ name: Range<Int>) throws(GammaError) {
        if reader.matches(name, "slug") {
            market.slug = try text(&reader, name) ?? InlineText()
        } else if reader.matches(name, "conditionId") {
            market.conditionID = try text(&reader, name) ?? InlineText()
        } else if reader.matches(name, "version") {
            market.version = try text(&reader, name)
        } else if reader.matches(name, "eventStartTime") {
            market.windowStart = try time(&reader, name)
        } else if reader.matches(name, "endDate") {
            market.windowEnd = try time(&reader, name)
        } else if reader.matches(name, "orderPriceMinTickSize") {
            market.tickSize = try decimal(&reader, 4, name).flatMap(TickSize.init(rawValue:))
        } else if reader.matches(name, "orderMinSize") {
            market.orderSizeMin = try decimal(&reader, 6, name).map(Quantity.init(raw:))
        } else if reader.matches(name, "description") {
            description = try string(&reader, name) ?? []
        } else if reader.matches(name, "resolutionSource") {
            source = try string(&reader, name) ?? []
        } else if reader.matches(name, "outcomes") {
            outcomes = try strings(&reader, name)
        } else if reader.matches(name, "clobTokenIds") {
            tokens = try strings(&reader, name)
        } else if reader.matches(name, "outcomePrices") {
            outcomePrices = try strings(&reader, name)
        } else if reader.matches(name, "feeSchedule") {
            market.fees = try fees(&reader, name)
        } else if reader.matches(name, "cryptoMarketConfig") {
            try readConfiguration(&reader, name)
        } else if reader.matches(name, "eventMetadata") {
            try readMetadata(&reader, name)
        } else if reader.matches(name, "events") {
            try readEvents(&reader, name)
        } else if try !readTruth(&reader, name) {
            try GammaDecoder.skip(&reader)
        }
    }

    /// The truth values; `false` when the member is none of them.
    @_lifetime(reader: copy reader)
    private mutating func readTruth(
        _ reader: inout JSONReader,
        _ name: Range<Int>
    ) throws(GammaError) -> Bool {
        if reader.matches(name, "active") {
            market.isActive = try truth(&reader, name) ?? false
        } else if reader.matches(name, "closed") {
            market.isClosed = try truth(&reader, name) ?? false
        } else if reader.matches(name, "acceptingOrders") {
            market.acceptsOrders = try truth(&reader, name) ?? false
        } else if reader.matches(name, "enableOrderBook") {
            market.hasOrderBook = try truth(&reader, name) ?? false
        } else if reader.matches(name, "negRisk") {
            market.isNegativeRisk = try truth(&reader, name) ?? false
        } else if reader.matches(name, "feesEnabled") {
            market.feesEnabled = try truth(&reader, name)
        } else {
            return false
        }
        return true
    }

    /// The market, with what follows from several members together.
    func finished() -> GammaMarket {
        var market = market
        for (index, label) in outcomes.enumerated() where index < tokens.count {
            let text = tokens[index]
            let token = InlineText(text.span)
            if label == Self.up { market.upToken = token }
            if label == Self.down { market.downToken = token }
        }
        // Two tokens and no third; anything else is no Up or Down market.
        if outcomes.count != 2 || tokens.count != 2 {
            market.upToken = nil
            market.downToken = nil
        }
        if market.isClosed, outcomes.count == outcomePrices.count {
            for (index, label) in outcomes.enumerated()
            where outcomePrices[index] == Self.one {
                if label == Self.up { market.winner = .yes }
                if label == Self.down { market.winner = .no }
            }
        }
        market.settlement = settlement(of: market)
        return market
    }

    private func settlement(of market: GammaMarket) -> SettlementFamily {
        guard let start = market.windowStart, let end = market.windowEnd,
            let (series, _) = WindowSeries.window(ofSlug: market.slug, near: start)
        else { return .unsupported }
        let asset = Array(series.asset.rawValue.utf8)
        if let configuredAsset {
            let lower = configuredAsset.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
            guard lower == asset else { return .unsupported }
        }
        return SettlementFamily(
            SettlementFamily.Record(
                description: description.span,
                resolutionSource: source.span,
                asset: asset.span,
                averagedSeconds: averages == true ? averagedSeconds : nil,
                windowSeconds: Int((end - start).nanoseconds / 1_000_000_000)
            )
        )
    }

    // MARK: - Objects inside

    @_lifetime(reader: copy reader)
    private func fees(
        _ reader: inout JSONReader,
        _ name: Range<Int>
    ) throws(GammaError) -> GammaFees? {
        guard try beginsObject(&reader, name) else { return nil }
        var fees = GammaFees()
        while case .key(let key) = try GammaDecoder.token(&reader) {
            if reader.matches(key, "rate") {
                fees.rate = Double(try decimal(&reader, 6, key) ?? -1) / 1_000_000
            } else if reader.matches(key, "exponent") {
                fees.exponent = try decimal(&reader, 0, key) ?? 0
            } else if reader.matches(key, "takerOnly") {
                fees.takerOnly = try truth(&reader, key) ?? false
            } else if reader.matches(key, "rebateRate") {
                fees.rebateRate = Double(try decimal(&reader, 6, key) ?? 0) / 1_000_000
            } else {
                try GammaDecoder.skip(&reader)
            }
        }
        return fees
    }

    @_lifetime(reader: copy reader)
    private mutating func readConfiguration(
        _ reader: inout JSONReader,
        _ name: Range<Int>
    ) throws(GammaError) {
        guard try beginsObject(&reader, name) else { return }
        while case .key(let key) = try GammaDecoder.token(&reader) {
            if reader.matches(key, "asset") {
                configuredAsset = try string(&reader, key)
            } else if reader.matches(key, "twapEnabled") {
                averages = try truth(&reader, key)
            } else if reader.matches(key, "twapLookbackSeconds") {
                averagedSeconds = try decimal(&reader, 0, key).flatMap { Int(exactly: $0) }
            } else {
                try GammaDecoder.skip(&reader)
            }
        }
    }

    @_lifetime(reader: copy reader)
    private mutating func readMetadata(
        _ reader: inout JSONReader,
        _ name: Range<Int>
    ) throws(GammaError) {
        guard try beginsObject(&reader, name) else { return }
        while case .key(let key) = try GammaDecoder.token(&reader) {
            if reader.matches(key, "priceToBeat") {
                market.strike = try price(&reader, key)
            } else if reader.matches(key, "finalPrice") {
                market.finalPrice = try price(&reader, key)
            } else {
                try GammaDecoder.skip(&reader)
            }
        }
    }

    /// A market's record names the events that it is part of; the first one has its numbers.
    @_lifetime(reader: copy reader)
    private mutating func readEvents(
        _ reader: inout JSONReader,
        _ name: Range<Int>
    ) throws(GammaError) {
        switch try GammaDecoder.token(&reader) {
        case .null: return
        case .beginArray: break
        default: throw wrongType(reader, name)
        }
        while case .beginObject = try GammaDecoder.token(&reader) {
            while case .key(let key) = try GammaDecoder.token(&reader) {
                if reader.matches(key, "eventMetadata"), market.strike == nil {
                    try readMetadata(&reader, key)
                } else {
                    try GammaDecoder.skip(&reader)
                }
            }
        }
    }
}

// MARK: - Scalars

extension GammaRecord {
    private func wrongType(_ reader: borrowing JSONReader, _ name: Range<Int>) -> GammaError {
        .wrongType(InlineText(reader.bytes(name)) ?? InlineText())
    }

    @_lifetime(reader: copy reader)
    private func beginsObject(
        _ reader: inout JSONReader,
        _ name: Range<Int>
    ) throws(GammaError) -> Bool {
        switch try GammaDecoder.token(&reader) {
        case .null: return false
        case .beginObject: return true
        default: throw wrongType(reader, name)
        }
    }

    @_lifetime(reader: copy reader)
    private func truth(
        _ reader: inout JSONReader,
        _ name: Range<Int>
    ) throws(GammaError) -> Bool? {
        switch try GammaDecoder.token(&reader) {
        case .true: return true
        case .false: return false
        case .null: return nil
        default: throw wrongType(reader, name)
        }
    }

    /// The characters of a string; `nil` for null.
    @_lifetime(reader: copy reader)
    private func string(
        _ reader: inout JSONReader,
        _ name: Range<Int>
    ) throws(GammaError) -> [UInt8]? {
        switch try GammaDecoder.token(&reader) {
        case .null: return nil
        case .string(let range): return Self.decoded(reader.bytes(range))
        default: throw wrongType(reader, name)
        }
    }

    @_lifetime(reader: copy reader)
    private func text(
        _ reader: inout JSONReader,
        _ name: Range<Int>
    ) throws(GammaError) -> InlineText? {
        try string(&reader, name).flatMap { InlineText($0.span) }
    }

    @_lifetime(reader: copy reader)
    private func time(
        _ reader: inout JSONReader,
        _ name: Range<Int>
    ) throws(GammaError) -> Timestamp? {
        try string(&reader, name).flatMap { VenueTime.parse($0.span) }
    }

    /// A number, or a string of one; `nil` for null and for what is finer or larger than the scale.
    @_lifetime(reader: copy reader)
    private func decimal(
        _ reader: inout JSONReader,
        _ decimals: Int,
        _ name: Range<Int>
    ) throws(GammaError) -> Int64? {
        switch try GammaDecoder.token(&reader) {
        case .null: return nil
        case .number(let range), .string(let range):
            return try? DecimalText.parseNumber(reader.bytes(range), decimals: decimals)
        default: throw wrongType(reader, name)
        }
    }

    /// A price in dollars, as a number or as a string.
    @_lifetime(reader: copy reader)
    private func price(
        _ reader: inout JSONReader,
        _ name: Range<Int>
    ) throws(GammaError) -> SettlementValue? {
        switch try GammaDecoder.token(&reader) {
        case .null: return nil
        case .number(let range), .string(let range):
            return SettlementValue(decimal: reader.bytes(range))
        default: throw wrongType(reader, name)
        }
    }

    /// An array of strings, which the venue writes as a string that holds JSON.
    @_lifetime(reader: copy reader)
    private func strings(
        _ reader: inout JSONReader,
        _ name: Range<Int>
    ) throws(GammaError) -> [[UInt8]] {
        guard let text = try string(&reader, name) else { return [] }
        let error = wrongType(reader, name)
        var inner = JSONReader(text.span)
        guard case .beginArray = try GammaDecoder.token(&inner) else { throw error }
        var strings: [[UInt8]] = []
        while case .string(let range) = try GammaDecoder.token(&inner) {
            guard strings.count < GammaDecoder.outcomesMax else { throw error }
            strings.append(Self.decoded(inner.bytes(range)))
        }
        return strings
    }

    /// - Parameter text: of a string token, whose escapes the reader has checked; half a surrogate
    ///   pair, which nothing here needs, becomes U+FFFD.
    private static func decoded(_ text: Span<UInt8>) -> [UInt8] {
        var buffer = ByteBuffer(capacity: text.count + 1)
        do throws(JSONError) {
            try buffer.append(upTo: text.count) { output throws(JSONError) in
                try JSONText.decode(text, loneSurrogate: .replaced, into: &output)
            }
        } catch {
            return []
        }
        let bytes = buffer.span
        return bytes.indices.map { bytes[$0] }
    }
}
