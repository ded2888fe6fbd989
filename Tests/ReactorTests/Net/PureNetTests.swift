import TestSupport
import Testing

@testable import Reactor

@Suite struct AddressCacheTests {
    private static let second: Int64 = 1_000_000_000
    private let one = [SocketAddress].some("10.0.0.1")
    private let two = [SocketAddress].some("10.0.0.2")
    private let failure = NetError.unresolved(host: "a", reason: "x")

    @Test("an answer is believed for a minute, a failure for two seconds")
    func times() {
        var cache = AddressCache()
        #expect(cache.answer(for: "a", at: 0) == nil)
        cache.store(one, for: "a", at: 0)
        #expect(cache.answer(for: "a", at: 60 * Self.second - 1) == .addresses(one))
        #expect(cache.answer(for: "a", at: 60 * Self.second) == nil)
        #expect(cache.answer(for: "b", at: 0) == nil)
        var empty = AddressCache()
        #expect(empty.store(failure, for: "a", at: 0) == .failure(failure))
        #expect(empty.answer(for: "a", at: 2 * Self.second - 1) == .failure(failure))
        #expect(empty.answer(for: "a", at: 2 * Self.second) == nil)
    }

    @Test("while the resolver fails, the last answer serves for an hour")
    func stale() {
        var cache = AddressCache()
        cache.store(one, for: "a", at: 0)
        let later = 3_599 * Self.second
        #expect(cache.store(failure, for: "a", at: later) == .addresses(one))
        #expect(cache.answer(for: "a", at: later + Self.second) == .addresses(one))
        #expect(cache.store(failure, for: "a", at: 3_600 * Self.second) == .failure(failure))
        cache.store(two, for: "a", at: 3_700 * Self.second)
        #expect(cache.answer(for: "a", at: 3_700 * Self.second) == .addresses(two))
    }

    @Test("no more names are kept than allowed; the oldest goes, a pinned one stays")
    func limit() {
        var cache = AddressCache()
        cache.pin(two, for: "pinned")
        for index in 0..<AddressCache.nameCountMax {
            cache.store(one, for: "n\(index)", at: Int64(index))
        }
        #expect(cache.answer(for: "n0", at: 1_000) == nil)
        #expect(cache.answer(for: "n1", at: 1_000) == .addresses(one))
        #expect(cache.answer(for: "pinned", at: .max - 1) == .addresses(two))
    }
}

extension [SocketAddress] {
    /// A list of one numeric address, or of none when the text is no address.
    fileprivate static func some(_ host: String) -> [SocketAddress] {
        (try? SocketAddress(host: host, port: 1)).map { [$0] } ?? []
    }
}

@Suite struct ConnectRaceTests {
    @Test("the next address is tried when the last has failed or the delay is over")
    func steps() {
        var race = ConnectRace(count: 3)
        #expect(race.delayHasElapsed() == .start(0))
        #expect(race.delayHasElapsed() == .start(1))
        #expect(race.attemptHasFailed() == .start(2))
        #expect(race.delayHasElapsed() == .wait)
        #expect(race.attemptHasFailed() == .wait)
        #expect(race.attemptHasFailed() == .lost)
        var single = ConnectRace(count: 1)
        #expect(single.delayHasElapsed() == .start(0))
        #expect(single.attemptHasFailed() == .lost)
    }

    @Test("in any order of events, each address is tried once and the race is lost only at its end")
    func random() {
        for seed in 0..<200 as Range<UInt64> {
            var random = SplitMix64(seed: seed)
            let count = Int.random(in: 1...8, using: &random)
            var race = ConnectRace(count: count)
            var started: [Int] = []
            var underWay = 0
            var isLost = false
            func take(_ step: ConnectRace.Step) {
                switch step {
                case .start(let index):
                    started.append(index)
                    underWay += 1
                case .wait: break
                case .lost: isLost = true
                }
            }
            take(race.delayHasElapsed())
            while !isLost {
                if underWay > 0, Bool.random(using: &random) {
                    underWay -= 1
                    take(race.attemptHasFailed())
                } else if underWay > 0 || started.count < count {
                    take(race.delayHasElapsed())
                }
            }
            #expect(started == Array(0..<count) && underWay == 0, "seed \(seed)")
        }
    }

    @Test("families take turns, beginning with the system's choice")
    func interleaving() throws {
        let four = try (1...3).map { try SocketAddress(host: "10.0.0.\($0)", port: 1) }
        let six = try (1...2).map { try SocketAddress(host: "::\($0)", port: 1) }
        #expect(ConnectRace.interleaved(six + four) == [six[0], four[0], six[1], four[1], four[2]])
        #expect(ConnectRace.interleaved(four) == four)
        #expect(ConnectRace.interleaved([]) == [])
        let many = try (0..<40).map { try SocketAddress(host: "10.0.0.\($0)", port: 1) }
        #expect(ConnectRace.interleaved(many).count == ConnectRace.addressCountMax)
    }
}

@Suite struct ReconnectPolicyTests {
    @Test("the bound doubles up to the cap, and every delay is between nothing and the bound")
    func bounds() {
        var policy = ReconnectPolicy()
        for bound in [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000] as [Int64] {
            var lowest = policy
            #expect(lowest.delayAfterEnd(at: 0, random: 0) == 0)
            #expect(policy.delayAfterEnd(at: 0, random: .max) == bound)
        }
        for _ in 0..<100 { _ = policy.delayAfterEnd(at: 0, random: 1) }
        #expect(policy.delayAfterEnd(at: 0, random: .max) == 30_000)
    }

    @Test("delays spread evenly below the bound")
    func jitter() {
        var random = SplitMix64(seed: 3)
        var sum: Int64 = 0
        for _ in 0..<10_000 {
            var policy = ReconnectPolicy()
            let delay = policy.delayAfterEnd(at: 0, random: random.next())
            #expect((0...500).contains(delay))
            sum += delay
        }
        #expect(abs(sum / 10_000 - 250) < 10)
    }

    @Test("a connection that was stable forgives the failures before it; a short one does not")
    func stability() {
        var policy = ReconnectPolicy()
        for _ in 0..<5 { _ = policy.delayAfterEnd(at: 0, random: 0) }
        policy.connected(at: 1_000)
        #expect(policy.delayAfterEnd(at: 30_999, random: .max) == 16_000)
        #expect(policy.failuresInARow == 6)
        policy.connected(at: 40_000)
        #expect(policy.delayAfterEnd(at: 70_000, random: .max) == 500)
        #expect(policy.failuresInARow == 1)
    }

    @Test("the server's Retry-After is a floor, and the cap on attempts another")
    func floors() {
        var policy = ReconnectPolicy()
        #expect(policy.delayAfterEnd(at: 0, retryAfter: 7_000, random: 0) == 7_000)
        for index in 0..<19 as Range<Int64> { policy.attempted(at: index * 1_000) }
        #expect(policy.delayAfterEnd(at: 20_000, random: 0) == 0)
        policy.attempted(at: 20_000)
        // The attempt at 0 leaves the window at 300,000.
        #expect(policy.delayAfterEnd(at: 20_000, random: 0) == 280_000)
        #expect(policy.delayAfterEnd(at: 300_000, random: 0) == 0)
        policy.attempted(at: 300_000)
        #expect(policy.delayAfterEnd(at: 300_000, random: 0) == 1_000)
    }
}
