internal import Crypto
internal import Trading
internal import Wire

/// How it is found out what became of an order, and how it ends.
extension OrderGateway {
    // MARK: What is wanted

    /// The order shall not rest.
    func doom(_ index: Int, at now: Timestamp) {
        orders[index].isDoomed = true
        if orders[index].cancel == .none && !orders[index].isClosing {
            orders[index].cancel = .wanted(now)
        }
    }

    /// Sends the cancels that are due and within the budget. That of an order which is being sent
    /// waits for its answer, lest it overtake the order.
    func sendCancels(at now: Timestamp) {
        for index in orders.indices {
            guard case .wanted(let due) = orders[index].cancel, due <= now,
                orders[index].standing != .sending || orders[index].isLate
            else { continue }
            let isUrgent = orders[index].isLate || orders[index].standing == .unknown
            guard pending.count < Self.requestsMax,
                budget.takeCancels(1, isUrgent: isUrgent, at: now)
            else { return }
            orders[index].cancel = .underWay
            orders[index].cancels += 1
            send(.cancel(orders[index].id), at: now)
        }
    }

    // MARK: What is known

    /// The venue has, or had, the order.
    func proveAccepted(_ index: Int, at now: Timestamp) {
        if !orders[index].isAcceptedTold {
            orders[index].isAcceptedTold = true
            statistics.accepted += 1
            tell(.orderAccepted(ids[index]))
        }
        orders[index].missingSince = nil
        switch orders[index].standing {
        case .sending, .unknown:
            orders[index].standing = .open
            settle(index)
        case .open, .closing: break
        }
        if orders[index].isDoomed { doom(index, at: now) }
    }

    /// Nothing is doubtful any more.
    private func settle(_ index: Int) {
        orders[index].probeAt = nil
        orders[index].probes = 0
        orders[index].isAlarmed = false
    }

    /// The venue says that the order is not on the book any more.
    /// - Parameter matched: how much of it was filled before; `nil` when that was not said.
    func confirmCancelled(_ index: Int, matched: Quantity?, at now: Timestamp) {
        proveAccepted(index, at: now)
        orders[index].cancel = .none
        if case .closing(_?) = orders[index].standing, matched == nil { return }
        guard let matched else {
            orders[index].standing = .closing(matched: nil)
            return probe(index, at: now + configuration.settleDelay)
        }
        close(index, matched: matched, at: now)
    }

    func close(_ index: Int, matched: Quantity, at now: Timestamp) {
        orders[index].matched = max(orders[index].matched, matched)
        orders[index].standing = .closing(matched: orders[index].matched)
        orders[index].cancel = .none
        settle(index)
        finishIfTold(index, at: now)
    }

    /// Ends an order that is closed, once everything that was filled of it has been told.
    func finishIfTold(_ index: Int, at now: Timestamp) {
        noteLack(index, at: now)
        guard case .closing(let matched?) = orders[index].standing,
            !orders[index].mustReadTrades, orders[index].booked + orders[index].void >= matched
        else { return }
        tell(.orderCancelled(ids[index], orders[index].isDoomed ? .requested : .byVenue))
        remove(index, at: now)
    }

    /// Fills that the venue speaks of come by themselves; if they do not, they are read.
    func noteLack(_ index: Int, at now: Timestamp) {
        guard orders[index].tradesAt == nil,
            orders[index].lacksFills || orders[index].mustReadTrades
        else { return }
        orders[index].tradesAt = now + configuration.settleDelay
    }

    func remove(_ index: Int, at now: Timestamp) {
        let id = orders[index].id
        past[id] = (orders[index].order, now)
        if pastRing.count < Self.pastMax {
            pastRing.append(id)
        } else {
            past[pastRing[pastNext]] = nil
            pastRing[pastNext] = id
            pastNext = (pastNext + 1) % Self.pastMax
        }
        ids.remove(at: index)
        orders.remove(at: index)
    }

    // MARK: Asking for one order

