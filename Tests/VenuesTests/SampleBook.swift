internal import Trading

/// A made-up book and the texts a venue and a recorder would write of it.
struct SampleBook {
    var market = "0x9bf175d7c7b49a4eb91b2cc6f0e4a53677f13e2efbb7ee079ed5640bd421e25b"
    var assetID = "98879333153580861799018681648381139364382622074357239010764368082362737328219"
    var timestamp = "1776323404879"
    var bids = [("0.49", "120.5"), ("0.5", "30")]
    var asks = [("0.53", "7.25"), ("0.51", "100")]
    var minOrderSize = "5"
    var tickSize = "0.01"
    var negRisk = false
    var lastTradePrice = "0.510"

    enum Keys {
        /// As the market socket sends a book after trades.
        case seven
        /// As it sends a book on subscription.
        case nine
        /// As `/book` answers.
        case ten
    }

    /// The text that the venue hashes, and the hash.
    var hashedText: String {
        "{\"market\":\"\(market)\",\"asset_id\":\"\(assetID)\",\"timestamp\":\"\(timestamp)\","
            + "\"hash\":\"\",\"bids\":\(levels(bids)),\"asks\":\(levels(asks)),"
            + "\"min_order_size\":\"\(minOrderSize)\",\"tick_size\":\"\(tickSize)\","
            + "\"neg_risk\":\(negRisk),\"last_trade_price\":\"\(lastTradePrice)\"}"
    }
    var hash: String { NaiveSHA1.hexadecimal(Array(hashedText.utf8)) }

    func frame(_ keys: Keys = .seven, hash: String? = nil, isSpaced: Bool = false) -> String {
        let hash = hash ?? self.hash
        var members: [String]
        switch keys {
        case .seven:
            members = [
                "\"market\":\"\(market)\"", "\"asset_id\":\"\(assetID)\"",
                "\"bids\":\(levels(bids))", "\"asks\":\(levels(asks))", "\"hash\":\"\(hash)\"",
                "\"timestamp\":\"\(timestamp)\"", "\"event_type\":\"book\"",
            ]
        case .nine, .ten:
            members = [
                "\"market\":\"\(market)\"", "\"asset_id\":\"\(assetID)\"",
                "\"timestamp\":\"\(timestamp)\"", "\"hash\":\"\(hash)\"",
                "\"bids\":\(levels(bids))", "\"asks\":\(levels(asks))",
                "\"tick_size\":\"\(tickSize)\"", "\"last_trade_price\":\"\(lastTradePrice)\"",
            ]
            if keys == .nine { members.append("\"event_type\":\"book\"") }
            if keys == .ten {
                members.insert("\"min_order_size\":\"\(minOrderSize)\"", at: 6)
                members.insert("\"neg_risk\":\(negRisk)", at: 8)
            }
        }
        let text = "{" + members.joined(separator: ",") + "}"
        guard isSpaced else { return text }
        // No text of these has a comma or a colon in it.
        return text.map { $0 == "," || $0 == ":" ? "\($0) " : $0 == "[" ? "[\n\t" : "\($0)" }
            .joined()
    }

    func line(
        at receiveTime: String,
        slug: String = "btc-updown-5m-1776323400",
        _ keys: Keys = .seven
    ) -> String {
        "{\"recv_ts\":\(receiveTime),\"slug\":\"\(slug)\",\"raw\":\(frame(keys))}"
    }

    private func levels(_ levels: [(String, String)]) -> String {
        let texts = levels.map { "{\"price\":\"\($0.0)\",\"size\":\"\($0.1)\"}" }
        return "[" + texts.joined(separator: ",") + "]"
    }
}

/// Levels as numbers: price in 1e-4, size in 1e-6.
func levels(_ pairs: [(Int64, Int64)]) -> [PriceLevel] {
    pairs.map { PriceLevel(price: Price(raw: $0.0), size: Quantity(raw: $0.1)) }
}

/// An empty snapshot to be filled.
func emptySnapshot() -> BookSnapshot {
    BookSnapshot(
        market: MarketID(index: 7),
        bids: [],
        asks: [],
        tickSize: nil,
        venueTime: Timestamp(nanoseconds: 0)
    )
}

/// SHA-1 as FIPS 180-4 section 6.1 writes it, to check the fast one and its use.
enum NaiveSHA1 {
    static func hexadecimal(_ message: [UInt8]) -> String {
        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        var padded = message + [0x80]
        while padded.count % 64 != 56 { padded.append(0) }
        for shift in stride(from: 56, through: 0, by: -8) {
            padded.append(UInt8(truncatingIfNeeded: UInt64(message.count * 8) >> UInt64(shift)))
        }
        for block in stride(from: 0, to: padded.count, by: 64) {
            var words = (0..<16).map { word in
                (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(padded[block + word * 4 + $1]) }
            }
            for index in 16..<80 {
                let mixed =
                    words[index - 3] ^ words[index - 8] ^ words[index - 14]
                    ^ words[index - 16]
                words.append(rotate(mixed, 1))
            }
            var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
            for index in 0..<80 {
                let (mixed, constant): (UInt32, UInt32) =
                    switch index / 20 {
                    case 0: (b & c | ~b & d, 0x5A82_7999)
                    case 1: (b ^ c ^ d, 0x6ED9_EBA1)
                    case 2: (b & c | b & d | c & d, 0x8F1B_BCDC)
                    default: (b ^ c ^ d, 0xCA62_C1D6)
                    }
                let next = rotate(a, 5) &+ mixed &+ e &+ constant &+ words[index]
                (a, b, c, d, e) = (next, a, rotate(b, 30), c, d)
            }
            for (index, word) in [a, b, c, d, e].enumerated() { state[index] &+= word }
        }
        return state.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word << count | word >> (32 - count)
    }
}
