internal import Trading
internal import Wire

/// What comes and goes on a connection, and the watch over it.
extension FeedSession {
    /// Takes the next thing that came on a connection; `false` when nothing did.
    func poll(_ connection: FeedConnection, at now: Timestamp) -> Bool {
        guard let arrival = connection.next(at: now, &random) else { return false }
        switch arrival {
        case .opened: opened(connection, at: now)
        case .ping(let pong):
            connection.lastPing = now
            effects.append(.send(connection.id, pong))
        case .pong: notePong(connection)
        case .binary: statistics.binaries += 1
        case .text: takeText(connection, at: now)
        case .ended(let loss, let answer):
            if let answer { effects.append(.send(connection.id, answer)) }
            lose(connection, loss, at: now)
        }
        return true
    }

    func notePong(_ connection: FeedConnection) {
        statistics.pongs += 1
        connection.pingSince = nil
    }

    func takeText(_ connection: FeedConnection, at now: Timestamp) {
        enum Kind { case pong, empty, data }
        let kind: Kind = connection.withPayload { payload in
            if payload.isEmpty { return .empty }
            return FeedText.equals(payload, "PONG") ? .pong : .data
        }
        switch kind {
        case .pong: notePong(connection)
        case .empty: break
        case .data:
            statistics.messages += 1
            connection.lastData = now
            connection.hasDelivered = true
            if connection === successor { switchOver(at: now) }
            lender = connection
            // What `switchOver` asks for comes first.
            if !effects.isEmpty { effects.append(.message) }
        }
    }

    /// Sends the texts that are due: pings and what is waiting, one at a time.
    func sendTexts(at now: Timestamp) {
        for connection in [active, successor] {
            guard let connection, connection.isOpen else { continue }
            if let due = pingDue(connection), due <= now {
                connection.lastPing = now
                if case .text(_, true) = description.ping, connection.pingSince == nil {
                    connection.pingSince = now
                }
                connection.lastText = now
                effects.append(.send(connection.id, text(Array("PING".utf8))))
            }
            while let first = connection.outbox.first {
                if let last = connection.lastText, now - last < description.textInterval { break }
                connection.outbox.removeFirst()
                connection.lastText = now
                effects.append(.send(connection.id, text(first)))
            }
        }
    }

    func text(_ payload: [UInt8]) -> SharedBytes {
        WebSocketFrame.text(payload.span, mask: UInt32(truncatingIfNeeded: random.next()))
    }
}

// MARK: - Watching

extension FeedSession {
    /// When a ping of ours is due.
    func pingDue(_ connection: FeedConnection) -> Timestamp? {
        guard case .text(let every, _) = description.ping, connection.isOpen,
            let last = connection.lastPing
        else { return nil }
        return last + every
    }

    /// When the connection needs looking at again.
    func nextDue(_ connection: FeedConnection) -> Timestamp {
        var due = deadline(connection)
        if let ping = pingDue(connection) { due = min(due, ping) }
        if connection.isOpen, !connection.outbox.isEmpty {
            let last = connection.lastText ?? Timestamp(nanoseconds: 0)
            due = min(due, last + description.textInterval)
        }
        return due
    }

    /// When the connection is to be given up if nothing happens.
    func deadline(_ connection: FeedConnection) -> Timestamp {
        switch connection.stage {
        case .connecting(let since): return since + description.connectMax
        case .upgrading(let since): return since + description.upgradeMax
        case .open(let since):
            let silence = (connection.lastData ?? since) + description.silenceMax
            switch description.ping {
            case .byServer(let silenceMax):
                return min(silence, (connection.lastPing ?? since) + silenceMax)
            case .text(let every, true):
                // Two chances to answer.
                guard let pingSince = connection.pingSince else { return silence }
                return min(silence, pingSince + every + every)
            case .text(_, false): return silence
            }
        }
    }

    func overdue(_ connection: FeedConnection, at now: Timestamp) -> FeedLoss? {
        guard deadline(connection) <= now else { return nil }
        switch connection.stage {
        case .connecting: return .connectTimeout
        case .upgrading: return .upgradeTimeout
        case .open(let since):
            let silence = (connection.lastData ?? since) + description.silenceMax
            return silence <= now ? .silent : .pingTimeout
        }
    }

    /// Tells the standing where it has changed.
    func judge(at now: Timestamp) {
        guard let active, active.isOpen, active.hasDelivered else { return }
        var hasAll = true
        for index in channelTimes.indices {
            guard let time = channelTimes[index] else {
                hasAll = false
                continue
            }
            if now - time > description.channels[index].staleAfter {
                if standing != .stale(channel: index) { statistics.stale += 1 }
                return tell(.stale(channel: index))
            }
        }
        if hasAll { tell(.live) }
    }

    func tell(_ standing: FeedStanding) {
        guard standing != self.standing else { return }
        self.standing = standing
        effects.append(.standing(standing))
    }
}
