public import Trading
internal import Wire

/// Answers of Binance's requests, as far as they are needed: a warm start, the level while the
/// stream is down, the clock, the symbol's status (binance 6 and 7). Not for the hot path.
public enum BinanceREST {
    /// Rows of one answer: what the venue gives at most.
    public static let rowsMax = 1_000

    /// `/api/v3/klines`: rows of twelve values, the oldest first. A bar is final only when its
    /// `closeTime` is past by the venue's clock.
    public static func klines(
        _ bytes: Span<UInt8>,
        unit: BinanceTimeUnit = .milliseconds
    ) throws(BinanceError) -> [BinanceKline] {
        var reader = JSONReader(bytes)
        guard case .beginArray = try BinanceDecoder.token(&reader) else { throw .wrongType }
        var rows: [BinanceKline] = []
        while true {
            let token = try BinanceDecoder.token(&reader)
            if token == .endArray { break }
            guard token == .beginArray else { throw .wrongType }
            guard rows.count < rowsMax else { throw .tooMany }
            rows.append(try kline(&reader, bytes, unit))
        }
        _ = try BinanceDecoder.token(&reader)
        return rows
    }

    @_lifetime(reader: copy reader)
    private static func kline(
        _ reader: inout JSONReader,
        _ bytes: Span<UInt8>,
        _ unit: BinanceTimeUnit
    ) throws(BinanceError) -> BinanceKline {
        let values = BinanceValues(bytes: bytes, unit: unit)
        var columns = InlineArray<7, BinanceObject.Value?>(repeating: nil)
        var count = 0
        loop: while true {
            let value: BinanceObject.Value
            switch try BinanceDecoder.token(&reader) {
            case .endArray: break loop
            case .number(let range): value = .number(range)
            case .string(let range): value = .string(range)
            default: throw .wrongType
            }
            if count < 7 { columns[count] = value }
            count += 1
        }
        guard count >= 7 else { throw .missing }
        return BinanceKline(
            openTime: try values.time(columns[0]),
            closeTime: try values.time(columns[6]),
            open: try values.price(columns[1]),
            high: try values.price(columns[2]),
            low: try values.price(columns[3]),
            close: try values.price(columns[4])
        )
    }

    /// `/api/v3/ticker/bookTicker?symbol=`. It has no time and no update id.
    public static func bookTicker(
        _ bytes: Span<UInt8>
    ) throws(BinanceError) -> (symbol: InlineText, bid: ReferencePrice, ask: ReferencePrice) {
        let values = BinanceValues(bytes: bytes, unit: .milliseconds)
        var symbol: InlineText?
        var bid: ReferencePrice?
        var ask: ReferencePrice?
        var reader = JSONReader(bytes)
        guard case .beginObject = try BinanceDecoder.token(&reader) else { throw .wrongType }
        while case .key(let name) = try BinanceDecoder.token(&reader) {
            if reader.matches(name, "symbol") {
                symbol = try values.symbol(try string(&reader))
            } else if reader.matches(name, "bidPrice") {
                bid = try values.price(.string(try string(&reader)))
            } else if reader.matches(name, "askPrice") {
                ask = try values.price(.string(try string(&reader)))
            } else {
                try BinanceDecoder.skip(&reader)
            }
        }
        _ = try BinanceDecoder.token(&reader)
        guard let symbol, let bid, let ask else { throw .missing }
        guard bid < ask else { throw .crossed }
        return (symbol, bid, ask)
    }

    /// `/api/v3/ticker/price?symbol=`: the last trade's.
    public static func price(
        _ bytes: Span<UInt8>
    ) throws(BinanceError) -> (symbol: InlineText, price: ReferencePrice) {
        let values = BinanceValues(bytes: bytes, unit: .milliseconds)
        var symbol: InlineText?
        var price: ReferencePrice?
        var reader = JSONReader(bytes)
        guard case .beginObject = try BinanceDecoder.token(&reader) else { throw .wrongType }
        while case .key(let name) = try BinanceDecoder.token(&reader) {
            if reader.matches(name, "symbol") {
                symbol = try values.symbol(try string(&reader))
            } else if reader.matches(name, "price") {
                price = try values.price(.string(try string(&reader)))
            } else {
                try BinanceDecoder.skip(&reader)
            }
        }
        _ = try BinanceDecoder.token(&reader)
        guard let symbol, let price else { throw .missing }
        return (symbol, price)
    }

