internal import Trading

/// What has been asked and done, for `/control/summary`.
struct VenueCounts {
    var requests = 0
    var ordersTaken = 0
    /// By the reason's name.
    var refused: [String: Int] = [:]
    /// Of L1, L2 and the user socket, by what was wrong.
    var unauthorized: [String: Int] = [:]
    var rateLimited = 0
    var cancelRequests = 0
    var cancelled = 0
    var wrongHeartbeats = 0
    var heartbeatExpiries = 0
    /// Parts of trades that are the account's.
    var fills = 0
    /// The most orders that were open at once.
    var openMax = 0

    func json(_ venue: Venue) -> JSONValue {
        func counts(_ table: [String: Int]) -> JSONValue {
            .object(table.sorted { $0.key < $1.key }.map { ($0.key, .number($0.value)) })
        }
        return [
            "requests": .number(requests), "orders_taken": .number(ordersTaken),
            "orders_refused": counts(refused),
            "signatures_wrong": .number(refused["signature"] ?? 0),
            "hmac_wrong": .number(unauthorized[AuthenticationFailure.wrongHMAC.rawValue] ?? 0),
            "unauthorized": counts(unauthorized), "rate_limited": .number(rateLimited),
            "cancel_requests": .number(cancelRequests), "cancelled": .number(cancelled),
            "heartbeats": .number(venue.deadMan.beats),
            "heartbeats_wrong": .number(wrongHeartbeats),
            "heartbeats_expired": .number(heartbeatExpiries),
            "open_now": .number(venue.desk.openOrders.count), "open_max": .number(openMax),
            "fills": .number(fills), "cash": .text(Quantity(venue.desk.holdings.cash).text),
            "owner": .text(venue.account.owner.map { "\($0)" } ?? ""),
            "wallet": .text(venue.account.wallet.map { "\($0)" } ?? ""),
        ]
    }
}