    /// Has the venue asked about an order, not before `time`.
    func probe(_ index: Int, at time: Timestamp) {
        orders[index].probeAt = min(orders[index].probeAt ?? time, time)
    }

    /// Asks again, later each time; after `probesMax` it is an alarm, and goes on.
    func probeLater(_ index: Int, at now: Timestamp) {
        orders[index].isProbing = false
        var wait = configuration.probeInterval
        for _ in 1..<max(min(orders[index].probes, 16), 1)
        where wait < configuration.probeIntervalMax { wait = wait + wait }
        orders[index].probeAt = now + min(wait, configuration.probeIntervalMax)
        guard orders[index].probes >= configuration.probesMax, !orders[index].isAlarmed else {
            return
        }
        orders[index].isAlarmed = true
        alarm(.orderUnresolved(ids[index]))
    }

    func sendProbes(at now: Timestamp) {
        for index in orders.indices {
            guard let due = orders[index].probeAt, due <= now, !orders[index].isProbing,
                pending.count < Self.requestsMax
            else { continue }
            orders[index].isProbing = true
            orders[index].probes += 1
            orders[index].probeAt = nil
            statistics.probes += 1
            send(.order(orders[index].id), at: now)
        }
    }

    func takeProbe(_ status: Int, _ body: Span<UInt8>, of index: Int, at now: Timestamp) {
        orders[index].isProbing = false
        if Self.saysMissing(status, body) { return takeMissing(index, at: now) }
        guard status == 200 else {
            let complaint = VenueComplaint(status: status, body: body, headerRetryAfter: nil)
            if let refusal = complaint.refusal { note(refusal, at: now) }
            return probeLater(index, at: now)
        }
        guard let told = try? OpenOrder.decode(body),
            Word256(hexadecimal: told.id.span) == orders[index].id
        else { return probeLater(index, at: now) }
        takeRecord(told, of: index, at: now)
    }

    /// The venue's own words that there is no such order: not a page of something in between.
    private static func saysMissing(_ status: Int, _ body: Span<UInt8>) -> Bool {
        if status == 404 {
            var fields = AnswerFields()
            do { try fields.read(body) } catch { return false }
            return !fields.errorText(in: body).isEmpty
        }
        guard status == 200 else { return false }
        var reader = JSONReader(body)
        do { return try reader.next() == .null } catch { return false }
    }

    /// What the venue keeps of an order, from a question about it or from the list of open ones.
    func takeRecord(_ told: OpenOrder, of index: Int, at now: Timestamp) {
        orders[index].matched = max(orders[index].matched, told.matchedSize)
        switch told.status {
        case .live:
            if orders[index].isClosing {
                // What was called cancelled, or gone, is there. (Or the answer is an old one; then
                // the next cancel finds it gone.)
                orders[index].standing = .open
                orders[index].mustReadTrades = false
                orders[index].isDoomed = true
            }
            proveAccepted(index, at: now)
            settle(index)
            noteLack(index, at: now)
        case .matched:
            proveAccepted(index, at: now)
            let whole = told.matchedSize == .zero ? told.originalSize : told.matchedSize
            close(index, matched: whole, at: now)
        case .cancelled, .invalid:
            confirmCancelled(index, matched: told.matchedSize, at: now)
        case .unknown: probeLater(index, at: now)
        }
    }

    /// The venue does not know the order. That is believed of one that cannot be on its way any
    /// more, the second time; and it ends when its market's trades have been read.
    private func takeMissing(_ index: Int, at now: Timestamp) {
        let order = orders[index]
        guard now - order.sentAt >= configuration.youngFor else {
            return probe(index, at: order.sentAt + configuration.youngFor)
        }
        guard let since = order.missingSince else {
            orders[index].missingSince = now
            return probe(index, at: now + configuration.verifyInterval)
        }
        guard now - since >= configuration.verifyInterval else {
            return probe(index, at: since + configuration.verifyInterval)
        }
        orders[index].mustReadTrades = true
        close(index, matched: order.matched, at: now)
        orders[index].tradesAt = now
    }
}