    /// `/api/v3/time`.
    public static func time(
        _ bytes: Span<UInt8>,
        unit: BinanceTimeUnit = .milliseconds
    ) throws(BinanceError) -> Timestamp {
        let values = BinanceValues(bytes: bytes, unit: unit)
        var time: Timestamp?
        var reader = JSONReader(bytes)
        guard case .beginObject = try BinanceDecoder.token(&reader) else { throw .wrongType }
        while case .key(let name) = try BinanceDecoder.token(&reader) {
            guard reader.matches(name, "serverTime") else {
                try BinanceDecoder.skip(&reader)
                continue
            }
            guard case .number(let range) = try BinanceDecoder.token(&reader) else {
                throw .wrongType
            }
            time = try values.time(.number(range))
        }
        _ = try BinanceDecoder.token(&reader)
        guard let time else { throw .missing }
        return time
    }

    /// `/api/v3/exchangeInfo`: whether the symbol trades. Anything but `TRADING` makes its price
    /// worthless; `nil` when the answer does not list it.
    public static func isTrading(
        _ symbol: InlineText,
        _ bytes: Span<UInt8>
    ) throws(BinanceError) -> Bool? {
        var isTrading: Bool?
        var reader = JSONReader(bytes)
        guard case .beginObject = try BinanceDecoder.token(&reader) else { throw .wrongType }
        while case .key(let name) = try BinanceDecoder.token(&reader) {
            guard reader.matches(name, "symbols") else {
                try BinanceDecoder.skip(&reader)
                continue
            }
            guard case .beginArray = try BinanceDecoder.token(&reader) else { throw .wrongType }
            while case .beginObject = try BinanceDecoder.token(&reader) {
                var isOurs = false
                var trades = false
                while case .key(let key) = try BinanceDecoder.token(&reader) {
                    if reader.matches(key, "symbol") {
                        isOurs = symbol.equals(reader.bytes(try string(&reader)))
                    } else if reader.matches(key, "status") {
                        trades = reader.matches(try string(&reader), "TRADING")
                    } else {
                        try BinanceDecoder.skip(&reader)
                    }
                }
                if isOurs { isTrading = trades }
            }
        }
        _ = try BinanceDecoder.token(&reader)
        return isTrading
    }

    /// The code of an error's body, `{"code":-1121,"msg":"Invalid symbol."}`; `nil` for another
    /// body.
    public static func errorCode(_ bytes: Span<UInt8>) -> Int64? {
        guard case .refused(let code, _)? = try? BinanceDecoder().decode(bytes) else { return nil }
        return code
    }

    @_lifetime(reader: copy reader)
    private static func string(_ reader: inout JSONReader) throws(BinanceError) -> Range<Int> {
        guard case .string(let range) = try BinanceDecoder.token(&reader) else {
            throw .wrongType
        }
        return range
    }
}

/// What an answer's status asks for (binance 6 and 8).
public enum BinanceAnswer: Equatable, Sendable {
    case ok
    /// Too many requests: none before this long. Going on earns a ban.
    case backOff(Duration)
    /// Banned for having gone on.
    case banned(Duration)
    /// Not from here: for good with this host; no way around is offered.
    case blocked
    /// The venue does not know what became of it.
    case unknownOutcome
    /// The request is wrong.
    case refused

    /// Without `Retry-After`: a minute, the length of the venue's own count; banned, the two
    /// minutes that the shortest ban lasts.
    static let backOffDefault = Duration.seconds(60)
    static let banDefault = Duration.seconds(120)

    /// - Parameter retryAfter: of the header of that name, in seconds; negative is as good as none.
    public init(status: Int, retryAfter: Int64?) {
        let told = retryAfter.flatMap { $0 >= 0 ? Duration.seconds(min($0, 3 * 86_400)) : nil }
        switch status {
        case 200..<300: self = .ok
        case 403, 451: self = .blocked
        case 418: self = .banned(told ?? Self.banDefault)
        case 429: self = .backOff(told ?? Self.backOffDefault)
        case 500...: self = .unknownOutcome
        default: self = .refused
        }
    }
}
