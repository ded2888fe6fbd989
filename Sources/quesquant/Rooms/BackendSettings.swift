internal import Server
internal import Trading

/// What a backend is started with, checked.
struct BackendSettings {
    enum Market {
        case simulated
        case recorded(path: String)
        /// Binance and Polymarket.
        case live(LiveSettings)
        /// No market: ticks for testing dashboards.
        case synthetic(hertz: Double)
    }

    var market: Market
    var seed: UInt64
    var directory: DataDirectory
    var api: APIConfiguration
    var cash: Money
    /// `Engine.Configuration.exitsBeforeEnd`.
    var exitsBeforeEnd: Bool
    var tradingCPU: Int?
    var spins: Bool
}

extension BackendSettings.Market {
    /// Synthetic ticks at no rate of their own.
    var isUnpaced: Bool {
        if case .synthetic(hertz: 0) = self { true } else { false }
    }

    var execution: ExecutionSettings? {
        if case .live(let settings) = self { settings.execution } else { nil }
    }

    /// Orders go to a real venue.
    var tradesWithMoney: Bool { execution != nil }

    var isSynthetic: Bool {
        if case .synthetic = self { true } else { false }
    }
}
