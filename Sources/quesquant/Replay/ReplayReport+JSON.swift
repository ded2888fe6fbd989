internal import Trading
internal import Venues

extension ReplayReport {
    /// One object. Keys are only ever added.
    var json: String {
        var object = JSONObjectText()
        object.add("format", format.map { "\($0)" })
        object.add("lines", recording.lines)
        object.add("damaged", recording.damaged)
        object.add("frames", frames)
        object.add("frames_after_end", recording.framesAfterEnd)
        object.add("frames_before_start", recording.framesBeforeStart)
        object.add("frames_repeated", recording.framesRepeated)
        object.add("markets", recording.markets)
        object.add("first_time", recording.firstTime.map(Self.stamp))
        object.add("last_time", recording.lastTime.map(Self.stamp))
        object.add("span_seconds", decimal: span.nanoseconds / 1_000)
        object.add("clock_steps_back", recording.clockStepsBack)
        object.open("hashes")
        object.add("verified", recording.hashesVerified)
        object.add("verified_by_last_terms", recording.hashesVerifiedByLastTerms)
        object.add("verified_by_search", recording.hashesVerifiedBySearch)
        object.add("mismatched", recording.hashesMismatched)
        object.add("unverifiable", recording.hashesUnverifiable)
        object.close()
        object.add("contents_refused", recording.contentsRefused)
        object.add("reference_prices", recording.referencePrices)
        object.add("settlement_prices", recording.settlementPrices)
        object.add("trades_inferred", recording.tradesInferred)
        object.add("tick_size_changes", recording.tickSizeChanges)
        object.add("winners_told", recording.resolutionsTold)
        object.add("winners_assumed", recording.resolutionsInferred)
        addTrading(to: &object)
        addMarkets(to: &object)
        if !fills.isEmpty { addFills(to: &object) }
        object.add("state_hash", engine.stateHash.description)
        object.add("seconds", decimal: wallNanoseconds / 1_000)
        return object.finished
    }

    private func addTrading(to object: inout JSONObjectText) {
        let statistics = engine.statistics
        object.open("orders")
        object.add("placed", statistics.ordersPlaced)
        object.add("accepted", statistics.ordersAccepted)
        object.add("rejected", statistics.ordersRejected)
        object.add("cancelled", statistics.ordersCancelled)
        object.add("denied", statistics.ordersDenied)
        object.add("replaced", statistics.orderUpdates)
        object.close()
        object.open("denials")
        for denial in RiskDenial.allCases where engine.gate.denials[denial] > 0 {
            object.add("\(denial.code)", engine.gate.denials[denial])
        }
        object.close()
        let causes = engine.report.causes
        object.open("controls")
        for cause in RiskCause.allCases where causes[cause] > 0 {
            object.add("\(cause)", causes[cause])
        }
        object.close()
        object.add("fills", statistics.fills)
        object.add("volume", decimal: engine.portfolio.volume.raw)
        object.add("pnl", decimal: profit.raw)
        object.add("pnl_in_doubt", decimal: profitInDoubt.raw)
        add(engine.attribution, to: &object)
        object.add("realised", decimal: engine.portfolio.realised.raw)
        object.add("fees", decimal: engine.portfolio.fees.raw)
        object.add("equity", decimal: equity.raw)
        object.add("inventory_min", decimal: statistics.inventoryMin.raw)
        object.add("inventory_max", decimal: statistics.inventoryMax.raw)
        object.add("ticks", statistics.ticks)
    }

    private func add(_ attribution: Attribution, to object: inout JSONObjectText) {
        object.add("pnl_spread_capture", decimal: attribution.capture.raw)
        object.add("pnl_inventory", decimal: attribution.inventory.raw)
        object.add("pnl_fees", decimal: -attribution.fees.raw)
    }

    private func addMarkets(to object: inout JSONObjectText) {
        object.openArray("by_market")
        for market in markets {
            object.openElement()
            object.add("slug", market.definition.slug.description)
            object.add("winner", market.settlement.map { $0.winner == .yes ? "Up" : "Down" })
            object.add("winner_is_told", market.settlement?.isTold ?? false)
            object.add("winner_is_in_doubt", market.isInDoubt)
            object.add("fills", market.attribution.fills)
            object.add("shares", decimal: market.shares.raw)
            object.add("inventory_at_end", decimal: market.inventory.raw)
            object.add("inventory_min", decimal: market.inventoryMin.raw)
            object.add("inventory_max", decimal: market.inventoryMax.raw)
            object.add("pnl", decimal: market.attribution.total.raw)
            add(market.attribution, to: &object)
            object.close()
        }
        object.closeArray()
    }

    /// In terms of YES.
    private func addFills(to object: inout JSONObjectText) {
        object.openArray("fill_list")
        for fill in fills {
            object.openElement()
            object.add("time", Self.stamp(fill.time))
            object.add("slug", fill.slug.description)
            object.add("side", fill.isBuy ? "buy" : "sell")
            object.add("price", decimal: fill.price.raw * 100)
            object.add("size", decimal: fill.fill.size.raw)
            object.add("best_bid", decimal: fill.bestBid.map { $0.raw * 100 })
            object.add("best_ask", decimal: fill.bestAsk.map { $0.raw * 100 })
            object.close()
        }
        object.closeArray()
    }
}

/// A JSON object built key by key.
struct JSONObjectText {
    private var text = "{"
    private var needsComma = false

    mutating func add(_ key: String, _ value: some BinaryInteger) { put(key, "\(value)") }

    mutating func add(_ key: String, _ value: Bool) { put(key, "\(value)") }

    /// Digits, letters and `-:.` only: nothing that would need escaping.
    mutating func add(_ key: String, _ value: String?) {
        put(key, value.map { "\"\($0)\"" } ?? "null")
    }

    mutating func add(_ key: String, decimal micros: Int64?) {
        put(key, micros.map(ReplayReport.decimal) ?? "null")
    }

    mutating func open(_ key: String) {
        put(key, "{")
        needsComma = false
    }

    mutating func close() {
        text += "}"
        needsComma = true
    }

    mutating func openArray(_ key: String) {
        put(key, "[")
        needsComma = false
    }

    /// Begins an object in an array; `close` ends it.
    mutating func openElement() {
        text += needsComma ? ",{" : "{"
        needsComma = false
    }

    mutating func closeArray() {
        text += "]"
        needsComma = true
    }

    var finished: String { text + "}" }

    private mutating func put(_ key: String, _ value: String) {
        text += (needsComma ? "," : "") + "\"\(key)\":\(value)"
        needsComma = true
    }
}
