internal import Server
internal import Trading
internal import Venues

/// The counts of live execution at one instant: a plain value that crosses to the API loop.
struct ExecutionReport: Sendable {
    var gateway = OrderGateway.Statistics()
    var ordersOpen = 0
    /// Of those, the ones whose fate is not known.
    var ordersUnknown = 0
    /// Why no order leaves; `nil` when one may.
    var hold: GatewayHold?
    var signedAheadUsed: Int64 = 0
    var signedAheadMissed: Int64 = 0
    /// Signs of life that were due while the trading loop stood still.
    var heartbeatsWithheld: Int64 = 0
    var alarms: Int64 = 0
    /// By the lane's name.
    var lanes: [(name: String, times: AnswerTimes.Summary)] = []
}

/// Live execution on `GET /metrics`, as the trading thread told it last. Lives on the API loop.
final class ExecutionMetrics {
    var latest = ExecutionReport()

    func register(with server: APIServer) {
        registerCounts(with: server)
        registerLanes(with: server)
        server.register(
            APIMetric(
                name: "quesquant_gateway_hold",
                help: "1 for the reason for which no order leaves at the moment.",
                kind: .gauge,
                label: "hold",
                read: { [unowned self] in
                    GatewayHold.allCases.map { ("\($0)", self.latest.hold == $0 ? 1 : 0) }
                }
            )
        )
    }

    private func registerCounts(with server: APIServer) {
        typealias Count = (ExecutionReport) -> Int64
        let counters: [(name: String, help: String, read: Count)] = [
            ("orders_submitted", "Orders that the engine wanted sent.", { $0.gateway.submitted }),
            ("orders_accepted", "Orders that the venue took.", { $0.gateway.accepted }),
            ("orders_refused", "Orders refused, by the venue or here.", { $0.gateway.refused }),
            ("orders_unknown", "Orders without an answer that tells.", { $0.gateway.unknown }),
            ("orders_late", "Orders cancelled for want of an answer.", { $0.gateway.late }),
            ("probes", "Questions about one order.", { $0.gateway.probes }),
            ("sweeps", "Times that every order was cancelled.", { $0.gateway.sweeps }),
            ("fills_reversed", "Fills whose trade failed.", { $0.gateway.fillsReversed }),
            ("signed_ahead", "Orders that were signed ahead.", { $0.signedAheadUsed }),
            ("signed_in_place", "Orders that had to be signed.", { $0.signedAheadMissed }),
            (
                "heartbeats_withheld", "Signs of life not sent for a stuck loop.",
                { $0.heartbeatsWithheld }
            ),
            ("alarms", "Things that a person has to know of.", { $0.alarms }),
        ]
        for counter in counters {
            server.register(
                APIMetric(
                    name: "quesquant_gateway_\(counter.name)_total",
                    help: counter.help,
                    kind: .counter,
                    read: { [unowned self] in Double(counter.read(self.latest)) }
                )
            )
        }
        let gauges: [(name: String, help: String, read: (ExecutionReport) -> Int)] = [
            ("orders_open", "Orders that have not ended.", { $0.ordersOpen }),
            ("orders_in_doubt", "Orders whose fate is not known.", { $0.ordersUnknown }),
        ]
        for gauge in gauges {
            server.register(
                APIMetric(
                    name: "quesquant_gateway_\(gauge.name)",
                    help: gauge.help,
                    kind: .gauge,
                    read: { [unowned self] in Double(gauge.read(self.latest)) }
                )
            )
        }
    }

    private func registerLanes(with server: APIServer) {
        typealias Read = (AnswerTimes.Summary) -> Double
        let metrics: [(name: String, help: String, kind: APIMetric.Kind, read: Read)] = [
            ("answers_total", "Requests answered.", .counter, { Double($0.answers) }),
            ("failures_total", "Requests without an answer.", .counter, { Double($0.failures) }),
            (
                "answer_p50_seconds", "Median time to an answer, of the last 512.", .gauge,
                { Double($0.median) / 1_000_000_000 }
            ),
            (
                "answer_p99_seconds", "The 99th percentile of it.", .gauge,
                { Double($0.percentile99) / 1_000_000_000 }
            ),
        ]
        for metric in metrics {
            server.register(
                APIMetric(
                    name: "quesquant_lane_\(metric.name)",
                    help: metric.help,
                    kind: metric.kind,
                    label: "lane",
                    read: { [unowned self] in
                        self.latest.lanes.map { ($0.name, metric.read($0.times)) }
                    }
                )
            )
        }
    }
}
