internal import Server
internal import Trading

/// The engine's counts on `GET /metrics`, as the trading thread told them last. Lives on the API
/// loop.
final class EngineMetrics {
    var latest: EngineReport?

    func register(with server: APIServer) {
        let counters: [(name: String, help: String, read: (EngineStatistics) -> Int64)] = [
            ("events", "Events handled by the engine.", { $0.events }),
            ("orders_placed", "Orders sent to the venue.", { $0.ordersPlaced }),
            ("orders_accepted", "Orders that the venue took.", { $0.ordersAccepted }),
            ("orders_rejected", "Orders that the venue refused.", { $0.ordersRejected }),
            ("orders_cancelled", "Orders cancelled.", { $0.ordersCancelled }),
            ("order_updates", "Quotes replaced.", { $0.orderUpdates }),
            ("fills", "Fills booked.", { $0.fills }),
            ("fills_duplicate", "Fills told twice, and booked once.", { $0.fillsDuplicate }),
            ("events_unmatched", "Events about nothing we know.", { $0.eventsUnmatched }),
        ]
        for counter in counters {
            server.register(
                APIMetric(
                    name: "quesquant_engine_\(counter.name)_total",
                    help: counter.help,
                    kind: .counter,
                    read: { [unowned self] in
                        Double(self.latest.map { counter.read($0.statistics) } ?? 0)
                    }
                )
            )
        }
        registerControls(with: server)
        registerMoney(with: server)
    }

    private func registerControls(with server: APIServer) {
        server.register(
            APIMetric(
                name: "quesquant_engine_orders_denied_total",
                help: "Orders that our own gate refused, by control.",
                kind: .counter,
                label: "code",
                read: { [unowned self] in
                    RiskDenial.allCases.map { denial in
                        ("\(denial.code)", Double(self.latest?.denials[denial] ?? 0))
                    }
                }
            )
        )
        server.register(
            APIMetric(
                name: "quesquant_engine_risk_triggers_total",
                help: "How often a runtime control took the session or a market down.",
                kind: .counter,
                label: "cause",
                // By cause, not by code: two causes may share one.
                read: { [unowned self] in
                    RiskCause.allCases.map { ("\($0)", Double(self.latest?.causes[$0] ?? 0)) }
                }
            )
        )
    }

    private func registerMoney(with server: APIServer) {
        let gauges: [(name: String, help: String, read: (EngineReport) -> Money)] = [
            ("equity_dollars", "Cash and positions at their marks.", { $0.equity }),
            ("profit_dollars", "Equity less the cash at the start.", { $0.profit }),
        ]
        for gauge in gauges {
            server.register(
                APIMetric(
                    name: "quesquant_engine_\(gauge.name)",
                    help: gauge.help,
                    kind: .gauge,
                    read: { [unowned self] in self.latest.map { gauge.read($0).dollars } ?? 0 }
                )
            )
        }
    }
}
