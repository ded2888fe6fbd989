/// One side of a book: a slot for every price of the grid, 0 and 1 dollar included, and a bitmap of
/// the slots at which something rests.
///
/// ```
/// summary   one bit for each word below that is not zero        3 words at most
/// words     one bit for each slot at which something rests    157 words at most
/// sizes     one size for each slot                         10,001 sizes at most
/// ```
///
/// The bits are the truth: a size without its bit is what was left there. So a ladder is emptied by
/// clearing its words (2 of them on the 0.01 grid), whatever the number of its levels.
struct Ladder: Sendable {
    /// Room set aside at the start: grids down to 0.001, the finest that the crypto markets use,
    /// come and go without an allocation.
    static let slotsReserved = TickSize.thousandth.ticksPerDollar + 1

    /// Meaningful where the slot's bit is set, and positive there.
    private var sizes: [Int64] = []
    private var words: [UInt64] = []
    private var summary: InlineArray<3, UInt64> = [0, 0, 0]
    /// Slots at which something rests.
    private(set) var count = 0

    /// An empty ladder.
    init(slots: Int) {
        sizes.reserveCapacity(max(slots, Self.slotsReserved))
        words.reserveCapacity(Self.wordCount(max(slots, Self.slotsReserved)))
        resize(slots: slots)
    }

    /// Makes it an empty ladder of `slots` slots.
    mutating func resize(slots: Int) {
        precondition(slots <= 10_001, "the finest grid has 10,001 prices")
        sizes.removeAll(keepingCapacity: true)
        sizes.append(contentsOf: repeatElement(0, count: slots))
        words.removeAll(keepingCapacity: true)
        words.append(contentsOf: repeatElement(0, count: Self.wordCount(slots)))
        summary = [0, 0, 0]
        count = 0
    }

    mutating func removeAll() {
        guard count > 0 else { return }
        for index in words.indices { words[index] = 0 }
        summary = [0, 0, 0]
        count = 0
    }

    /// What rests at `slot`; 0 where nothing does.
    func size(at slot: Int) -> Int64 {
        words[slot >> 6] & (1 << UInt64(slot & 63)) == 0 ? 0 : sizes[slot]
    }

    /// Puts `size` in place of what rested at `slot`, and returns what that was. 0 empties it.
    mutating func set(_ size: Int64, at slot: Int) -> Int64 {
        let index = slot >> 6
        let bit: UInt64 = 1 << UInt64(slot & 63)
        let word = words[index]
        let old = word & bit == 0 ? 0 : sizes[slot]
        if size > 0 {
            sizes[slot] = size
            if old == 0 {
                words[index] = word | bit
                summary[index >> 6] |= 1 << UInt64(index & 63)
                count += 1
            }
        } else if old > 0 {
            words[index] = word & ~bit
            if word == bit { summary[index >> 6] &= ~(1 << UInt64(index & 63)) }
            count -= 1
        }
        return old
    }

    /// The highest occupied slot below `limit`, which may lie beyond the last slot.
    func highest(below limit: Int) -> Int? {
        let last = min(limit, sizes.count) - 1
        guard last >= 0 else { return nil }
        let index = last >> 6
        let word = words[index] & (~0 >> UInt64(63 - (last & 63)))
        if word != 0 { return (index << 6) + 63 - word.leadingZeroBitCount }
        var group = index >> 6
        var bits = summary[group] & ~(~0 << UInt64(index & 63))
        while bits == 0 {
            guard group > 0 else { return nil }
            group -= 1
            bits = summary[group]
        }
        let found = (group << 6) + 63 - bits.leadingZeroBitCount
        return (found << 6) + 63 - words[found].leadingZeroBitCount
    }

    /// The lowest occupied slot at or above `limit`, which may lie beyond the last slot.
    func lowest(from limit: Int) -> Int? {
        guard limit < sizes.count else { return nil }
        let index = limit >> 6
        let word = words[index] & (~0 << UInt64(limit & 63))
        if word != 0 { return (index << 6) + word.trailingZeroBitCount }
        var group = index >> 6
        var bits = summary[group] & ~(~0 >> UInt64(63 - (index & 63)))
        while bits == 0 {
            guard group < 2 else { return nil }
            group += 1
            bits = summary[group]
        }
        let found = (group << 6) + bits.trailingZeroBitCount
        return (found << 6) + words[found].trailingZeroBitCount
    }

    /// Moves every level to `factor` times its slot, on a grid that many times as fine.
    mutating func refine(by factor: Int) {
        let oldCount = sizes.count
        let slots = (oldCount - 1) * factor + 1
        sizes.append(contentsOf: repeatElement(0, count: slots - oldCount))
        words.append(contentsOf: repeatElement(0, count: Self.wordCount(slots) - words.count))
        // From the top down: a level never lands on one that has not moved yet.
        var slot = highest(below: oldCount)
        while let old = slot {
            let size = set(0, at: old)
            _ = set(size, at: old * factor)
            slot = highest(below: old)
        }
    }

    private static func wordCount(_ slots: Int) -> Int { (slots + 63) >> 6 }
}
