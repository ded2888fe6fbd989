internal import Trading
internal import Venues

extension ReplayReport {
    var text: String {
        var sections = [totals.joined(separator: "\n"), marketTable]
        if !fills.isEmpty { sections.append(fillTable) }
        sections.append(notes.map { Self.folded($0) }.joined(separator: "\n"))
        return sections.joined(separator: "\n\n")
    }

    // MARK: - Totals

    private var totals: [String] {
        var rows = [
            ("frames", "\(frames) (\(recording.damaged) of \(recording.lines) lines damaged)"),
            ("markets", "\(recording.markets)"),
            ("span", "\(Self.seconds(span)) s"),
        ]
        switch format {
        case .snapshots:
            rows.append(
                (
                    "snapshots",
                    "\(recording.frames) used, \(recording.framesRepeated) told twice, "
                        + "\(recording.framesBeforeStart + recording.framesAfterEnd) outside their "
                        + "window"
                )
            )
        case .feeds:
            rows.append(
                (
                    "prices",
                    "\(recording.referencePrices) of the reference, "
                        + "\(recording.settlementPrices) of the feed that settles"
                )
            )
            rows.append(("refused", "\(recording.contentsRefused) messages refused or doubted"))
        case .frames, nil:
            rows.append(
                (
                    "book hashes",
                    "\(recording.hashesVerified) verified as they stand, "
                        + "\(recording.hashesVerifiedByLastTerms + recording.hashesVerifiedBySearch) "
                        + "by their market's terms, \(recording.hashesMismatched) wrong, "
                        + "\(recording.hashesUnverifiable) without"
                )
            )
            rows.append(("trades inferred", "\(recording.tradesInferred)"))
        }
        let statistics = engine.statistics
        let attribution = engine.attribution
        rows += [
            (
                "orders",
                "\(statistics.ordersPlaced) placed, \(statistics.ordersRejected) rejected, "
                    + "\(statistics.ordersDenied) denied, \(statistics.orderUpdates) replacements"
            ),
            ("controls", controls),
            ("fills", "\(statistics.fills)"),
            ("volume", "$\(Self.decimal(engine.portfolio.volume.raw))"),
            ("profit", "$\(Self.decimal(profit.raw))"),
            ("  spread capture", "$\(Self.decimal(attribution.capture.raw))"),
            ("  inventory", "$\(Self.decimal(attribution.inventory.raw))"),
            ("  fees", "$\(Self.decimal(-attribution.fees.raw))"),
            (
                "inventory",
                "\(Self.decimal(statistics.inventoryMin.raw)) to "
                    + "\(Self.decimal(statistics.inventoryMax.raw)) shares"
            ),
            ("state hash", engine.stateHash.description),
            ("took", "\(Self.seconds(Duration(nanoseconds: wallNanoseconds))) s"),
        ]
        return rows.map { label, value in Self.padded(label, 17) + value }
    }

    /// The runtime controls that took the session or a market down, and the gate's denials.
    private var controls: String {
        let report = engine.report
        let causes = RiskCause.allCases.filter { report.causes[$0] > 0 }
        let denials = RiskDenial.allCases.filter { report.denials[$0] > 0 }
        let parts =
            causes.map { "\($0.code) \(report.causes[$0])" }
            + denials.map { "\($0.code) \(report.denials[$0]) denied" }
        return parts.isEmpty ? "none acted" : parts.joined(separator: ", ")
    }

    // MARK: - Tables

    private var marketTable: String {
        var table = TextTable([
            "market", "ended", "fills", "shares", "held at end", "spread", "inventory", "fees",
            "profit",
        ])
        for market in markets {
            let attribution = market.attribution
            table.add([
                market.definition.slug.description, market.ending, "\(attribution.fills)",
                Self.hundredths(market.shares.raw), Self.hundredths(market.inventory.raw),
                Self.hundredths(attribution.capture.raw),
                Self.hundredths(attribution.inventory.raw),
                Self.hundredths(-attribution.fees.raw), Self.hundredths(attribution.total.raw),
            ])
        }
        let total = engine.attribution
        table.add([
            "total", "", "\(total.fills)",
            Self.hundredths(markets.reduce(0) { $0 + $1.shares.raw }), "",
            Self.hundredths(total.capture.raw), Self.hundredths(total.inventory.raw),
            Self.hundredths(-total.fees.raw), Self.hundredths(total.total.raw),
        ])
        return table.text
    }

