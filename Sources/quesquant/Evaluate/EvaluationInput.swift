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
    private(set) var lineCount = 0
    private(set) var damagedCount = 0

    /// More than one line in a hundred.
    var isTooDamaged: Bool { damagedCount * 100 > lineCount }

    mutating func readPrices(path: String) throws {
        let source = try ByteSource(path: path)
        defer { source.close() }
        var reader = SettlementPriceReader()
        var chunk = ByteBuffer(capacity: Self.chunkBytes)
        var isAtEnd = false
        while !isAtEnd {
            isAtEnd = try source.read(into: &chunk, upTo: Self.chunkBytes) == 0
            if reader.lineCount == 0 { try Self.refuseCompressed(chunk.span, source.name) }
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
        lineCount += reader.lineCount
        damagedCount += reader.damagedCount
    }

    mutating func readMarkets(path: String) throws {
        let source = try ByteSource(path: path)
        defer { source.close() }
        var reader = SettledMarketReader()
        var chunk = ByteBuffer(capacity: Self.chunkBytes)
        var isAtEnd = false
        while !isAtEnd {
            isAtEnd = try source.read(into: &chunk, upTo: Self.chunkBytes) == 0
            if reader.lineCount == 0 { try Self.refuseCompressed(chunk.span, source.name) }
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
        lineCount += reader.lineCount
        damagedCount += reader.damagedCount
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
        _ name: String
    ) throws(UsageError) {
        guard bytes.count >= 2, bytes[0] == 0x1F, bytes[1] == 0x8B else { return }
        throw UsageError(
            description: "\(name) is compressed: gzip -dc FILE | quesquant evaluate with - in its "
                + "place, or unpack it first"
        )
    }
}
