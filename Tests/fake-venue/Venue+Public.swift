internal import Foundation
internal import Trading

/// What anybody may ask: the list of markets (polymarket 13), the books (4), the clock.
extension Venue {
    /// `nil` for what is no public path.
    func publicAnswer(_ request: VenueRequest) -> Answer? {
        guard request.method == "GET" || request.path == "/books" else { return nil }
        let words = request.words
        switch words.first {
        case "ok": return Answer(plain: "OK")
        case "time": return Answer(json: .number(seconds))
        case "version": return Answer(json: ["version": .number("2")])
        case "markets" where words.count == 3 && words[1] == "slug":
            return record(slug: words[2]).map { Answer(json: $0) } ?? Answer(status: 404, json: [:])
        case "markets" where words.count == 1: return Answer(json: .list(listed(request)))
        case "events" where words.count == 1:
            let events = listed(request).map { market -> JSONValue in
                ["slug": .text(request.query["slug"] ?? ""), "markets": .list([market])]
            }
            return Answer(json: .list(events))
        case "markets" where words.count == 2: return longRecord(words[1])
        case "clob-markets" where words.count == 2: return terms(words[1])
        case "markets-by-token" where words.count == 2: return tokens(of: words[1])
        case "books": return books(request)
        default: return words.count == 1 ? aboutToken(request) : nil
        }
    }

    // MARK: - Gamma

    private func record(slug: String) -> JSONValue? {
        note("asked \(slug)")
        guard let market = FakeMarket(slug: slug, now: seconds) else { return nil }
        return market.record(
            asked: slug,
            tickSize: desk.book(market).tickSize,
            winner: desk.winner(market, at: seconds)
        )
    }

    /// A market that is over is only listed to who asks for closed ones.
    private func listed(_ request: VenueRequest) -> [JSONValue] {
        guard let slug = request.query["slug"], let record = record(slug: slug),
            let market = FakeMarket(slug: slug, now: seconds)
        else { return [] }
        let isOver = desk.winner(market, at: seconds) != nil
        return isOver && request.query["closed"] != "true" ? [] : [record]
    }

    // MARK: - The exchange

    private func longRecord(_ condition: String) -> Answer {
        guard let market = FakeMarket(condition: condition) else {
            return Answer(status: 404, error: "market not found")
        }
        return Answer(
            json: market.longRecord(
                tickSize: desk.book(market).tickSize,
                winner: desk.winner(market, at: seconds)
            )
        )
    }

    private func terms(_ condition: String) -> Answer {
        guard let market = FakeMarket(condition: condition) else {
            return Answer(status: 404, error: "market not found")
        }
        return Answer(
            json: market.terms(
                tickSize: desk.book(market).tickSize,
                acceptsOrders: desk.hasBook(market, at: seconds)
            )
        )
    }

    private func tokens(of token: String) -> Answer {
        guard let (market, _) = FakeMarket.find(token: token) else { return .notFound }
        return Answer(
            json: [
                "condition_id": .text(market.condition),
                "primary_token_id": .text(market.token(.yes)),
                "secondary_token_id": .text(market.token(.no)),
            ]
        )
    }

    private static let noBook = Answer(status: 404, error: OrderRefusal.noOrderBook.text)

    private func book(_ token: String) -> JSONValue? {
        guard let (market, outcome) = FakeMarket.find(token: token),
            desk.hasBook(market, at: seconds)
        else { return nil }
        return MarketText.book(market, outcome, desk.book(market), milliseconds: milliseconds)
    }

    private func books(_ request: VenueRequest) -> Answer {
        guard request.method == "POST", let asked = request.json as? [[String: Any]] else {
            return Answer(status: 400, error: "Invalid payload")
        }
        return Answer(json: .list(asked.compactMap { book($0["token_id"] as? String ?? "") }))
    }

    private func aboutToken(_ request: VenueRequest) -> Answer? {
        let paths = ["/book", "/midpoint", "/price", "/tick-size", "/neg-risk", "/fee-rate"]
        guard paths.contains(request.path) else { return nil }
        let token = request.query["token_id"] ?? ""
        guard let (market, outcome) = FakeMarket.find(token: token), let book = book(token) else {
            return Self.noBook
        }
        let ladder = desk.book(market)
        let own = outcome == .yes
        let bid = own ? ladder.best(.buy) : ladder.best(.sell)?.complement
        let ask = own ? ladder.best(.sell) : ladder.best(.buy)?.complement
        switch request.path {
        case "/book": return Answer(json: book)
        case "/midpoint":
            let middle = ((bid?.raw ?? 0) + (ask?.raw ?? 10_000)) / 2
            return Answer(json: ["mid": .text(Price(raw: middle).text)])
        case "/price":
            let price = request.query["side"] == "SELL" ? ask : bid
            return Answer(json: ["price": .text(price?.text ?? "0")])
        case "/tick-size":
            return Answer(json: ["minimum_tick_size": .number(ladder.tickSize.text)])
        case "/neg-risk": return Answer(json: ["neg_risk": false])
        default: return Answer(json: ["base_fee": .number("1000")])
        }
    }
}
