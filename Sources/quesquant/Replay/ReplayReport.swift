internal import Trading
internal import Venues
internal import Wire

/// What a replay found, for people and for programs. Money in dollars, sizes in shares.
struct ReplayReport {
    let recording: RecordingStatistics
    let engine: Engine
    let wallNanoseconds: Int64

    /// More than one line in a hundred.
    var isTooDamaged: Bool { recording.damaged * 100 > recording.lines }

    /// Frames that were sound, whether or not their market was still open.
    private var frames: Int { recording.frames + recording.framesAfterEnd }

    private var span: Duration {
        guard let first = recording.firstTime, let last = recording.lastTime else { return .zero }
        return last - first
    }

    private var equity: Money { engine.totalEquity }
    private var profit: Money { equity - engine.portfolio.startingCash }

    var text: String {
        let statistics = engine.statistics
        let hashes =
            "\(recording.hashesVerified) verified as they stand, "
            + "\(recording.hashesVerifiedByLastTerms + recording.hashesVerifiedBySearch) "
            + "by their market's terms, \(recording.hashesMismatched) wrong, "
            + "\(recording.hashesUnverifiable) without"
        let rows: [(String, String)] = [
            ("frames", "\(frames) (\(recording.damaged) of \(recording.lines) lines damaged)"),
            ("markets", "\(recording.markets)"),
            ("span", "\(Self.seconds(span)) s"),
            ("book hashes", hashes),
            ("trades inferred", "\(recording.tradesInferred)"),
            (
                "orders",
                "\(statistics.ordersPlaced) placed, \(statistics.ordersRejected) rejected, "
                    + "\(statistics.ordersDenied) denied, \(statistics.orderUpdates) replacements"
            ),
            ("fills", "\(statistics.fills)"),
            ("volume", "$\(Self.decimal(engine.portfolio.volume.raw))"),
            ("profit", "$\(Self.decimal(profit.raw))"),
            ("  spread capture", "$\(Self.decimal(engine.attribution.capture.raw))"),
            ("  inventory", "$\(Self.decimal(engine.attribution.inventory.raw))"),
            ("fees", "$\(Self.decimal(engine.portfolio.fees.raw))"),
            (
                "inventory",
                "\(Self.decimal(statistics.inventoryMin.raw)) to "
                    + "\(Self.decimal(statistics.inventoryMax.raw)) shares"
            ),
            ("state hash", engine.stateHash.description),
            ("took", "\(Self.seconds(Duration(nanoseconds: wallNanoseconds))) s"),
        ]
        return rows.map { label, value in
            label + String(repeating: " ", count: 17 - label.utf8.count) + value
        }.joined(separator: "\n")
    }

    var json: String {
        var object = JSONObjectText()
        object.add("lines", recording.lines)
        object.add("damaged", recording.damaged)
        object.add("frames", frames)
        object.add("frames_after_end", recording.framesAfterEnd)
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
        object.add("trades_inferred", recording.tradesInferred)
        object.add("tick_size_changes", recording.tickSizeChanges)
        addTrading(to: &object)
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
        object.add("fills", statistics.fills)
        object.add("volume", decimal: engine.portfolio.volume.raw)
        object.add("pnl", decimal: profit.raw)
        let attribution = engine.attribution
        object.add("pnl_spread_capture", decimal: attribution.capture.raw)
        object.add("pnl_inventory", decimal: attribution.inventory.raw)
        object.add("pnl_fees", decimal: -attribution.fees.raw)
        object.add("realised", decimal: engine.portfolio.realised.raw)
        object.add("fees", decimal: engine.portfolio.fees.raw)
        object.add("equity", decimal: equity.raw)
        object.add("inventory_min", decimal: statistics.inventoryMin.raw)
        object.add("inventory_max", decimal: statistics.inventoryMax.raw)
        object.add("ticks", statistics.ticks)
    }

    /// Millionths as a decimal.
    static func decimal(_ micros: Int64) -> String {
        var buffer = ByteBuffer(capacity: 32)
        buffer.append(upTo: DecimalText.byteCountMax) {
            DecimalText.append(micros, decimals: 6, minimumDecimals: 1, to: &$0)
        }
        return buffer.text
    }

    private static func seconds(_ duration: Duration) -> String {
        decimal(duration.nanoseconds / 1_000)
    }

    private static func stamp(_ time: Timestamp) -> String {
        var buffer = ByteBuffer(capacity: 32)
        buffer.append(upTo: DateText.timestampByteCount) {
            DateText.appendTimestamp(nanoseconds: time.nanoseconds, to: &$0)
        }
        return buffer.text + "Z"
    }
}

/// A JSON object built key by key.
struct JSONObjectText {
    private var text = "{"
    private var needsComma = false

    mutating func add(_ key: String, _ value: some BinaryInteger) { put(key, "\(value)") }

    /// Digits, letters and `-:.` only: nothing that would need escaping.
    mutating func add(_ key: String, _ value: String?) {
        put(key, value.map { "\"\($0)\"" } ?? "null")
    }

    mutating func add(_ key: String, decimal micros: Int64) {
        put(key, ReplayReport.decimal(micros))
    }

    mutating func open(_ key: String) {
        put(key, "{")
        needsComma = false
    }

    mutating func close() {
        text += "}"
        needsComma = true
    }

    var finished: String { text + "}" }

    private mutating func put(_ key: String, _ value: String) {
        text += (needsComma ? "," : "") + "\"\(key)\":\(value)"
        needsComma = true
    }
}

extension ByteBuffer {
    fileprivate var text: String {
        let bytes = span
        return String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
    }
}
