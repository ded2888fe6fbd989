public import Trading

/// One price of the feed that settles a market, as it was received.
public struct SettlementPrice: Equatable, Sendable {
    /// The feed's own time of the price.
    public let stamp: Timestamp
    /// When the recorder had it.
    public let received: Timestamp
    public let value: SettlementValue

    public init(stamp: Timestamp, received: Timestamp, value: SettlementValue) {
        self.stamp = stamp
        self.received = received
        self.value = value
    }
}

/// A price as the settlement feed counts it: exactly, in 1e-18 dollars. Above zero.
public struct SettlementValue: Hashable, Comparable, Sendable {
    /// Digits of the greatest value that is taken: a trillion dollars.
    public static let digitsMax = 30

    public let raw: Int128

    public init?(raw: Int128) {
        guard raw > 0 else { return nil }
        self.raw = raw
    }

    /// `nil` unless `text` is digits and nothing else, at most `digitsMax`, and not zero.
    public init?(_ text: Span<UInt8>) {
        guard !text.isEmpty && text.count <= Self.digitsMax else { return nil }
        var value: Int128 = 0
        for index in text.indices {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int128(digit)
        }
        self.init(raw: value)
    }

    /// For the model and for display.
    public var dollars: Double { Double(raw) / 1e18 }

    public static func < (lhs: SettlementValue, rhs: SettlementValue) -> Bool { lhs.raw < rhs.raw }
}

/// Why a line of a price recording was skipped.
public enum SettlementPriceDamage: Error, Equatable, Sendable {
    /// More bytes than `SettlementPriceReader.lineBytesMax`.
    case tooLong
    /// The first line is not `SettlementPriceReader.header`: another kind of file.
    case header
    /// Not five columns.
    case columns
    /// A time is not a number of milliseconds in the range of `SettlementPriceReader`.
    case time
    /// The price is not a whole number of 1e-18 dollars above zero.
    case value
    /// The time of receipt is farther from the feed's than `SettlementPriceReader.delayMax`.
    case clocksApart
}
