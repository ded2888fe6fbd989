/// The addresses of names, as long as they are believed: a pure table, `now` passed in.
///
/// The resolver of the C library does not tell the records' own times to live, so the times here are
/// ours: short enough to follow a service that moves, long enough that a reconnect does not wait.
struct AddressCache {
    /// How long an answer is believed.
    static let addressNanoseconds: Int64 = 60 * 1_000_000_000
    /// How long a failure is: just enough that a burst of attempts asks once.
    static let failureNanoseconds: Int64 = 2 * 1_000_000_000
    /// How long an old answer still serves when the resolver fails: an outage of DNS must not keep us
    /// from a venue that has not moved.
    static let staleNanoseconds: Int64 = 3_600 * 1_000_000_000
    /// Names that are remembered.
    static let nameCountMax = 256

    /// What is known of a name.
    enum Answer: Equatable {
        case addresses([SocketAddress])
        case failure(NetError)
    }

    private struct Entry {
        var addresses: [SocketAddress]
        var failure: NetError?
        /// When the entry stops to be believed.
        var expiresAt: Int64
        /// When `addresses` came; they are empty when there never were any.
        var resolvedAt: Int64
    }

    private var entries: [String: Entry] = [:]

    /// What is known and believed of `host`.
    func answer(for host: String, at now: Int64) -> Answer? {
        guard let entry = entries[host], now < entry.expiresAt else { return nil }
        if let failure = entry.failure { return .failure(failure) }
        return .addresses(entry.addresses)
    }

    /// The resolver has answered.
    mutating func store(_ addresses: [SocketAddress], for host: String, at now: Int64) {
        makeRoom(for: host)
        let (end, isBeyond) = now.addingReportingOverflow(Self.addressNanoseconds)
        entries[host] = Entry(
            addresses: addresses,
            failure: nil,
            expiresAt: isBeyond ? .max : end,
            resolvedAt: now
        )
    }

    /// Believes these addresses for ever.
    mutating func pin(_ addresses: [SocketAddress], for host: String) {
        makeRoom(for: host)
        entries[host] = Entry(addresses: addresses, failure: nil, expiresAt: .max, resolvedAt: 0)
    }

    /// The resolver has failed.
    /// - Returns: what to go on with: addresses that were right not long ago, or the failure.
    mutating func store(_ failure: NetError, for host: String, at now: Int64) -> Answer {
        let old = entries[host]
        let isUsable = old.map {
            !$0.addresses.isEmpty && now - $0.resolvedAt < Self.staleNanoseconds
        }
        makeRoom(for: host)
        entries[host] = Entry(
            addresses: old?.addresses ?? [],
            failure: isUsable == true ? nil : failure,
            expiresAt: now + Self.failureNanoseconds,
            resolvedAt: old?.resolvedAt ?? now
        )
        if isUsable == true, let old { return .addresses(old.addresses) }
        return .failure(failure)
    }

    /// Forgets the entry that expires first when a new one would be too many.
    private mutating func makeRoom(for host: String) {
        guard entries[host] == nil, entries.count >= Self.nameCountMax,
            let oldest = entries.min(by: { $0.value.expiresAt < $1.value.expiresAt })
        else { return }
        entries[oldest.key] = nil
    }
}
