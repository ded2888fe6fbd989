internal import Trading
internal import Wire

/// Reads one side of a snapshot, `[[0.5,205.0],[0.49,75.0],...]`: prices and sizes as numbers.
enum SnapshotLevels {
    /// Levels that a side may have; the recordings known have twenty.
    static let levelsMax = 100

    /// `levels` holds this side and nothing else afterwards, in the order of the line.
    @_lifetime(reader: copy reader)
    static func read(
        _ reader: inout JSONReader,
        into levels: inout [PriceLevel]
    ) throws(RecordingDamage) {
        levels.removeAll(keepingCapacity: true)
        guard case .beginArray = try SnapshotLine.token(&reader) else { throw .snapshot(.levels) }
        while true {
            let token = try SnapshotLine.token(&reader)
            if token == .endArray { return }
            guard token == .beginArray,
                case .number(let priceText) = try SnapshotLine.token(&reader),
                case .number(let sizeText) = try SnapshotLine.token(&reader),
                case .endArray = try SnapshotLine.token(&reader),
                levels.count < levelsMax
            else { throw .snapshot(.levels) }
            guard let price = FloatText.parse(reader.bytes(priceText), decimals: 4),
                price > 0, price < Price.one.raw,
                let size = FloatText.parse(reader.bytes(sizeText), decimals: 6),
                size <= OrderBook.levelSizeMax.raw
            else { throw .snapshot(.levels) }
            // A level of nothing is no level.
            guard size > 0 else { continue }
            let level = PriceLevel(price: Price(raw: price), size: Quantity(raw: size))
            guard !levels.contains(where: { $0.price == level.price }) else {
                throw .snapshot(.levels)
            }
            levels.append(level)
        }
    }
}

/// Decimals that went through binary floating point and came out with noise behind their end.
enum FloatText {
    /// Decimals looked at beyond the scale.
    private static let guardDecimals = 3

    /// The value of `text`, not negative, times ten to the power of `decimals`, rounded to the
    /// nearest; `nil` when it is no plain decimal, does not fit, or is farther than one part in a
    /// thousand of the last decimal from the rounded value, which no noise is.
    /// - Precondition: `decimals` is at most 15.
    static func parse(_ text: Span<UInt8>, decimals: Int) -> Int64? {
        if let exact = try? DecimalText.parse(text, decimals: decimals) { return exact }
        var point = 0
        while point < text.count, text[point] != UInt8(ascii: ".") { point += 1 }
        let end = min(text.count, point + 1 + decimals + guardDecimals)
        for index in end..<text.count where text[index] &- UInt8(ascii: "0") >= 10 { return nil }
        guard
            let fine = try? DecimalText.parse(
                text.extracting(0..<end),
                decimals: decimals + guardDecimals
            )
        else { return nil }
        let rounded = (fine + 500) / 1_000
        return abs(fine - rounded * 1_000) <= 1 ? rounded : nil
    }
}
