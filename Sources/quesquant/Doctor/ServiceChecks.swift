internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Binance and the geoblock page: reached, how quickly, and what they say.
final class ServiceChecks {
    /// Questions for the time: the first one connects, the others are measured.
    static let timeQuestions = 5
    /// Between two of them: at odd times of a clock that tells whole seconds.
    static let timeIntervalMilliseconds = 230
    /// An answer on a connection that is there, beyond which quotes are late.
    static let roundTripMax = Duration.milliseconds(250)

    private let board: DoctorBoard
    private let plan: DoctorPlan
    private let binance: Asker
    private let geoblock: Asker
    private var timer: LoopTimer?
    private(set) var binanceClock = ClockOffset()
    private var cold = Duration.zero
    private var warm: [Duration] = []

    init(_ plan: DoctorPlan, through connector: Connector, for board: DoctorBoard) {
        self.plan = plan
        self.board = board
        binance = Asker(plan.services.binance, through: connector)
        geoblock = Asker(plan.services.geoblock, through: connector)
        timer = LoopTimer(on: connector.loop) { [unowned self] in self.askTime() }
    }

    func start() {
        board.expect(.services, "binance_rest", "geoblock")
        board.expect(.clock, "binance")
        board.expect(.venue, "reference_symbol", "geoblock")
        askTime()
        geoblock.ask(nil) { reply, body in self.takeGeoblock(reply, body) }
    }

    func close() {
        timer?.close()
        binance.close()
        geoblock.close()
    }

    // MARK: - Binance

    private func askTime() {
        binance.ask("/api/v3/time") { reply, body in
            guard reply.trouble(body) == nil, let time = try? BinanceREST.time(body) else {
                return self.binanceFailed(reply.trouble(body) ?? "no time in the answer", reply)
            }
            if self.cold == .zero {
                self.cold = reply.duration
            } else {
                self.warm.append(reply.duration)
                self.binanceClock.take(
                    sent: reply.sent,
                    received: reply.received,
                    told: time,
                    resolution: .milliseconds(1)
                )
            }
            guard self.warm.count + 1 < Self.timeQuestions else { return self.binanceAnswered() }
            self.timer?.start(afterMilliseconds: Self.timeIntervalMilliseconds)
        }
    }

    private func binanceFailed(_ trouble: String, _ reply: Asker.Reply) {
        let isRefused = reply.status == 451 || reply.status == 403
        board.report(
            .services,
            "binance_rest",
            // The streams do without it: it warms up the volatility and bridges their outages.
            .warn,
            binance.sentence(trouble),
            isRefused ? "Binance does not serve this place" : Self.networkAdvice
        )
        board.skip(.clock, "binance", because: "Binance does not answer")
        board.skip(.venue, "reference_symbol", because: "Binance does not answer")
    }

    static let networkAdvice = "check the network, the name server and any firewall"

    private func binanceAnswered() {
        Self.reportReached(board, "binance_rest", binance.name, cold: cold, warm: warm)
        Self.reportClock(board, "binance", binanceClock)
        let symbol = plan.series.asset.binanceSymbol.uppercased()
        binance.ask("/api/v3/exchangeInfo?symbol=\(symbol)") { reply, body in
            let trouble = reply.trouble(body)
            let isTrading = InlineText(symbol).flatMap { symbol -> Bool? in
                (try? BinanceREST.isTrading(symbol, body)) ?? nil
            }
            guard trouble == nil, let isTrading else {
                return self.board.report(
                    .venue,
                    "reference_symbol",
                    .warn,
                    "whether \(symbol) trades is not told: \(trouble ?? "it is not listed")"
                )
            }
            self.board.report(
                .venue,
                "reference_symbol",
                isTrading ? .pass : .fail,
                isTrading ? "\(symbol) trades on Binance" : "\(symbol) does not trade on Binance",
                isTrading ? nil : "its price is worth nothing until it does"
            )
        }
    }

    // MARK: - Geoblock

    private func takeGeoblock(_ reply: Asker.Reply, _ body: Span<UInt8>) {
        if let trouble = reply.trouble(body) {
            board.report(
                .services,
                "geoblock",
                .fail,
                geoblock.sentence(trouble),
                Self.networkAdvice
            )
            return board.skip(.venue, "geoblock", because: "the page does not answer")
        }
        Self.reportReached(board, "geoblock", geoblock.name, cold: reply.duration, warm: [])
        do {
            let answer = try Geoblock.decode(body)
            let place = [answer.country, answer.region].filter { !$0.isEmpty }
                .joined(separator: "-")
            board.report(
                .venue,
                "geoblock",
                answer.isBlocked ? .fail : .pass,
                answer.isBlocked
                    ? "Polymarket does not serve this place (\(place))"
                    : "not blocked (\(place))",
                answer.isBlocked ? "trade from where it is allowed, or on paper" : nil
            )
        } catch {
            board.report(.venue, "geoblock", .fail, "the answer is not understood (\(error))")
        }
    }
}

@available(*, unavailable)
extension ServiceChecks: Sendable {}

extension ServiceChecks {
    /// A service has answered.
    static func reportReached(
        _ board: DoctorBoard,
        _ name: String,
        _ host: String,
        cold: Duration,
        warm: [Duration]
    ) {
        var text = "\(host): connected and answered in \(FigureText.milliseconds(cold))"
        var figures = [FigureText.figure("first_answer", cold)]
        guard let best = warm.min(), let worst = warm.max() else {
            return board.report(.services, name, .pass, text, figures: figures)
        }
        text += ", then in \(FigureText.milliseconds(best)) to \(FigureText.milliseconds(worst))"
        figures.append(FigureText.figure("answer_min", best))
        figures.append(FigureText.figure("answer_max", worst))
        let isSlow = best > roundTripMax
        board.report(
            .services,
            name,
            isSlow ? .warn : .pass,
            text,
            isSlow ? "run nearer to the venue: quotes are late by that much" : nil,
            figures: figures
        )
    }

    /// How far our clock is from a venue's.
    static func reportClock(_ board: DoctorBoard, _ name: String, _ clock: ClockOffset) {
        guard let estimate = clock.estimate, let uncertainty = clock.uncertainty,
            let certain = clock.certainDistance
        else {
            return board.report(.clock, name, .fail, "the venue's time is not known")
        }
        let ahead = estimate < .zero ? "ahead of" : "behind"
        let distance = Duration(nanoseconds: Int64(estimate.nanoseconds.magnitude))
        let text =
            "our clock is \(FigureText.milliseconds(distance)) \(ahead) the venue's "
            + "(within \(FigureText.milliseconds(uncertainty)))"
        let verdict: Finding.Verdict =
            certain > ClockOffset.haltDistance
            ? .fail : certain > ClockOffset.warningDistance ? .warn : .pass
        board.report(
            .clock,
            name,
            verdict,
            text,
            verdict == .pass ? nil : "synchronize the clock: chronyc makestep",
            figures: [
                FigureText.figure("offset", estimate),
                FigureText.figure("uncertainty", uncertainty),
            ]
        )
    }
}
