/// Which address is tried when (RFC 8305 section 5, in its simple form): one after the other, the next
/// as soon as the last one has failed or has been silent for `delayMilliseconds`. The first that
/// connects wins.
struct ConnectRace {
    /// How long an attempt has the field for itself.
    static let delayMilliseconds = 250
    /// Addresses that are tried.
    static let addressCountMax = 16

    /// What is to be done.
    enum Step: Equatable {
        /// Try this address, and wait for the delay.
        case start(Int)
        /// Wait for the attempts under way.
        case wait
        /// All have failed.
        case lost
    }

    private let count: Int
    /// The next address to try.
    private var next = 0
    private var underWayCount = 0

    /// - Parameter count: of the addresses, at least one.
    init(count: Int) {
        precondition(count > 0, "a race needs somebody who runs")
        self.count = count
    }

    /// The race begins, or the delay is over.
    mutating func delayHasElapsed() -> Step { startNext() }

    /// An attempt has failed.
    mutating func attemptHasFailed() -> Step {
        underWayCount -= 1
        return startNext()
    }

    private mutating func startNext() -> Step {
        guard next < count else { return underWayCount > 0 ? .wait : .lost }
        underWayCount += 1
        next += 1
        return .start(next - 1)
    }

    /// The addresses with the families taking turns, beginning with that of the first (section 4): a
    /// broken IPv6 costs one delay, not one for each of its addresses.
    static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard let family = addresses.first?.family else { return [] }
        let first = addresses.filter { $0.family == family }
        let second = addresses.filter { $0.family != family }
        var mixed: [SocketAddress] = []
        for index in 0..<max(first.count, second.count) {
            if index < first.count { mixed.append(first[index]) }
            if index < second.count { mixed.append(second[index]) }
        }
        return Array(mixed.prefix(addressCountMax))
    }
}
