internal import TestSupport
internal import Testing
internal import Trading
internal import Venues
internal import Wire

@Suite struct FeedSessionTests {
    private func description(
        _ change: (inout FeedDescription) -> Void = { _ in }
    ) -> FeedDescription {
        var description = FeedDescription(
            name: "test",
            endpoints: [
                FeedEndpoint(host: "one", port: 443, target: "/ws?a=b"),
                FeedEndpoint(host: "two", port: 8443, target: "/ws"),
            ],
            subscriptions: [Array("subscribe a".utf8), Array("subscribe b".utf8)],
            ping: .text(every: .seconds(10), isAnswered: true),
            channels: [FeedChannel(name: "x", staleAfter: .seconds(2))],
            silenceMax: .seconds(30)
        )
        change(&description)
        return description
    }

    /// Lets time pass while something comes every second.
    private func live(_ peer: FakePeer, seconds: Int, on number: UInt32? = nil) {
        for _ in 0..<seconds {
            peer.wait(.seconds(1))
            peer.say("{}", on: number)
            peer.say("PONG", on: number)
        }
    }

    @Test("a feed connects, upgrades, subscribes at the venue's pace, and is live with its data")
    func life() {
        let peer = FakePeer(description())
        peer.start()
        #expect(peer.story == ["down(nil)", "connect 1", "switched 1", "subscribed"])
        #expect(peer.connects[0].endpoint.host == "one")
        #expect(peer.heard[1] == ["subscribe a"])
        peer.wait(.milliseconds(300))
        #expect(peer.heard[1] == ["subscribe a", "subscribe b"])
        peer.say("hello")
        #expect(peer.messages == [Array("hello".utf8)])
        #expect(peer.story.last == "live")
    }

