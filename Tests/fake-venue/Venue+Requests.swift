internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Requests: the faults first, then whoever is asked.
extension Venue {
    /// Where orders are placed.
    private static let placingPaths: Set<String> = ["/order", "/orders"]

    func reply(to request: VenueRequest) -> Reply {
        if request.words.first == "control" { return .answer(control(request)) }
        counts.requests += 1
        if faults.halfOpen.strikes(request.path) {
            note("\(request.method) \(request.path) swallowed")
            return .silence
        }
        let answer = faulted(request) ?? route(request)
        note("\(request.method) \(request.path) \(answer.status.code)")
        flush()
        if faults.lostAnswers.strikes(request.path) {
            note("\(request.method) \(request.path) answer lost")
            return .hangUp
        }
        let isLate = faults.lateAnswers.strikes(request.path)
        return .answer(answer, afterMilliseconds: isLate ? faults.lateMilliseconds : 0)
    }

    private func faulted(_ request: VenueRequest) -> Answer? {
        if faults.statusStrike.strikes(request.path) { return Faults.answer(faults.status) }
        if faults.isRestarting(at: now), isPrivate(request) {
            return Faults.answer(Faults.Status(code: 425))
        }
        guard request.method == "POST", Self.placingPaths.contains(request.path) else {
            return nil
        }
        switch faults.mode(at: now) {
        case .normal: return nil
        case .cancelOnly: return Faults.cancelOnly
        case .postOnly:
            let bodies =
                request.path == "/order"
                ? [OrderBody.read(request.body)] : OrderBody.readBatch(request.body) ?? []
            let isPostOnly = bodies.allSatisfy { $0?.postOnly == true }
            return isPostOnly ? nil : Faults.postOnly(seconds: faults.modeSeconds(at: now))
        }
    }

    /// Whether the exchange's engine is asked.
    private func isPrivate(_ request: VenueRequest) -> Bool {
        let first = request.words.first ?? ""
        return [
            "order", "orders", "cancel-all", "cancel-market-orders", "data", "v1", "heartbeats",
        ]
        .contains(first)
    }

    private func route(_ request: VenueRequest) -> Answer {
        let words = request.words
        switch (request.method, words.first) {
        case ("POST", "rpc"), ("POST", nil): return chain.answer(request)
        case ("POST", "auth") where words == ["auth", "api-key"]: return prove(request)
        case ("GET", "auth") where words == ["auth", "derive-api-key"]: return prove(request)
        case ("GET", "api") where words.count > 1 && words[1] == "v3":
            return BinanceText.answer(
                request,
                reference,
                milliseconds: WallClock.now() / 1_000_000
            )
        case ("GET", "api") where words == ["api", "geoblock"]:
            return Answer(
                json: [
                    "blocked": .truth(faults.isGeoblocked), "ip": "127.0.0.1", "country": "XX",
                    "region": "",
                ]
            )
        default: return publicAnswer(request) ?? privateAnswer(request)
        }
    }

    private var chain: Chain {
        Chain(
            holdings: desk.chain,
            allowance: desk.allowance,
            owner: account.owner,
            wallet: account.wallet,
            blockNumber: seconds / 2
        )
    }

    /// What the private key asks for: an API key (polymarket 3.1).
    private func prove(_ request: VenueRequest) -> Answer {
        do throws(AuthenticationFailure) {
            let (address, nonce) = try Authentication.checkKey(request.fields, at: seconds)
            guard account.admit(address) else { throw .otherAddress }
            if request.method == "POST" {
                guard let made = account.createKey(nonce: nonce) else {
                    return Answer(status: 400, error: "Could not create api key")
                }
                return Answer(json: made.json)
            }
            guard let known = account.deriveKey(nonce: nonce) else {
                return Answer(status: 400, error: "Could not derive api key!")
            }
            return Answer(json: known.json)
        } catch {
            return unauthorized(error, "Invalid L1 Request headers")
        }
    }

    private func unauthorized(_ failure: AuthenticationFailure, _ text: String) -> Answer {
        counts.unauthorized[failure.rawValue, default: 0] += 1
        note("unauthorized \(failure.rawValue)")
        return Answer(status: 401, error: text)
    }

    private func privateAnswer(_ request: VenueRequest) -> Answer {
        guard isKnown(request) else { return .notFound }
        do throws(AuthenticationFailure) {
            let credentials = try Authentication.check(
                request.fields,
                request,
                of: account,
                at: seconds
            )
            return clobAnswer(request, credentials)
        } catch {
            return unauthorized(error, "Unauthorized/Invalid api key")
        }
    }

    private func isKnown(_ request: VenueRequest) -> Bool {
        isPrivate(request) || request.words.first == "auth"
            || request.words.first == "balance-allowance"
    }
}
