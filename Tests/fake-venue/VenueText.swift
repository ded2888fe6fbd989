internal import Crypto
internal import Foundation
internal import Trading
internal import Wire

/// Units as the venue writes and reads them.
extension Price {
    /// As short as it can be: `0.5`, `0.49`, `0.485`.
    var text: String { decimalText(raw, decimals: 4) }
}

extension TickSize {
    var text: String { decimalText(raw, decimals: 4) }
}

extension Quantity {
    /// Shares: `3000`, `12.5`.
    var text: String { decimalText(raw, decimals: 6) }

    /// `nil` for a text that is no size of shares, positive and finite.
    init?(_ text: String?) {
        guard let text, let raw = try? DecimalText.parse(Array(text.utf8).span, decimals: 6),
            raw > 0, raw < 1_000_000_000_000_000
        else { return nil }
        self.init(raw: raw)
    }
}

extension Price {
    init?(_ text: String?) {
        guard let text, let raw = try? DecimalText.parse(Array(text.utf8).span, decimals: 4)
        else { return nil }
        self.init(checking: raw)
    }
}

extension Side {
    var text: String { self == .buy ? "BUY" : "SELL" }

    init?(_ text: String?) {
        switch text?.uppercased() {
        case "BUY": self = .buy
        case "SELL": self = .sell
        default: return nil
        }
    }
}

extension Outcome {
    var label: String { self == .yes ? "Up" : "Down" }
    var other: Outcome { self == .yes ? .no : .yes }
}

/// Digits with a point, without zeros at their end.
private func decimalText(_ raw: Int64, decimals: Int) -> String {
    let digits = "\(raw.magnitude)"
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let fraction = padded.suffix(decimals)
    let kept = fraction.prefix(fraction.count - fraction.reversed().prefix { $0 == "0" }.count)
    let whole = (raw < 0 ? "-" : "") + padded.dropLast(decimals)
    return kept.isEmpty ? whole : whole + "." + kept
}

extension Word256 {
    /// `0x` and 64 digits; `nil` for another text.
    init?(_ text: String) { self.init(hexadecimal: Array(text.utf8).span) }

    /// The digits of a decimal number; `nil` for another text.
    init?(digits text: String) { self.init(decimal: Array(text.utf8).span) }

    init(randomFrom source: inout VenueRandom) {
        var bytes = InlineArray<32, UInt8>(repeating: 0)
        for index in bytes.indices { bytes[index] = UInt8.random(in: 0...255, using: &source) }
        self.init(bytes)
    }

    /// In decimal digits.
    var digits: String {
        let bytes = [UInt8](capacity: Self.decimalByteCountMax) { appendDecimal(to: &$0) }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension EthereumAddress {
    init?(_ text: String?) {
        guard let text, let address = try? EthereumAddress(hexadecimal: Array(text.utf8).span)
        else { return nil }
        self = address
    }

    init(randomFrom source: inout VenueRandom) {
        self.init(lastBytesOf: Word256(randomFrom: &source))
    }
}

/// Hexadecimal digits of bytes, without `0x`.
func hexadecimal(_ bytes: Span<UInt8>) -> String {
    let digits = [UInt8](capacity: bytes.count * 2) { Hexadecimal.append(bytes, to: &$0) }
    return String(decoding: digits, as: UTF8.self)
}

/// The venue's chance: the same seed gives the same takers and prices (SplitMix64; Steele, Lea and
/// Flood, 2014).
struct VenueRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A UUID of version 4 (RFC 9562 section 5.4).
    mutating func uuid() -> String {
        let (high, low) = (next(), next())
        let digits =
            String(format: "%016lx", high & ~0xF000 | 0x4000)
            + String(format: "%016lx", low & ~(0x3 << 62) | 0x2 << 62)
        let parts = [8, 4, 4, 4, 12]
        var rest = digits[...]
        var groups: [Substring] = []
        for part in parts {
            groups.append(rest.prefix(part))
            rest = rest.dropFirst(part)
        }
        return groups.joined(separator: "-")
    }
}

extension Quantity {
    /// Dollars, to be written as shares are.
    init(_ money: Money) { self.init(raw: money.raw) }
}
