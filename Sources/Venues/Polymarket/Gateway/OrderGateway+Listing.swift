internal import Crypto
public import Trading

/// The list of open orders while it is read, page by page.
struct OpenListing {
    static let pagesMax = 64

    let startedAt: Timestamp
    var request: UInt64
    var pages = 0
    var orders: [OpenOrder] = []
}

/// Comparing our orders with the venue's.
extension OrderGateway {
    /// Looks at what the venue has open, and tells `compared` when that is what we know. Orders are
    /// held meanwhile.
    public func compare(at now: Timestamp) {
        requireCompare(at: now)
        work(at: now)
    }

    /// Orders are held until a list that is begun from now on has been compared.
    func requireCompare(at now: Timestamp) {
        needsCompare = true
        compareAt = now
        if sweep == nil { listing = nil }
    }

    func beginListing(at now: Timestamp) {
        let number = send(.openOrders(cursor: nil), at: now)
        listing = OpenListing(startedAt: now, request: number)
    }

    func takePage(_ status: Int, _ body: Span<UInt8>, _ number: UInt64, at now: Timestamp) {
        guard var listing, listing.request == number else { return }
        guard status == 200, let page = try? ClobPage.openOrders(body),
            listing.pages < OpenListing.pagesMax
        else { return listingFailed(number, at: now) }
        listing.orders += page.orders
        listing.pages += 1
        if let cursor = page.nextCursor {
            listing.request = send(.openOrders(cursor: cursor), at: now)
            self.listing = listing
            return
        }
        self.listing = nil
        take(listing, at: now)
    }

    /// A list that could not be read says nothing.
    func listingFailed(_ number: UInt64, at now: Timestamp) {
        guard listing?.request == number else { return }
        listing = nil
        sweep?.emptySince = nil
        compareAt = now + configuration.verifyInterval
    }

    private func take(_ listing: OpenListing, at now: Timestamp) {
        var listed: Set<Word256> = []
        var strays: [Word256] = []
        var foreign = 0
        for told in listing.orders {
            guard let id = Word256(hexadecimal: told.id.span) else { continue }
            listed.insert(id)
            if let index = index(of: id) {
                takeRecord(told, of: index, at: now)
            } else if told.owner == identity.owner || past[id] != nil {
                // Of an order that just ended the list may still speak.
                if let ended = past[id]?.endedAt, listing.startedAt - ended < .seconds(1) {
                    continue
                }
                strays.append(id)
                if isStarted { alarm(.strayOrder(told.id)) }
            } else {
                foreign += 1
                if foreignOrders == 0 { alarm(.foreignOrder(told.id)) }
            }
        }
        foreignOrders = foreign
        for index in orders.indices
        where !listed.contains(orders[index].id) && !orders[index].isClosing
            && listing.startedAt - orders[index].sentAt >= configuration.youngFor
        {
            probe(index, at: now)
        }
        if sweep != nil {
            let ours = orders.filter { listed.contains($0.id) && !$0.isClosing }.map(\.id)
            return takeSweepList(ours + strays, at: now)
        }
        if !strays.isEmpty { cancelMany(strays, at: now) }
        needsCompare = false
        compareAt = now + configuration.compareInterval
        if strays.isEmpty && foreign == 0 && unknownOrderCount == 0 { effects.append(.compared) }
    }
}
