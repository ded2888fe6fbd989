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

    /// The terms that explain the hash; `nil` when none do. At most about 2,300 attempts.
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
        let other: BookTerms.PriceStyle = first.style == .shortest ? .threeDecimals : .shortest
        let isFine = first.tickSize == .thousandth
        let near: TickSize = isFine ? .thousandth : .hundredth
        let far: TickSize = isFine ? .hundredth : .thousandth
        let passes: InlineArray<5, Pass> = [
            Pass(near, pricesOn: near, first.style),
            Pass(far, pricesOn: far, first.style),
            Pass(near, pricesOn: near, other, isSecondStyle: true),
            Pass(far, pricesOn: far, other, isSecondStyle: true),
            // A trade from before the grid became coarser.
            Pass(.hundredth, pricesOn: .thousandth, first.style),
        ]
        for index in passes.indices {
            if let terms = find(passes[index], around: anchors) { return terms }
        }
        // Before the first trade there is no price; after it there always is one.
        if last?.lastTradePrice == nil {
            let none = BookTerms(tickSize: far, lastTradePrice: nil)
            if isExplained(by: none, state(on: none.tickSize)) { return none }
        }
        return nil
    }

    /// Which guesses are tried together.
    private struct Pass {
        let grid: TickSize
        /// Ten-thousandths between two prices.
        let step: Int64
        let style: BookTerms.PriceStyle
        let isSecondStyle: Bool

        init(
            _ grid: TickSize,
            pricesOn prices: TickSize,
            _ style: BookTerms.PriceStyle,
            isSecondStyle: Bool = false
        ) {
            self.grid = grid
            step = prices.raw
            self.style = style
            self.isSecondStyle = isSecondStyle
        }
    }

    /// All prices of a pass, in rings that widen around the anchors.
    private mutating func find(
        _ pass: Pass,
        around anchors: InlineArray<4, Int64>
    ) -> BookTerms? {
        let state = state(on: pass.grid)
        // A bit for every price in thousandths.
        var tried = InlineArray<16, UInt64>(repeating: 0)
        for distance in stride(from: Int64(0), through: 10_000, by: Int(pass.step)) {
            for index in 0..<8 {
                let anchor = anchors[index >> 1] / pass.step * pass.step
                let raw = index & 1 == 0 ? anchor - distance : anchor + distance
                guard let price = Price(checking: raw) else { continue }
                let thousandth = Int(raw / 10)
                let bit: UInt64 = 1 << UInt64(thousandth & 63)
                guard tried[thousandth >> 6] & bit == 0 else { continue }
                tried[thousandth >> 6] |= bit
                // Both styles write a price that ends in another digit than zero alike.
                if pass.isSecondStyle && raw % 100 != 0 { continue }
                let terms = BookTerms(
                    tickSize: pass.grid,
                    lastTradePrice: price,
                    style: pass.style
                )
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