    /// In terms of YES.
    private var fillTable: String {
        var table = TextTable(["time", "market", "side", "price", "size", "bid", "ask"])
        for fill in fills {
            table.add([
                Self.stamp(fill.time), fill.slug.description, fill.isBuy ? "buy" : "sell",
                Self.decimal(fill.price.raw * 100), Self.decimal(fill.fill.size.raw),
                fill.bestBid.map { Self.decimal($0.raw * 100) } ?? "-",
                fill.bestAsk.map { Self.decimal($0.raw * 100) } ?? "-",
            ])
        }
        return table.text
    }

    // MARK: - What the recording cannot tell

    private var notes: [String] {
        var notes: [String] = []
        switch format {
        case .snapshots:
            notes.append(
                "Fills: the recording proves no trades. An order of ours is filled only when a "
                    + "snapshot shows the other side of the book at or through its price, with "
                    + "more than the queue that stood before us. What traded at our price between "
                    + "two snapshots and left no trace is not granted, so the fills counted are "
                    + "those in which the market moved against us: the result errs low. Each is "
                    + "measured against the middle of the snapshot that shows it, which is why "
                    + "`spread` is negative here."
            )
            notes.append(
                "Books: up to 20 levels a side were recorded, and liquidity is measured on these."
            )
        case .frames:
            notes.append(
                "Fills: trades are known by price only, from the books' hashes. A trade at our "
                    + "price fills nobody; a trade through our price fills us whole; so does the "
                    + "other side of a book at or through our price, with more than the queue "
                    + "that stood before us. Trades in a row at one price do not show. The fills "
                    + "counted are those in which the market moved against us: the result errs low."
            )
        case .feeds:
            notes.append(
                "Fills: what traded is known with its size; the queue before us is estimated. A "
                    + "market whose outcome the recording does not hold stays open, and its "
                    + "position counts at its last price."
            )
        case nil: break
        }
        if format != nil && format != .feeds {
            notes.append(
                "Fair value: there is no reference price in the recording; the middle of the book "
                    + "stands for it, and what it moves after a fill is in `inventory`."
            )
        }
        if recording.resolutionsInferred > 0 {
            notes.append(
                "Settlement: the recording does not tell who won. `~` is the winner by a last "
                    + "book that leaves no doubt, `?` by one that does: those markets make up "
                    + "$\(Self.decimal(profitInDoubt.raw)) of the profit."
            )
        }
        return notes
    }

    // MARK: - Text

    /// Millionths as a decimal with two decimals, rounded half away from zero.
    private static func hundredths(_ micros: Int64) -> String {
        let cents = (micros.magnitude + 5_000) / 10_000
        let sign = micros < 0 && cents > 0 ? "-" : ""
        let fraction = cents % 100
        return "\(sign)\(cents / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.utf8.count, 0))
    }

    /// Lines of at most 100 characters.
    private static func folded(_ text: String) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty && line.utf8.count + 1 + word.utf8.count > 100 {
                lines.append(line)
                line = "  "
            } else if !line.isEmpty {
                line += " "
            }
            line += word
        }
        return (lines + [line]).joined(separator: "\n")
    }
}

/// Columns of text: the first one to the left, numbers to the right.
private struct TextTable {
    private var rows: [[String]]

    init(_ header: [String]) { rows = [header] }

    mutating func add(_ row: [String]) { rows.append(row) }

    var text: String {
        let widths = rows[0].indices.map { column in
            rows.map { $0[column].utf8.count }.max() ?? 0
        }
        return rows.map { row in
            row.indices.map { column in
                let blanks = String(repeating: " ", count: widths[column] - row[column].utf8.count)
                return column == 0 ? row[column] + blanks : blanks + row[column]
            }.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
