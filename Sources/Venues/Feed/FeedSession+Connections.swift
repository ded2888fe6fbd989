internal import Trading
internal import Wire

/// Making connections, exchanging them, losing them.
extension FeedSession {
    func make(at now: Timestamp) -> FeedConnection {
        connectionCount += 1
        statistics.attempts += 1
        backoff.noteAttempt(at: now)
        let id = FeedConnectionID(number: connectionCount)
        effects.append(.connect(id, description.endpoints[endpoint]))
        return FeedConnection(
            id: id,
            endpoint: endpoint,
            messageBytesMax: description.messageBytesMax,
            at: now,
            &random
        )
    }

    func connect(at now: Timestamp) {
        state = .running
        rotateAt = nil
        for index in channelTimes.indices { channelTimes[index] = nil }
        active = make(at: now)
    }

    func makeSuccessor(at now: Timestamp) {
        rotateAt = nil
        guard successor == nil, active?.isOpen == true else { return }
        guard !backoff.isExhausted(at: now) else {
            rotateAt = now + description.backoff.bound
            return
        }
        successor = make(at: now)
    }

    /// The connection has got its upgrade.
    func opened(_ connection: FeedConnection, at now: Timestamp) {
        statistics.connections += 1
        connection.outbox = subscriptions
        if connection === active {
            effects.append(.switched(to: connection.id))
            scheduleRotation(at: now)
            // Where nothing need ever come, there is nothing to wait for.
            tell(description.channels.isEmpty ? .live : .subscribed)
        }
        sendTexts(at: now)
    }

    func scheduleRotation(at now: Timestamp) {
        guard let lifetime = description.lifetimeMax else { return }
        let jitter = description.lifetimeJitter.nanoseconds
        let random = jitter > 0 ? Int64(random.next() % UInt64(2 * jitter + 1)) - jitter : 0
        rotateAt = now + Duration(nanoseconds: lifetime.nanoseconds + random)
    }

    /// The successor delivers: it takes the place of the first.
    func switchOver(at now: Timestamp) {
        guard let next = successor else { return }
        if let old = active { close(old, .normal) }
        successor = nil
        active = next
        statistics.rotations += 1
        for index in channelTimes.indices {
            channelTimes[index] = channelTimes[index].map { _ in now }
        }
        scheduleRotation(at: now)
        effects.append(.switched(to: next.id))
    }

    func close(_ connection: FeedConnection, _ code: WebSocketCloseCode) {
        if connection.isOpen {
            let mask = UInt32(truncatingIfNeeded: random.next())
            effects.append(.send(connection.id, WebSocketFrame.close(code, mask: mask)))
        }
        effects.append(.close(connection.id))
    }

    /// A connection is over, or is given up.
    func lose(_ connection: FeedConnection, _ loss: FeedLoss, at now: Timestamp) {
        statistics.losses += 1
        statistics.lastLoss = loss
        switch loss {
        // The shell said so itself.
        case .transport: break
        case .closed, .protocolError: effects.append(.close(connection.id))
        case .connectTimeout, .upgradeTimeout, .refused, .badUpgrade, .silent, .pingTimeout,
            .tooManyAttempts, .renewed:
            close(connection, .goingAway)
        }
        let isThrottled = loss == .refused(status: 429) || loss == .refused(status: 418)
        if loss == .refused(status: 451) || loss == .refused(status: 403) {
            isBlocked[connection.endpoint] = true
        }
        if connection.hasDelivered, case .open(let since) = connection.stage,
            now - since >= description.backoff.resetAfter
        {
            backoff.reset()
            failuresAtEndpoint = 0
        }
        if connection === successor {
            successor = nil
            // The first one still delivers; another successor is made in a while.
            let retry = backoff.retry(
                at: now,
                random: random.next(),
                isThrottled: isThrottled,
                notBefore: connection.retryNotBefore
            )
            rotateAt = max(retry, now + description.connectMax)
            chooseEndpoint(after: connection, loss)
            return
        }
        active = nil
        if let successor {
            // It is on its way: wait for it rather than for a third.
            active = successor
            self.successor = nil
            for index in channelTimes.indices { channelTimes[index] = nil }
            if successor.isOpen { effects.append(.switched(to: successor.id)) }
            tell(.down(loss))
            return
        }
        guard chooseEndpoint(after: connection, loss) else {
            state = .blocked
            tell(.blocked)
            return
        }
        let isExhausted = backoff.isExhausted(at: now)
        state = .waiting(
            until: backoff.retry(
                at: now,
                random: random.next(),
                isThrottled: isThrottled,
                notBefore: connection.retryNotBefore
            )
        )
        tell(.down(isExhausted ? .tooManyAttempts : loss))
    }

    /// The host for the next attempt: another one where this one has blocked us or keeps failing.
    /// `false` when every host has blocked us.
    @discardableResult
    func chooseEndpoint(after connection: FeedConnection, _ loss: FeedLoss) -> Bool {
        if !connection.hasDelivered { failuresAtEndpoint += 1 }
        let isTired = failuresAtEndpoint >= description.backoff.failuresPerEndpoint
        guard isBlocked[endpoint] || isTired else { return true }
        failuresAtEndpoint = 0
        for step in 1...isBlocked.count {
            let candidate = (endpoint + step) % isBlocked.count
            if !isBlocked[candidate] {
                endpoint = candidate
                return true
            }
        }
        return false
    }
}
