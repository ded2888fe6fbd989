/// A made-up recording: one market, a frame every quarter of a second.
///
/// The best sizes change from frame to frame, the prices every second after the twentieth: they
/// jump by five cents and back, through every quote near the middle, so that orders are filled.
enum SampleRecording {
    private static let market = "0x" + String(repeating: "5a", count: 32)
    private static let token =
        "71321045679252212594626385532706912750332728571942532289631379312455583992563"

    static func bestBid(_ index: Int) -> (price: Double, size: Double) {
        (Double(bestBidCents(index)) / 100, Double(300 + index))
    }

    private static func bestBidCents(_ index: Int) -> Int {
        index < 80 || (index / 4).isMultiple(of: 2) ? 50 : 45
    }

    /// A line without its line feed.
    static func line(_ index: Int) -> String {
        let milliseconds = 1_776_323_404_000 + 250 * index
        let bid = bestBidCents(index)
        let bids = [(bid - 2, "900"), (bid - 1, "1200.5"), (bid, "\(300 + index)")]
        let asks = [(bid + 3, "1000"), (bid + 2, "800"), (bid + 1, "\(800 - index)")]
        let beginning =
            "{\"market\":\"\(market)\",\"asset_id\":\"\(token)\","
            + "\"timestamp\":\"\(milliseconds)\",\"hash\":\""
        let books = "\",\"bids\":\(levels(bids)),\"asks\":\(levels(asks)),"
        // What the venue hashes, and what it sends.
        let hashed =
            beginning + books + "\"min_order_size\":\"5\",\"tick_size\":\"0.01\","
            + "\"neg_risk\":false,\"last_trade_price\":\"0.510\"}"
        let sent =
            beginning + NaiveSHA1.hexadecimal(Array(hashed.utf8)) + books
            + "\"tick_size\":\"0.01\",\"last_trade_price\":\"0.510\",\"event_type\":\"book\"}"
        let fraction = ["0", "25", "5", "75"][index % 4]
        return "{\"recv_ts\":\(milliseconds / 1_000).\(fraction),"
            + "\"slug\":\"btc-updown-5m-1776323400\",\"raw\":\(sent)}"
    }

    static func lines(_ count: Int) -> [String] { (0..<count).map(line) }

    /// As a file has them.
    static func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }

    private static func levels(_ levels: [(cents: Int, size: String)]) -> String {
        let texts = levels.map { level in
            // As the venue writes prices: 0.5 and 0.49.
            let price = "\(Double(level.cents) / 100)"
            return "{\"price\":\"\(price)\",\"size\":\"\(level.size)\"}"
        }
        return "[" + texts.joined(separator: ",") + "]"
    }
}

/// SHA-1 as FIPS 180-4 section 6.1 writes it.
private enum NaiveSHA1 {
    static func hexadecimal(_ message: [UInt8]) -> String {
        var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
        var padded = message + [0x80]
        while padded.count % 64 != 56 { padded.append(0) }
        for shift in stride(from: 56, through: 0, by: -8) {
            padded.append(UInt8(truncatingIfNeeded: UInt64(message.count * 8) >> UInt64(shift)))
        }
        for block in stride(from: 0, to: padded.count, by: 64) {
            add(padded[block..<block + 64], to: &state)
        }
        return state.map { word in
            let digits = String(word, radix: 16)
            return String(repeating: "0", count: 8 - digits.count) + digits
        }.joined()
    }

    private static func add(_ block: ArraySlice<UInt8>, to state: inout [UInt32]) {
        var words = block.indices.filter { ($0 - block.startIndex).isMultiple(of: 4) }.map {
            start in
            block[start..<start + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        }
        for index in 16..<80 {
            let mixed =
                words[index - 3] ^ words[index - 8] ^ words[index - 14] ^ words[index - 16]
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

    private static func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word << count | word >> (32 - count)
    }
}
