internal import Trading
internal import Wire

/// Values of the user socket's objects.
enum UserScalars {
    @_lifetime(reader: copy reader)
    static func token(_ reader: inout JSONReader) throws(UserError) -> JSONToken {
        do { return try reader.next() } catch { throw .notJSON(error) }
    }

    @_lifetime(reader: copy reader)
    static func skip(_ reader: inout JSONReader) throws(UserError) {
        do { try reader.skipValue() } catch { throw .notJSON(error) }
    }

    static func name(_ reader: borrowing JSONReader, _ name: Range<Int>) -> InlineText {
        InlineText(reader.bytes(name)) ?? InlineText()
    }

    @_lifetime(reader: copy reader)
    static func string(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> Range<Int> {
        guard case .string(let text) = try token(&reader) else {
            throw .wrongType(name(reader, key))
        }
        return text
    }

    /// Empty for null.
    @_lifetime(reader: copy reader)
    static func text(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> InlineText {
        switch try token(&reader) {
        case .null: return InlineText()
        case .string(let range):
            guard let text = InlineText(reader.bytes(range)) else {
                throw .value(name(reader, key))
            }
            return text
        default: throw .wrongType(name(reader, key))
        }
    }

    @_lifetime(reader: copy reader)
    static func side(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> Side {
        let text = try string(&reader, key)
        if reader.matches(text, "BUY") { return .buy }
        if reader.matches(text, "SELL") { return .sell }
        throw .value(name(reader, key))
    }

    @_lifetime(reader: copy reader)
    static func price(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> Price {
        let text = try string(&reader, key)
        guard let raw = try? DecimalText.parse(reader.bytes(text), decimals: 4),
            let price = Price(checking: raw)
        else { throw .value(name(reader, key)) }
        return price
    }

    /// `nil` for null and for nothing.
    @_lifetime(reader: copy reader)
    static func quantity(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> Quantity? {
        switch try token(&reader) {
        case .null: return nil
        case .string(let range):
            if range.isEmpty { return nil }
            guard let raw = try? DecimalText.parse(reader.bytes(range), decimals: 6),
                raw <= OrderBook.levelSizeMax.raw
            else { throw .value(name(reader, key)) }
            return Quantity(raw: raw)
        default: throw .wrongType(name(reader, key))
        }
    }

    /// Seconds or milliseconds: from 10^11 on they are milliseconds (polymarket 9.2).
    @_lifetime(reader: copy reader)
    static func time(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> Timestamp {
        let text = try string(&reader, key)
        guard let count = try? DecimalText.parseInteger(reader.bytes(text)),
            count <= UserFrame.millisecondsMax
        else { throw .value(name(reader, key)) }
        return count >= 100_000_000_000
            ? Timestamp(milliseconds: count)
            : Timestamp(seconds: min(count, UserFrame.millisecondsMax / 1_000))
    }

    @_lifetime(reader: copy reader)
    static func word(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> UserObject.Word {
        let range = try string(&reader, key)
        var text = String(decoding: bytes(reader, range), as: UTF8.self)
        // Older servers write a prefix (polymarket 5.3).
        for prefix in ["ORDER_STATUS_", "TRADE_STATUS_"] where text.hasPrefix(prefix) {
            text.removeFirst(prefix.utf8.count)
        }
        switch text {
        case "order": return .order
        case "trade", "TRADE": return .trade
        case "PLACEMENT": return .placement
        case "UPDATE": return .update
        case "CANCELLATION": return .cancellation
        case "LIVE": return .live
        case "MATCHED", "MATCHED_NOT_BROADCASTED": return .matched
        case "DELAYED": return .delayed
        case "UNMATCHED": return .unmatched
        case "INVALID": return .invalid
        case "MINED": return .mined
        case "CONFIRMED": return .confirmed
        case "RETRYING": return .retrying
        case "FAILED": return .failed
        default: return text.hasPrefix("CANCELED") ? .cancelled : .other
        }
    }

    private static func bytes(_ reader: borrowing JSONReader, _ range: Range<Int>) -> [UInt8] {
        let span = reader.bytes(range)
        return span.indices.map { span[$0] }
    }

    @_lifetime(reader: copy reader)
    static func makers(
        _ reader: inout JSONReader,
        _ key: Range<Int>
    ) throws(UserError) -> [UserTrade.MakerOrder] {
        switch try token(&reader) {
        case .null: return []
        case .beginArray: break
        default: throw .wrongType(name(reader, key))
        }
        var makers: [UserTrade.MakerOrder] = []
        while case .beginObject = try token(&reader) {
            guard makers.count < UserFrame.makersMax else { throw .tooMany }
            makers.append(try maker(&reader))
        }
        return makers
    }

    @_lifetime(reader: copy reader)
    private static func maker(
        _ reader: inout JSONReader
    ) throws(UserError) -> UserTrade.MakerOrder {
        var maker = UserTrade.MakerOrder()
        var amount: Quantity?
        var price: Price?
        while case .key(let name) = try token(&reader) {
            if reader.matches(name, "order_id") {
                maker.id = try text(&reader, name)
            } else if reader.matches(name, "owner") {
                maker.owner = try text(&reader, name)
            } else if reader.matches(name, "maker_address") {
                maker.makerAddress = try text(&reader, name)
            } else if reader.matches(name, "asset_id") {
                maker.token = try text(&reader, name)
            } else if reader.matches(name, "outcome") {
                maker.outcome = try text(&reader, name)
            } else if reader.matches(name, "side") {
                maker.side = try side(&reader, name)
            } else if reader.matches(name, "price") {
                price = try self.price(&reader, name)
            } else if reader.matches(name, "matched_amount") {
                amount = try quantity(&reader, name)
            } else {
                try skip(&reader)
            }
        }
        guard !maker.id.isEmpty else { throw .missing(InlineText("order_id") ?? InlineText()) }
        guard let price else { throw .missing(InlineText("price") ?? InlineText()) }
        guard let amount else { throw .missing(InlineText("matched_amount") ?? InlineText()) }
        maker.price = price
        maker.amount = amount
        return maker
    }
}
