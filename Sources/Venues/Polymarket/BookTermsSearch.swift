internal import Crypto
internal import Trading

/// The search for the grid and the last trade price that give a book the hash it has.
struct BookTermsSearch {
    private(set) var attempts = 0
    private let beginning: SHA1Hasher
    private let middle: StaticString
    private let expected: InlineArray<20, UInt8>

    /// - Parameters:
    ///   - beginning: the hash's state before the text of the grid.
    ///   - middle: what stands between the two texts.
    ///   - expected: the hash to be explained.
    init(_ beginning: SHA1Hasher, middle: StaticString, _ expected: InlineArray<20, UInt8>) {
        self.beginning = beginning
        self.middle = middle
        self.expected = expected
    }

    /// Whether prices on this grid are searched: the grids of the crypto markets are.
    static func searches(_ tickSize: TickSize) -> Bool {
        tickSize == .hundredth || tickSize == .thousandth
    }

    /// The terms that explain the hash; `nil` when none do. At most about 1,300 attempts.
    ///
    /// - Parameters:
    ///   - last: tried first.
    ///   - bestBid: near it and its complement, and `bestAsk` and its complement, the search
    ///     begins.
    mutating func find(last: BookTerms?, bestBid: Price?, bestAsk: Price?) -> BookTerms? {
        let first = last ?? BookTerms(tickSize: .hundredth, lastTradePrice: nil)
        if isExplained(by: first, state(on: first.tickSize)) { return first }

        let bid = (bestBid ?? .zero).raw
        let ask = (bestAsk ?? .one).raw
        let anchors: InlineArray<4, Int64> = [bid, ask, 10_000 - bid, 10_000 - ask]
        let grids: InlineArray<2, TickSize> =
            first.tickSize == .thousandth ? [.thousandth, .hundredth] : [.hundredth, .thousandth]
        let styles: InlineArray<2, BookTerms.PriceStyle> =
            first.style == .shortest ? [.shortest, .threeDecimals] : [.threeDecimals, .shortest]
        for style in styles.indices {
            for grid in grids.indices {
                let terms = find(
                    on: grids[grid],
                    around: anchors,
                    styles[style],
                    isSecondStyle: style > 0
                )
                if let terms { return terms }
            }
        }
        // Before the first trade there is no price; after it there always is one.
        if last?.lastTradePrice == nil {
            let none = BookTerms(tickSize: grids[1], lastTradePrice: nil)
            if isExplained(by: none, state(on: none.tickSize)) { return none }
        }
        return nil
    }

    /// All prices of a grid, in rings that widen around the anchors.
    private mutating func find(
        on grid: TickSize,
        around anchors: InlineArray<4, Int64>,
        _ style: BookTerms.PriceStyle,
        isSecondStyle: Bool
    ) -> BookTerms? {
        let state = state(on: grid)
        // A bit for every price in thousandths.
        var tried = InlineArray<16, UInt64>(repeating: 0)
        for distance in stride(from: Int64(0), through: 10_000, by: Int(grid.raw)) {
            for index in 0..<8 {
                let anchor = anchors[index >> 1] / grid.raw * grid.raw
                let raw = index & 1 == 0 ? anchor - distance : anchor + distance
                guard let price = Price(checking: raw) else { continue }
                let thousandth = Int(raw / 10)
                let bit: UInt64 = 1 << UInt64(thousandth & 63)
                guard tried[thousandth >> 6] & bit == 0 else { continue }
                tried[thousandth >> 6] |= bit
                // Both styles write a price that ends in another digit than zero alike.
                if isSecondStyle && raw % 100 != 0 { continue }
                let terms = BookTerms(tickSize: grid, lastTradePrice: price, style: style)
                if isExplained(by: terms, state) { return terms }
            }
        }
        return nil
    }

    /// The hash's state up to the text of the last trade price.
    private func state(on grid: TickSize) -> SHA1Hasher {
        var hasher = beginning
        hasher.update(grid.text)
        hasher.update(middle)
        return hasher
    }

    private mutating func isExplained(by terms: BookTerms, _ state: SHA1Hasher) -> Bool {
        attempts += 1
        var hasher = state
        let text = terms.lastTradePrice.map { PriceText($0, terms.style) } ?? PriceText()
        hasher.update(text.span)
        hasher.update("\"}")
        return hasher.gives(expected)
    }
}
