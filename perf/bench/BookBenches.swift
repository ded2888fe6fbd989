internal import Trading
internal import Venues
internal import Wire

/// From the bytes of a frame to a book.
enum BookBenches {
    private static let frames = 2_000

    static var all: [Bench] {
        [
            Bench("clock", "one reading of the clock, part of every time below") {
                var recorder = Recorder(capacity: 20_000, warmUp: 1_000)
                for _ in 0..<20_000 { recorder.time {} }
                return .times(recorder)
            },
            Bench("book.decode", "a book frame's bytes (99 levels, 4 KB) to a snapshot") {
                try decode(appliesToBook: false)
            },
            Bench("book.frame-to-book", "the same, and the snapshot into the order book") {
                try decode(appliesToBook: true)
            },
            Bench("book.hash", "checking a frame's SHA-1, grid and last trade to be found") {
                try hash()
            },
        ]
    }

    private static func makeFrames() -> [[UInt8]] {
        var market = MadeUpMarket(seed: 1)
        return (0..<frames).map { index in
            market.change()
            let time = MadeUpMarket.startSeconds * 1_000 + Int64(index) * 80
            return Array(market.frame(atMilliseconds: time).utf8)
        }
    }

    private static func emptySnapshot() -> BookSnapshot {
        BookSnapshot(
            market: MadeUpMarket.id,
            bids: [],
            asks: [],
            tickSize: nil,
            venueTime: Timestamp(nanoseconds: 0)
        )
    }

    private static func decode(appliesToBook: Bool) throws -> Bench.Outcome {
        let frames = makeFrames()
        var snapshot = emptySnapshot()
        var book = OrderBook(tickSize: .hundredth)
        var recorder = Recorder(capacity: frames.count, warmUp: frames.count / 10)
        for bytes in frames {
            try recorder.time {
                var frame = PolymarketBookFrame(bytes.span)
                while try frame.next(into: &snapshot) != nil {}
                if appliesToBook { book.replace(with: snapshot) }
            }
        }
        blackHole(snapshot)
        blackHole(book.bestBid)
        return .times(recorder)
    }

    private static func hash() throws -> Bench.Outcome {
        let frames = makeFrames()
        var snapshot = emptySnapshot()
        var hash = BookHash()
        var terms: BookTerms?
        var recorder = Recorder(capacity: frames.count, warmUp: frames.count / 10)
        for bytes in frames {
            var frame = PolymarketBookFrame(bytes.span)
            guard let book = try frame.next(into: &snapshot) else { continue }
            var outcome = BookHashOutcome.unverifiable
            recorder.time { outcome = hash.verify(book, in: bytes.span, last: terms) }
            guard case .verifiedByInference(let found) = outcome else {
                return .absent("a made-up frame does not have the hash it should")
            }
            terms = found
        }
        return .times(recorder)
    }
}
