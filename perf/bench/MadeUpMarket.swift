internal import Crypto
internal import Trading

/// Made-up books in the shape of a recorded hour of BTC 5-minute markets: the 0.01 grid, every price
/// of it taken, sizes of a few hundred shares near the touch and of thousands far from it.
struct MadeUpMarket {
    static let conditionID = "0x9bf175d7c7b49a4eb91b2cc6f0e4a53677f13e2efbb7ee079ed5640bd421e25b"
    static let token = "98879333153580861799018681648381139364382622074357239010764368082362737328"
    static let id = MarketID(index: 0)
    /// 2026-04-16 07:10 UTC.
    static let startSeconds: Int64 = 1_776_323_400
    static let windowSeconds: Int64 = 300

    private var random: SplitMix64
    /// Size of each cent's level in hundredths of a share.
    private var sizes: [Int64] = []
    /// The best ask in cents; the best bid is one below.
    private(set) var ask: Int

    init(seed: UInt64, ask: Int = 51) {
        random = SplitMix64(seed: seed)
        self.ask = ask
        for cent in 0...100 {
            let distance = Int64(abs(cent - ask))
            sizes.append(20_000 + distance * distance * 500 + Int64(random.next() % 10_000))
        }
    }

    /// As between two frames of a recording: a few sizes change, and now and then the touch moves.
    mutating func change() {
        for _ in 0..<4 {
            let cent = 1 + Int(random.next() % 99)
            sizes[cent] = 10_000 + Int64(random.next() % 50_000)
        }
        if random.next() % 8 == 0 {
            ask = min(max(ask + (random.next() % 2 == 0 ? 1 : -1), 20), 80)
        }
    }

    func snapshot(_ id: MarketID = id, at time: Timestamp) -> BookSnapshot {
        BookSnapshot(
            market: id,
            bids: (1..<ask).map(level),
            asks: (ask...99).reversed().map(level),
            tickSize: nil,
            venueTime: time
        )
    }

    private func level(_ cent: Int) -> PriceLevel {
        PriceLevel(price: Price(raw: Int64(cent) * 100), size: Quantity(raw: sizes[cent] * 10_000))
    }

    static func definition(_ id: MarketID, windowStart: Timestamp, windowEnd: Timestamp)
        -> MarketDefinition
    {
        MarketDefinition(
            id: id,
            slug: InlineText("btc-updown-5m-\(windowStart.nanoseconds / 1_000_000_000)")
                ?? InlineText(),
            conditionID: InlineText(conditionID) ?? InlineText(),
            yesToken: InlineText(token + "\(10 + id.index)") ?? InlineText(),
            noToken: InlineText(),
            windowStart: windowStart,
            windowEnd: windowEnd,
            tickSize: .hundredth,
            orderSizeMin: Quantity(shares: 5),
            takerFeeRate: 0.07,
            settlement: .spotSnapshot
        )
    }

    // MARK: As the venue writes it

    /// A frame of the market socket with seven keys, as all but the first of a subscription are: grid
    /// and last trade price are hashed and not spelled out.
    /// - Parameter asks: how many of the best asks there are; `nil` for all.
    func frame(atMilliseconds milliseconds: Int64, market: Int = 0, asks: Int? = nil) -> String {
        let bids = Self.levels((1..<ask).map { ($0, sizes[$0]) })
        let asks = Self.levels(
            (ask...99).prefix(asks ?? 99).reversed().map { ($0, sizes[$0]) }
        )
        let token = Self.token + "\(10 + market)"
        let hashed =
            "{\"market\":\"\(Self.conditionID)\",\"asset_id\":\"\(token)\","
            + "\"timestamp\":\"\(milliseconds)\",\"hash\":\"\",\"bids\":\(bids),\"asks\":\(asks),"
            + "\"min_order_size\":\"5\",\"tick_size\":\"0.01\",\"neg_risk\":false,"
            + "\"last_trade_price\":\"0.\(ask)0\"}"
        return "{\"market\":\"\(Self.conditionID)\",\"asset_id\":\"\(token)\",\"bids\":\(bids),"
            + "\"asks\":\(asks),\"hash\":\"\(Self.sha1(hashed))\","
            + "\"timestamp\":\"\(milliseconds)\",\"event_type\":\"book\"}"
    }

    /// A recording of `frames` lines, 80 ms apart: one market after the other.
    static func recording(frames: Int) -> [UInt8] {
        var market = MadeUpMarket(seed: 3)
        var recording: [UInt8] = []
        recording.reserveCapacity(frames * 6_000)
        for frame in 0..<frames {
            market.change()
            let milliseconds = startSeconds * 1_000 + 1_000 + Int64(frame) * 80
            let number = Int((milliseconds / 1_000 - startSeconds) / windowSeconds)
            let slug = "btc-updown-5m-\(startSeconds + Int64(number) * windowSeconds)"
            let fraction = "\(1_000 + milliseconds % 1_000)".dropFirst()
            let line =
                "{\"recv_ts\":\(milliseconds / 1_000).\(fraction),\"slug\":\"\(slug)\",\"raw\":"
                + market.frame(atMilliseconds: milliseconds, market: number) + "}\n"
            recording += line.utf8
        }
        return recording
    }

    private static func levels(_ levels: [(cent: Int, size: Int64)]) -> String {
        let texts = levels.map { level in
            "{\"price\":\"\(price(level.cent))\",\"size\":\"\(size(level.size))\"}"
        }
        return "[" + texts.joined(separator: ",") + "]"
    }

    /// `0.5`, `0.51`: no trailing zeros, as in a level.
    private static func price(_ cent: Int) -> String {
        cent < 10 ? "0.0\(cent)" : cent % 10 == 0 ? "0.\(cent / 10)" : "0.\(cent)"
    }

    private static func size(_ hundredths: Int64) -> String {
        let fraction = hundredths % 100
        if fraction == 0 { return "\(hundredths / 100)" }
        if fraction % 10 == 0 { return "\(hundredths / 100).\(fraction / 10)" }
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }

    private static func sha1(_ text: String) -> String {
        let digest = SHA1.hash(Array(text.utf8).span)
        var hexadecimal = ""
        for index in digest.indices {
            hexadecimal += digest[index] < 16 ? "0" : ""
            hexadecimal += String(digest[index], radix: 16)
        }
        return hexadecimal
    }
}

/// A small seeded generator (Steele, Lea and Flood, 2014): every run measures the same.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
