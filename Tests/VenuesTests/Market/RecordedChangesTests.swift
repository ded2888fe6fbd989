internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

/// A quarter of an hour of a busy game: changes of both tokens as the venue sent them, rebuilt from
/// the rows of their recording (two rows in a row with one time and size, at a price and its
/// complement, were one message).
@Suite(
    .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)"),
    .enabled(if: Unpacked.hasZstd, "zstd, which opens the recorded files, is not here")
)
struct RecordedChangesTests {
    private struct Row {
        let time: String
        let side: String
        let price: String
        let size: String
        let bid: String
        let ask: String
        let token: String

        init?(_ line: [UInt8]) {
            let parts = line.split(separator: UInt8(ascii: ",")).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard parts.count == 8, parts[1] == "PRICE_CHANGE" else { return nil }
            time = parts[0]
            side = parts[2] == "BID" || parts[2] == "BUY" ? "BUY" : "SELL"
            price = parts[3]
            size = parts[4]
            bid = parts[5]
            ask = parts[6]
            token = parts[7]
        }

        func isOtherHalf(of other: Row) -> Bool {
            guard time == other.time, size == other.size, side != other.side,
                token != other.token, let one = Double(price), let two = Double(other.price)
            else { return false }
            return abs(one + two - 1) < 1e-9
        }

        var change: SampleMarket.Change {
            SampleMarket.Change(
                token: token,
                price: price,
                size: size,
                side: side,
                bestBid: bid,
                bestAsk: ask
            )
        }
    }

    @Test("the two halves of a message never contradict each other, and the tops come to agree")
    func game() throws {
        let rows = try Unpacked.lines(
            "polymarket_clob_ticks_nhl-final_20260607T0130Z.csv.zst",
            lines: 40_000
        ).compactMap(Row.init)
        let socket = Socket(follows: [])
        var conditions: [String: String] = [:]
        var pairs: Int64 = 0
        /// Of the time after the first minutes: messages whose tops were not ours, in all and in a
        /// row.
        var mismatches = 0
        var run = 0
        var longestRun = 0
        var index = 0
        while index + 1 < rows.count {
            let (one, two) = (rows[index], rows[index + 1])
            guard one.isOtherHalf(of: two) else {
                index += 1
                continue
            }
            index += 2
            if conditions[one.token] == nil {
                let condition = "0x\(conditions.count)"
                conditions[one.token] = condition
                conditions[two.token] = condition
                let definition = SampleMarket.definition(
                    UInt32(conditions.count),
                    condition: condition,
                    yes: one.token,
                    no: two.token
                )
                socket.feed.follow(definition)
                // The recording has no first books: empty ones fill up as the changes come.
                socket.items(
                    "{\"market\":\"\(condition)\",\"asset_id\":\"\(one.token)\",\"bids\":[],"
                        + "\"asks\":[],\"timestamp\":\"\(one.time)\",\"event_type\":\"book\"}"
                )
            }
            guard let condition = conditions[one.token], condition == conditions[two.token] else {
                continue
            }
            let frame = SampleMarket.changes([one.change, two.change])
                .replacing(SampleMarket.condition, with: condition)
            let before = socket.statistics.topsMismatched
            for item in socket.items(frame) {
                if case .distrusted(_, let doubt) = item { #expect(doubt == .topMismatch) }
            }
            pairs += 1
            guard pairs > 4_000 else { continue }
            run = socket.statistics.topsMismatched > before ? run + 1 : 0
            longestRun = max(longestRun, run)
            if run > 0 { mismatches += 1 }
        }
        let statistics = socket.statistics
        #expect(pairs > 15_000)
        #expect(statistics.changes == pairs && statistics.changesRepeated == pairs)
        #expect(statistics.malformed == 0 && statistics.unknownKeys == 0)
        // Once the levels are known that were there before the recording began, a top differs for
        // the length of a message now and then.
        #expect(mismatches < 12, "\(mismatches)")
        #expect(longestRun < PolymarketMarketFeed.mismatchesMax, "\(longestRun)")
    }
}
