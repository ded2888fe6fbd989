public import Trading

/// What a book's hash covers and most book frames do not spell out: the grid and the price of the
/// last trade.
public struct BookTerms: Equatable, Sendable {
    /// How the venue writes the last trade price.
    public enum PriceStyle: UInt8, CaseIterable, Sendable {
        /// `0.480`: what the market socket and `/book` send.
        case threeDecimals
        /// `0.48`: what the venue's own client code and its test vectors write.
        case shortest
    }

    public var tickSize: TickSize
    /// As the venue prints it: in terms of the token that the taker traded, which may be the other
    /// one of the market (see `TradeInference`). `nil` before the first trade.
    public var lastTradePrice: Price?
    public var style: PriceStyle

    public init(tickSize: TickSize, lastTradePrice: Price?, style: PriceStyle = .threeDecimals) {
        self.tickSize = tickSize
        self.lastTradePrice = lastTradePrice
        self.style = style
    }
}

/// A price as the venue writes it, at most six bytes, without allocation.
struct PriceText {
    private var bytes = InlineArray<6, UInt8>(repeating: 0)
    private(set) var count = 0

    /// Nothing, which is how the venue writes the price of a trade that has not been.
    init() {}

    /// A price finer than 0.001 has four decimals in both styles.
    init(_ price: Price, _ style: BookTerms.PriceStyle) {
        var rest = price.raw
        append(rest / 10_000)
        rest %= 10_000
        if style == .shortest && rest == 0 { return }
        bytes[count] = UInt8(ascii: ".")
        count += 1
        append(rest / 1_000)
        append(rest / 100 % 10)
        append(rest / 10 % 10)
        append(rest % 10)
        if rest % 10 == 0 { count -= 1 }
        if style == .shortest {
            while bytes[count - 1] == UInt8(ascii: "0") { count -= 1 }
        }
    }

    private mutating func append(_ digit: Int64) {
        bytes[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
        count += 1
    }

    var span: Span<UInt8> {
        @_lifetime(borrow self)
        get { bytes.span.extracting(0..<count) }
    }
}

extension TickSize {
    /// As the venue writes it.
    var text: StaticString {
        switch self {
        case .tenth: "0.1"
        case .hundredth: "0.01"
        case .halfHundredth: "0.005"
        case .quarterHundredth: "0.0025"
        case .thousandth: "0.001"
        case .tenThousandth: "0.0001"
        }
    }
}
