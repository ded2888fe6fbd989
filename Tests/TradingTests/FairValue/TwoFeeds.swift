internal import TestSupport

@testable internal import Trading

/// A reference and, some dollars away and some seconds late, the feed that settles; both in full,
/// so that anything can be computed from them the long way.
struct TwoFeeds {
    static let start = Timestamp(seconds: 1_790_000_000)
    /// How long after its stamp a settlement price arrives.
    static let delivery = Duration.milliseconds(1_300)

    /// What the settlement feed says at one stamp.
    struct Print {
        var second: Int
        var price: ReferencePrice
    }

    let lag: Int
    let averaged: Int
    /// Ten reference prices a second, from `start` on, in cents.
    private(set) var cents: [Int64] = []
    /// What was said, in the order of stamps; some seconds are missing.
    private(set) var prints: [Print] = []

    init(
        seed: UInt64,
        seconds: Int,
        lag: Int,
        averaged: Int,
        basis: Double,
        noise: Double = 0.2,
        missing: Double = 0.03
    ) {
        self.lag = lag
        self.averaged = averaged
        var random = SplitMix64(seed: seed)
        var dollars = 80_000.0
        for _ in 0..<(10 * seconds) {
            // A sum of twelve is near enough to normal; 5.7 dollars in a second are 40 % a year.
            let normal = (0..<12).reduce(-6.0) { sum, _ in
                sum + Double.random(in: 0..<1, using: &random)
            }
            dollars += normal * 5.7 / 10.0.squareRoot()
            cents.append(Int64((dollars * 100).rounded()))
        }
        for second in (lag + max(averaged, 1))..<seconds {
            let error = noise * Double.random(in: -1...1, using: &random)
            guard Double.random(in: 0..<1, using: &random) >= missing else { continue }
            let count = max(averaged, 1)
            let sum = (0..<count).reduce(0.0) { $0 + own(second - lag - $1) }
            let price = sum / Double(count) + basis + error
            prints.append(
                Print(second: second, price: ReferencePrice(raw: Int64((price * 1e8).rounded())))
            )
        }
    }

    /// The reference at a full second, in dollars.
    func own(_ second: Int) -> Double { Double(cents[10 * second]) / 100 }

    static func at(_ second: Int) -> Timestamp { start + .seconds(Int64(second)) }

    /// Plays both feeds up to and including `end`, in the order of arrival.
    func play(
        until end: Timestamp,
        reference: (ReferencePrice, Timestamp) -> Void,
        settlement: (ReferencePrice, _ stamp: Timestamp, Timestamp) -> Void
    ) {
        var next = 0
        for index in cents.indices {
            let now = Self.start + .milliseconds(Int64(100 * index))
            guard now <= end else { return }
            while next < prints.count, Self.at(prints[next].second) + Self.delivery <= now {
                let stamp = Self.at(prints[next].second)
                settlement(prints[next].price, stamp, stamp + Self.delivery)
                next += 1
            }
            reference(ReferencePrice(raw: cents[index] * 1_000_000), now)
        }
    }
}
