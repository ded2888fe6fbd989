internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// The two recordings that an evaluation reads.
struct EvaluationInput {
    private static let chunkBytes = 1 << 20
    /// Damaged lines that are named one by one, in each file; the rest is counted.
    private static let damageNamedMax = 100

    private(set) var prices: [SettlementPrice] = []
    private(set) var markets: [SettledMarket] = []
    private(set) var damagedCount = 0
    /// Whether more than one line in a hundred of either file is damaged.
    private(set) var isTooDamaged = false

    /// - Throws: `UsageError` when the file is of another kind or holds no price; `SystemError`.
    mutating func readPrices(path: String) throws {
        let source = try ByteSource(path: path)
        defer { source.close() }
        var reader = SettlementPriceReader()
        var chunk = ByteBuffer(capacity: Self.chunkBytes)
        var isAtEnd = false
        while !isAtEnd {
            isAtEnd = try source.read(into: &chunk, upTo: Self.chunkBytes) == 0
            if reader.lineCount == 0 {
                try Self.refuseCompressed(chunk.span, source.name, "--prices")
            }
            if isAtEnd { reader.finish() } else { reader.receive(chunk.span) }
            chunk.removeAll()
            while let item = reader.next() {
                switch item {
                case .price(let price):
                    guard prices.count < PriceHistory.countMax else {
                        throw UsageError(
                            description: "\(source.name): more than \(PriceHistory.countMax) prices"
                        )
                    }
                    prices.append(price)
                case .damaged(_, .header):
                    throw UsageError(
                        description: "\(source.name) is no price recording: its first line must be "
                            + "\(SettlementPriceReader.header)"
                    )
                case .damaged(let line, let reason):
                    Self.name(source.name, line, "\(reason)", reader.damagedCount)
                }
            }
        }
        note(damaged: reader.damagedCount, of: reader.lineCount)
        if prices.isEmpty { throw UsageError(description: "\(source.name) holds no price") }
    }

    /// - Throws: `UsageError` when the file is compressed or holds no market; `SystemError`.
    mutating func readMarkets(path: String) throws {
        let source = try ByteSource(path: path)
        defer { source.close() }
        var reader = SettledMarketReader()
        var chunk = ByteBuffer(capacity: Self.chunkBytes)
        var isAtEnd = false
        while !isAtEnd {
            isAtEnd = try source.read(into: &chunk, upTo: Self.chunkBytes) == 0
            if reader.lineCount == 0 {
                try Self.refuseCompressed(chunk.span, source.name, "--markets")
            }
            if isAtEnd { reader.finish() } else { reader.receive(chunk.span) }
            chunk.removeAll()
            while let item = reader.next() {
                switch item {
                case .market(let market): markets.append(market)
                case .damaged(let line, let reason):
                    Self.name(source.name, line, "\(reason)", reader.damagedCount)
                }
            }
        }
        note(damaged: reader.damagedCount, of: reader.lineCount)
        if markets.isEmpty { throw UsageError(description: "\(source.name) holds no market") }
    }

    private mutating func note(damaged: Int, of lineCount: Int) {
        damagedCount += damaged
        if damaged * 100 > lineCount { isTooDamaged = true }
    }

    private static func name(_ file: String, _ line: Int, _ reason: String, _ count: Int) {
        if count <= damageNamedMax {
            Console.complain("\(file), line \(line): \(reason)")
        } else if count == damageNamedMax + 1 {
            Console.complain("\(file): more damaged lines are counted and not named")
        }
    }

    private static func refuseCompressed(
        _ bytes: Span<UInt8>,
        _ name: String,
        _ option: String
    ) throws(UsageError) {
        guard bytes.count >= 2, bytes[0] == 0x1F, bytes[1] == 0x8B else { return }
        throw UsageError(
            description: "\(name) is compressed: gzip -dc FILE | quesquant evaluate \(option) - ..."
        )
    }
}
