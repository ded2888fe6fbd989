/// Looks for words in a text of the venue, whatever their case; nothing is copied. Patterns are
/// lower-case ASCII.
struct ASCIIText: ~Escapable {
    private let bytes: Span<UInt8>

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) { self.bytes = bytes }

    /// A price stream of Chainlink, as its address names it.
    enum ChainlinkStream: Equatable {
        /// `…/streams/btc-usd`
        case spot
        /// `…/streams/btc-usd-twap-60s-streams`
        case averaged(Int)
    }

    func contains(_ pattern: StaticString) -> Bool { end(of: pattern) != nil }

    /// Whether the text holds the asset's name directly followed by `pattern`.
    func containsPair(of asset: borrowing ASCIIText, _ pattern: StaticString) -> Bool {
        for start in 0..<bytes.count {
            guard let end = matches(asset, at: start) else { continue }
            if matches(pattern, at: end) != nil { return true }
        }
        return false
    }

    /// Whether the text ends with the last part of a path that is the asset's name and `pattern`.
    func endsInPair(of asset: borrowing ASCIIText, _ pattern: StaticString) -> Bool {
        let start = bytes.count - asset.bytes.count - pattern.utf8CodeUnitCount
        guard start > 0, bytes[start - 1] == UInt8(ascii: "/"),
            let end = matches(asset, at: start)
        else { return false }
        return matches(pattern, at: end) == bytes.count
    }

    /// The stream of `asset` in dollars that this address names; `nil` when it names anything
    /// else.
    func chainlinkStream(of asset: borrowing ASCIIText) -> ChainlinkStream? {
        guard matches("https://", at: 0) != nil,
            let host = matches("data.chain.link/streams/", at: 8),
            let pair = matches(asset, at: host),
            let rest = matches("-usd", at: pair)
        else { return nil }
        if rest == bytes.count || (bytes[rest] == UInt8(ascii: "/") && rest + 1 == bytes.count) {
            return .spot
        }
        guard var index = matches("-twap-", at: rest) else { return nil }
        var seconds = 0
        while index < bytes.count, seconds < 10_000,
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[index])
        {
            seconds = seconds * 10 + Int(bytes[index] - UInt8(ascii: "0"))
            index += 1
        }
        guard let end = matches("s-streams", at: index) ?? matches("s", at: index),
            end == bytes.count
        else { return nil }
        return .averaged(seconds)
    }

    private func end(of pattern: StaticString) -> Int? {
        for start in 0..<bytes.count {
            if let end = matches(pattern, at: start) { return end }
        }
        return nil
    }

    /// Where `pattern` ends when it stands at `start`.
    private func matches(_ pattern: StaticString, at start: Int) -> Int? {
        let count = pattern.utf8CodeUnitCount
        guard count <= bytes.count - start else { return nil }
        return pattern.withUTF8Buffer { units -> Int? in
            for index in 0..<count where unsafe lowered(start + index) != units[index] {
                return nil
            }
            return start + count
        }
    }

    private func matches(_ other: borrowing ASCIIText, at start: Int) -> Int? {
        let count = other.bytes.count
        guard count <= bytes.count - start else { return nil }
        for index in 0..<count where lowered(start + index) != other.lowered(index) { return nil }
        return start + count
    }

    private func lowered(_ index: Int) -> UInt8 {
        let byte = bytes[index]
        return (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
