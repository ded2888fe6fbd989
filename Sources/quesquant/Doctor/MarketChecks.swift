internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// The market that would be traded now: its record, and whether we trade such markets.
final class MarketChecks {
    private let board: DoctorBoard
    private let series: WindowSeries
    private let gamma: Asker
    private var decoder = GammaDecoder()
    /// Called with the market once its record is understood.
    var onMarket: (MarketDefinition) -> Void = { _ in }

    init(_ plan: DoctorPlan, through connector: Connector, for board: DoctorBoard) {
        self.board = board
        series = plan.series
        gamma = Asker(plan.live.gamma, through: connector)
    }

    func start() {
        board.expect(.services, "gamma")
        board.expect(.venue, "market")
        board.expect(.feeds, "market")
        let slug = series.slug(start: series.start(at: Asker.now))
        gamma.ask("/markets/slug/\(slug)") { reply, body in self.take(slug, reply, body) }
    }

    func close() { gamma.close() }

    private func take(_ slug: String, _ reply: Asker.Reply, _ body: Span<UInt8>) {
        if case .success(let head) = reply.result, head.status == .notFound {
            ServiceChecks.reportReached(board, "gamma", gamma.name, cold: reply.duration, warm: [])
            return refuse(.fail, "\(slug) is not listed", "is there such a series? see --series")
        }
        if let trouble = reply.trouble(body) {
            board.report(
                .services,
                "gamma",
                .fail,
                gamma.sentence(trouble),
                ServiceChecks.networkAdvice
            )
            board.skip(.venue, "market", because: "\(gamma.name) does not answer")
            return board.skip(.feeds, "market", because: "no market is known")
        }
        ServiceChecks.reportReached(board, "gamma", gamma.name, cold: reply.duration, warm: [])
        do {
            try decoder.decode(body)
        } catch {
            return refuse(.fail, "the record of \(slug) cannot be read (\(error))", nil)
        }
        guard let market = decoder.markets.first else {
            return refuse(.fail, "\(slug) is not listed", "is there such a series? see --series")
        }
        judge(market)
    }

    private func judge(_ market: GammaMarket) {
        let definition: MarketDefinition
        do {
            definition = try market.definition(id: MarketID(index: 0), at: Asker.now)
        } catch {
            return refuse(
                .fail,
                "\(market.slug): not a market that is traded here (\(error))",
                error == .version ? "its protocol is another one: look for a newer quesquant" : nil
            )
        }
        let version = market.version.map { "\($0)" } ?? "v1"
        let text =
            "\(market.slug): generation \(version), tick "
            + FigureText.decimal(definition.tickSize.rawValue * 100, decimals: 4)
            + ", at least \(FigureText.decimal(definition.orderSizeMin.raw, decimals: 2)) shares, "
            + "settles by \(definition.settlement)"
        if definition.settlement == .unsupported {
            board.report(.venue, "market", .fail, text, "such markets are watched, not quoted")
        } else if !market.acceptsOrders {
            board.report(.venue, "market", .warn, "\(text); no orders are taken just now")
        } else {
            board.report(.venue, "market", .pass, text)
        }
        onMarket(definition)
    }

    private func refuse(_ verdict: Finding.Verdict, _ text: String, _ advice: String?) {
        board.report(.venue, "market", verdict, text, advice)
        board.skip(.feeds, "market", because: "no market is known")
    }
}

@available(*, unavailable)
extension MarketChecks: Sendable {}
