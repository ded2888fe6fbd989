internal import Crypto
internal import Testing
internal import Trading
internal import Venues

/// An opening, and a venue that answers what it is told to.
private struct Desk {
    var opening: AccountOpening
    var now = Timestamp(seconds: 1_795_436_400)
    var asked: [AccountOpening.Question] = []

    static let key = "f6fadfa7-e5c1-4b62-a362-da5cc13da58a"
    static let keyAnswer =
        #"{"apiKey":"\#(key)","secret":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=","#
        + #""passphrase":"opensesame"}"#

    init(hasCredentials: Bool = false) throws {
        let key = try GatewaySupport.key()
        let credentials = try APICredentials(
            address: key.address,
            key: Array("an-older-key".utf8).span,
            secret: Array("AAAA".utf8).span,
            passphrase: Array("word".utf8).span
        )
        opening = AccountOpening(
            key,
            .eoa(key.address),
            credentials: hasCredentials ? credentials : nil
        )
    }

    /// Asks what is due and gets this answer.
    mutating func answer(_ status: Int, _ body: String = "{}") {
        guard let question = opening.question(at: now) else { return }
        asked.append(question)
        now = now + .milliseconds(20)
        opening.answered(status: status, body: Array(body.utf8).span, at: now)
    }

    /// Everything goes as it should, up to this question.
    mutating func proceed(to end: AccountOpening.Question) {
        for _ in 0..<8 {
            guard case .asking(let question) = opening.standing, question != end else { return }
            switch question {
            case .version: answer(200, #"{"version":2}"#)
            case .clock: answer(200, "\(now.nanoseconds / 1_000_000_000)")
            case .deriveKey, .createKey: answer(200, Self.keyAnswer)
            case .closedOnly: answer(200, #"{"closed_only":false}"#)
            case .cash: answer(200, #"{"balance":"250000000","allowances":{}}"#)
            }
        }
    }
}

@Suite struct AccountOpeningTests {
    @Test("version, clock, key, standing and cash are asked for in this order, each once")
    func order() throws {
        var desk = try Desk()
        desk.proceed(to: .createKey)
        #expect(desk.asked == [.version, .clock, .deriveKey, .closedOnly, .cash])
        #expect(desk.opening.standing == .open)
        #expect(desk.opening.credentials?.key.description == Desk.key)
        #expect(desk.opening.cash?.units == 250_000_000)
        #expect(desk.opening.question(at: desk.now + .seconds(60)) == nil)
    }

    @Test("when proofs are refused the clock is asked for again, not more than every two seconds")
    func clockAgain() throws {
        var desk = try Desk()
        desk.proceed(to: .createKey)
        let opened = desk.asked.count
        for offset: Int64 in [0, 60, 60, 0, -60] {
            desk.now = desk.now + .seconds(2)
            desk.opening.doubtClock()
            desk.answer(200, "\(desk.now.nanoseconds / 1_000_000_000 + offset)")
            let ahead =
                Int64(desk.opening.venueSeconds(at: desk.now))
                - desk.now.nanoseconds / 1_000_000_000
            #expect(abs(ahead - offset) <= 1, "\(ahead), not \(offset)")
            desk.opening.doubtClock()
            #expect(desk.opening.question(at: desk.now) == nil)
        }
        // An answer that says nothing leaves what was known, and the account open.
        let known = desk.opening.clockOffset
        desk.now = desk.now + .seconds(2)
        desk.answer(500)
        #expect(desk.opening.clockOffset == known)
        desk.now = desk.now + .seconds(2)
        desk.opening.doubtClock()
        #expect(desk.opening.question(at: desk.now) == .clock)
        desk.opening.lost(at: desk.now)
        #expect(desk.opening.standing == .open && desk.opening.clockOffset == known)
        #expect(desk.asked.dropFirst(opened).allSatisfy { $0 == .clock })
    }

    @Test("an API key that is given is used, and none is asked for")
    func given() throws {
        var desk = try Desk(hasCredentials: true)
        desk.proceed(to: .deriveKey)
        #expect(desk.asked == [.version, .clock, .closedOnly, .cash])
        #expect(desk.opening.credentials?.key.description == "an-older-key")
    }

    @Test("an account without an API key makes one; refused that too, it does not trade")
    func creation() throws {
        var desk = try Desk()
        desk.proceed(to: .deriveKey)
        desk.answer(400, #"{"error":"Could not derive api key!"}"#)
        #expect(desk.opening.standing == .asking(.createKey))
        var refused = desk
        desk.proceed(to: .deriveKey)
        #expect(desk.opening.standing == .open)
        refused.answer(401, #"{"error":"Invalid L1 Request headers"}"#)
        #expect(refused.opening.standing == .refused(.unauthorized(status: 401)))
    }

    @Test("a given API key that the venue refuses is derived anew, once")
    func refusedKey() throws {
        var desk = try Desk(hasCredentials: true)
        desk.proceed(to: .closedOnly)
        desk.answer(401, #"{"error":"Unauthorized/Invalid api key"}"#)
        #expect(desk.opening.standing == .asking(.deriveKey))
        desk.proceed(to: .closedOnly)
        desk.answer(401, #"{"error":"Unauthorized/Invalid api key"}"#)
        #expect(desk.opening.standing == .refused(.unauthorized(status: 401)))
    }

    @Test("another protocol, and an account that may only close, are refused for good")
    func refusals() throws {
        var desk = try Desk()
        desk.answer(200, #"{"version":3}"#)
        #expect(desk.opening.standing == .refused(.version(3)))
        desk = try Desk()
        desk.proceed(to: .closedOnly)
        desk.answer(200, #"{"closed_only":true}"#)
        #expect(desk.opening.standing == .refused(.closedOnly))
        #expect(desk.opening.question(at: desk.now + .seconds(3_600)) == nil)
    }

    @Test(
        "what passes is waited for: the same question again, later each time, half a minute at most",
        arguments: [(425, "service not ready"), (429, "{}"), (503, ""), (200, "no JSON"), (0, "")]
    )
    func patience(_ status: Int, _ body: String) throws {
        var desk = try Desk()
        desk.proceed(to: .deriveKey)
        var waits: [Double] = []
        for _ in 0..<7 {
            if status == 0 {
                _ = desk.opening.question(at: desk.now)
                desk.opening.lost(at: desk.now)
            } else {
                desk.answer(status, body)
            }
            #expect(desk.opening.standing == .asking(.deriveKey))
            let asked = desk.now
            while true {
                var later = desk.opening
                if later.question(at: desk.now) != nil { break }
                desk.now = desk.now + .milliseconds(500)
            }
            waits.append((desk.now - asked).seconds)
        }
        #expect(waits == [1, 2, 4, 8, 16, 30, 30])
        desk.proceed(to: .createKey)
        #expect(desk.opening.standing == .open && desk.opening.failures == 0)
    }

    @Test(
        "the venue's clock is taken where its whole seconds prove that it is another than ours",
        arguments: [(0, 0.0), (-1, 0.0), (5, 4.98), (-5, -5.0), (1, 0.0)]
    )
    func clock(_ ahead: Int64, _ offset: Double) throws {
        var desk = try Desk()
        desk.proceed(to: .clock)
        let local = desk.now.nanoseconds / 1_000_000_000
        let base = Timestamp(seconds: local)
        desk.now = base
        desk.answer(200, "\(local + ahead)")
        #expect(abs(desk.opening.clockOffset.seconds - offset) < 0.000_001)
        let seconds = desk.opening.venueSeconds(at: base)
        #expect(abs(Int64(seconds) - local - Int64(offset.rounded())) <= 1)
    }

    @Test("keys are asked for by the private key's signature, the rest by the API key's")
    func fields() throws {
        var desk = try Desk()
        func names(_ question: AccountOpening.Question) -> [String] {
            var clob = ClobRequest()
            desk.opening.write(question, into: &clob)
            var names: [String] = []
            desk.opening.forEachHeader(of: clob, at: desk.now) { name, _ in
                names.append("\(name)")
            }
            return names
        }
        #expect(names(.version).isEmpty && names(.clock).isEmpty)
        #expect(
            names(.deriveKey)
                == ["POLY_ADDRESS", "POLY_SIGNATURE", "POLY_TIMESTAMP", "POLY_NONCE"]
        )
        desk.proceed(to: .closedOnly)
        #expect(
            names(.closedOnly) == [
                "POLY_ADDRESS", "POLY_API_KEY", "POLY_PASSPHRASE", "POLY_SIGNATURE",
                "POLY_TIMESTAMP",
            ]
        )
    }
}