    @Test("however the bytes are cut, the messages are the same")
    func cuts() {
        let frames = ["{\"a\":1}", "PONG", "", "{\"b\":2}"]
        var bytes: [UInt8] = []
        for text in frames {
            let payload = Array(text.utf8)
            let frame = WebSocketFrame.text(payload.span)
            let span = frame.span
            bytes += span.indices.map { span[$0] }
        }
        for pieces in DripFeed.ways(bytes) {
            let peer = FakePeer(description())
            peer.start()
            for piece in pieces { peer.deliver(piece, on: 1) }
            #expect(
                peer.messages.map { String(decoding: $0, as: UTF8.self) } == [frames[0], frames[3]]
            )
            #expect(peer.session.statistics.pongs == 1)
        }
    }

    @Test("a channel that falls silent is stale after its time and live with its next message")
    func stale() {
        let peer = FakePeer(description())
        peer.start()
        peer.say("x")
        peer.wait(.seconds(2))
        #expect(peer.story.last == "live")
        peer.wait(.milliseconds(1))
        #expect(peer.story.last == "stale(channel: 0)")
        peer.say("x")
        #expect(peer.story.last == "live")
        #expect(peer.session.statistics.stale == 1)
    }

    @Test("pings are sent on time and are no data; unanswered, they end the connection")
    func pings() {
        let peer = FakePeer(description { $0.silenceMax = .seconds(100) })
        peer.start()
        peer.wait(.seconds(9))
        #expect(peer.heard[1]?.contains("PING") == false)
        peer.wait(.seconds(1))
        #expect(peer.heard[1]?.last == "PING")
        peer.say("PONG")
        peer.wait(.seconds(20))
        #expect(peer.heard[1]?.filter { $0 == "PING" }.count == 3)
        #expect(peer.story.last == "subscribed")
        peer.wait(.seconds(10))
        #expect(peer.session.statistics.lastLoss == .pingTimeout)
    }

    @Test("silence ends a connection though pings are answered, and is not healthy before")
    func silence() {
        let peer = FakePeer(description())
        peer.start()
        peer.say("x")
        for _ in 0..<29 {
            peer.wait(.seconds(1))
            peer.say("PONG")
        }
        #expect(peer.session.statistics.losses == 0)
        #expect(peer.story.last == "stale(channel: 0)")
        peer.wait(.seconds(1))
        #expect(peer.session.statistics.lastLoss == .silent)
        #expect(peer.story.contains("down(Optional(Venues.FeedLoss.silent))"))
        // It comes back by itself.
        peer.wait(.seconds(1))
        #expect(peer.newest == 2)
    }

    @Test("the server's pings are answered with their payload, and their absence ends it")
    func serverPings() {
        let peer = FakePeer(
            description {
                $0.ping = .byServer(silenceMax: .seconds(45))
                $0.silenceMax = .seconds(100)
            }
        )
        peer.start()
        peer.wait(.seconds(44))
        let payload = Array("1790000000".utf8)
        peer.send(WebSocketFrame.ping(payload.span), on: 1)
        #expect(peer.heard[1]?.last == "pong 1790000000")
        peer.wait(.seconds(44))
        #expect(peer.session.statistics.losses == 0)
        peer.wait(.seconds(1))
        #expect(peer.session.statistics.lastLoss == .pingTimeout)
    }

    @Test("connecting and upgrading have their time")
    func timeouts() {
        let peer = FakePeer(description())
        peer.connectsAtOnce = false
        peer.start()
        peer.wait(.milliseconds(4_999))
        #expect(peer.session.statistics.losses == 0)
        peer.wait(.milliseconds(1))
        #expect(peer.session.statistics.lastLoss == .connectTimeout)
        // What comes of it later is nobody's.
        peer.accept(1)
        peer.deliver([1, 2, 3], on: 1)

        let mute = FakePeer(description())
        mute.status = { _ in 0 }
        mute.start()
        mute.wait(.seconds(5))
        #expect(mute.session.statistics.lastLoss == .upgradeTimeout)
    }

    @Test("attempts wait at random below a bound that doubles, and no more than 20 in five minutes")
    func backoff() {
        for seed in UInt64(1)...20 {
            let peer = FakePeer(description { $0.endpoints.removeLast() }, seed: seed)
            peer.status = { _ in 503 }
            peer.start()
            peer.wait(.seconds(299))
            #expect(peer.connects.count <= 20, "seed \(seed)")
            var bound = 0.5
            for (one, next) in zip(peer.connects, peer.connects.dropFirst()) {
                let wait = (next.at - one.at).seconds
                #expect(wait <= bound, "seed \(seed)")
                bound = min(bound * 2, 30)
            }
            #expect(peer.connects.count >= 8, "seed \(seed)")
        }
        // Even where chance makes every wait short.
        let eager = FakePeer(description { $0.backoff.bound = .milliseconds(10) })
        eager.status = { _ in 503 }
        eager.start()
        eager.wait(.seconds(299))
        #expect(eager.connects.count == 20)
        #expect(eager.story.last == "down(Optional(Venues.FeedLoss.tooManyAttempts))")
        eager.wait(.seconds(2))
        #expect(eager.connects.count > 20)
    }

    @Test("a connection that delivered for half a minute is no failure when it ends")
    func resets() {
        let peer = FakePeer(description { $0.endpoints.removeLast() })
        for _ in 0..<5 {
            peer.start()
            peer.wait(.seconds(1))
            live(peer, seconds: 31)
            let ended = peer.now
            peer.breakOff(peer.newest)
            peer.wait(.milliseconds(500))
            #expect((peer.connects.last?.at ?? ended) - ended < .milliseconds(501))
        }
        #expect(peer.connects.count == 6)
    }

    @Test("a host that blocks us is not asked again; when all do, the feed says so and stops")
    func blocked() {
        for status in [451, 403] {
            let peer = FakePeer(description())
            peer.status = { $0.host == "one" ? status : 101 }
            peer.start()
            peer.wait(.seconds(1))
            #expect(peer.connects.map(\.endpoint.host) == ["one", "two"])
            #expect(peer.story.last == "subscribed")

            let nowhere = FakePeer(description())
            nowhere.status = { _ in status }
            nowhere.start()
            nowhere.wait(.seconds(3_600))
            #expect(nowhere.connects.map(\.endpoint.host) == ["one", "two"])
            #expect(nowhere.story.last == "blocked")
            #expect(nowhere.session.nextDue == nil)
            nowhere.status = { _ in 101 }
            nowhere.start()
            #expect(nowhere.story.last == "subscribed")
        }
    }

    @Test("a host that fails three times in a row gives way to the next; 429 is given a minute")
    func otherHost() {
        let peer = FakePeer(description())
        peer.status = { $0.host == "one" ? 500 : 101 }
        peer.start()
        peer.wait(.seconds(10))
        #expect(peer.connects.map(\.endpoint.host) == ["one", "one", "one", "two"])

        let throttled = FakePeer(description())
        throttled.status = { _ in 429 }
        throttled.start()
        throttled.wait(.seconds(59))
        #expect(throttled.connects.count == 1)
        throttled.wait(.seconds(1))
        #expect(throttled.connects.count == 2)
    }

    @Test("when a refusal says when to come back, that is when, and not much later")
    func retryAfter() {
        for (text, seconds) in [("7", 7), ("100000000", 86_400)] as [(String, Int64)] {
            let peer = FakePeer(description())
            peer.status = { _ in 429 }
            peer.retryAfter = text
            peer.start()
            peer.wait(.milliseconds(seconds * 1_000 - 1))
            #expect(peer.connects.count == 1)
            peer.wait(.milliseconds(502))
            #expect(peer.connects.count == 2)
        }
    }

    @Test("an old connection is exchanged without a gap: the next one delivers before it is closed")
    func rotation() {
        let peer = FakePeer(description { $0.lifetimeMax = .seconds(60) })
        peer.start()
        live(peer, seconds: 59)
        #expect(peer.connects.count == 1)
        peer.wait(.seconds(1))
        #expect(peer.connects.count == 2)
        #expect(peer.openConnections == [1, 2])
        // The old one goes on, and what it says counts.
        let count = peer.messages.count
        peer.say("old", on: 1)
        #expect(peer.messages.count == count + 1)
        peer.wait(.milliseconds(300))
        #expect(peer.heard[2] == ["subscribe a", "subscribe b"])
        peer.say("new", on: 2)
        #expect(peer.messages.last == Array("new".utf8))
        #expect(peer.story.suffix(2) == ["close 1", "switched 2"])
        #expect(peer.heard[1]?.last == "close 1000")
        #expect(peer.openConnections == [2])
        #expect(peer.session.statistics.rotations == 1)
        #expect(!peer.story.contains { $0.hasPrefix("stale") })
        // And the next one in its turn.
        live(peer, seconds: 60)
        #expect(peer.connects.count == 3)
    }

    @Test("lifetimes differ at random, within their bounds")
    func jitter() {
        var lifetimes: Set<Int64> = []
        for seed in UInt64(1)...10 {
            let peer = FakePeer(
                description {
                    $0.lifetimeMax = .seconds(100)
                    $0.lifetimeJitter = .seconds(20)
                },
                seed: seed
            )
            peer.start()
            live(peer, seconds: 79)
            #expect(peer.connects.count == 1, "seed \(seed)")
            live(peer, seconds: 42, on: 1)
            #expect(peer.connects.count >= 2, "seed \(seed)")
            lifetimes.insert((peer.connects[1].at - peer.connects[0].at).nanoseconds)
        }
        #expect(lifetimes.count > 5)
    }

    @Test("a successor that fails leaves the old connection alone, and is tried again")
    func failedSuccessor() {
        let peer = FakePeer(description { $0.lifetimeMax = .seconds(60) })
        peer.start()
        live(peer, seconds: 59)
        peer.status = { _ in 503 }
        peer.wait(.seconds(1))
        #expect(peer.connects.count == 2)
        peer.say("x", on: 1)
        #expect(peer.openConnections == [1])
        #expect(peer.story.last != "down(Optional(Venues.FeedLoss.refused(status: 503)))")
        peer.status = { _ in 101 }
        for _ in 0..<6 {
            peer.wait(.seconds(1))
            peer.say("x", on: 1)
            peer.say("PONG", on: 1)
        }
        #expect(peer.openConnections.count == 2)
    }

    @Test("when the old connection dies first, the successor on its way is waited for")
    func promoted() {
        let peer = FakePeer(description { $0.lifetimeMax = .seconds(60) })
        peer.start()
        live(peer, seconds: 59)
        peer.connectsAtOnce = false
        peer.wait(.seconds(1))
        peer.breakOff(1)
        #expect(peer.connects.count == 2)
        #expect(!peer.story.contains("close 1"), "what has ended is not to be closed")
        peer.accept(2)
        #expect(peer.story.suffix(2) == ["switched 2", "subscribed"])
        peer.wait(.seconds(1))
        peer.say("x", on: 2)
        #expect(peer.story.last == "live")
    }

    @Test("an announced end makes the successor at once")
    func announced() {
        let peer = FakePeer(description())
        peer.start()
        peer.say("x")
        peer.session.rotate(at: peer.now)
        peer.session.rotate(at: peer.now)
        peer.wait(.milliseconds(1))
        #expect(peer.connects.count == 2)
    }

    @Test("the server's close is answered; what breaks the protocol is closed with the right code")
    func ends() {
        let closing = FakePeer(description())
        closing.start()
        closing.send(WebSocketFrame.close(.normal, reason: "all subscribed assets resolved"), on: 1)
        #expect(closing.heard[1]?.last == "close 1000")
        #expect(closing.session.statistics.lastLoss == .closed(code: 1_000))

        let masked = FakePeer(description())
        masked.start()
        let payload = Array("x".utf8)
        masked.send(WebSocketFrame.text(payload.span, mask: 7), on: 1)
        #expect(masked.heard[1]?.last == "close 1002")

        let large = FakePeer(description { $0.messageBytesMax = 8 })
        large.start()
        large.say("123456789")
        #expect(large.heard[1]?.last == "close 1009")
        #expect(large.session.statistics.lastLoss == .protocolError(.messageTooBig))
    }

    @Test("later subscriptions are sent at once, and again on every new connection")
    func subscriptions() {
        let peer = FakePeer(description { $0.subscriptions = [] })
        peer.start()
        let texts = [Array("subscribe c".utf8)]
        peer.session.subscribe(all: texts, now: texts, at: peer.now)
        peer.wait(.milliseconds(1))
        #expect(peer.heard[1] == ["subscribe c"])
        peer.breakOff(1)
        peer.wait(.seconds(1))
        #expect(peer.heard[2] == ["subscribe c"])
    }

    @Test("stopped, it closes and asks for nothing more; started again, it is as new")
    func stop() {
        let peer = FakePeer(description())
        peer.start()
        peer.say("x")
        peer.session.stop(at: peer.now)
        peer.wait(.seconds(3_600))
        #expect(peer.story.suffix(2) == ["close 1", "stopped"])
        #expect(peer.heard[1]?.last == "close 1001")
        #expect(peer.session.nextDue == nil)
        peer.start()
        #expect(peer.story.last == "subscribed")
    }

    @Test("whatever happens in whatever order, every connection asked for is closed once at most")
    func random() {
        for seed in UInt64(1)...200 {
            var random = SplitMix64(seed: seed)
            let peer = FakePeer(description { $0.lifetimeMax = .seconds(40) }, seed: seed)
            peer.connectsAtOnce = false
            peer.start()
            for _ in 0..<150 {
                let number = UInt32.random(in: 1...max(1, peer.newest), using: &random)
                switch Int.random(in: 0..<9, using: &random) {
                case 0, 1: peer.accept(peer.newest)
                case 2: peer.breakOff(number)
                case 3, 4: peer.say("x", on: number)
                case 5: peer.deliver([UInt8.random(in: 0...255, using: &random)], on: number)
                case 6: peer.session.rotate(at: peer.now)
                case 7: peer.status = { [200, 101, 101, 503][Int($0.port + UInt16(seed)) % 4] }
                default: peer.wait(.milliseconds(Int64.random(in: 0...9_000, using: &random)))
                }
            }
            let closes = peer.story.filter { $0.hasPrefix("close") }
            #expect(Set(closes).count == closes.count, "seed \(seed): \(closes)")
            #expect(peer.openConnections.count <= 2, "seed \(seed)")
        }
    }
}
