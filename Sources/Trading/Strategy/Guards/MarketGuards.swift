/// Which guards act. All by default; a simulation leaves one out to show what it is worth. A guard
/// that is left out is fed all the same.
public struct GuardSelection: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let referenceJump = GuardSelection(rawValue: 1)
    public static let sweep = GuardSelection(rawValue: 2)
    public static let fillBurst = GuardSelection(rawValue: 4)
    public static let fillRate = GuardSelection(rawValue: 8)
    public static let postOnlyRejects = GuardSelection(rawValue: 16)
    public static let markout = GuardSelection(rawValue: 32)
    public static let all = GuardSelection(rawValue: 63)
}

/// The guards of one market. `MarkoutTracker`, which learns across markets, stands beside them.
///
/// The convention: what happens is told in the past tense as it happens, whether a guard cares or
/// not, and `blocks` is asked before a side is quoted. Telling is cheap, asking is a comparison of
/// times; neither allocates. `now` may be any instant: one that lies before the last call traps
/// nothing and releases nothing early.
struct MarketGuards: Sendable {
    let selection: GuardSelection
    var referenceJump = ReferenceJumpGuard()
    var sweep = SweepGuard()
    var fillBurst = FillBurstGuard()
    var fillRate = FillRateGuard()
    var postOnlyRejects = PostOnlyRejectGuard()

    init(selection: GuardSelection = .all) { self.selection = selection }

    /// An order of ours that rested on `side` of the YES book was filled, in whole or in part.
    mutating func filled(_ side: Side, at now: Timestamp) {
        fillBurst.filled(side, at: now)
        fillRate.filled(side, at: now)
    }

    /// Why the side may not be quoted at `now`; `nil` when it may. The fastest danger comes first.
    // Inlined, and asking the holds themselves, so that nothing of the guards is copied.
    @inline(__always)
    func blocks(_ side: Side, at now: Timestamp) -> GuardTrigger? {
        if selection.contains(.referenceJump),
            let trigger = referenceJump.holds.blocks(side, at: now)
        {
            return trigger
        }
        if selection.contains(.sweep), let trigger = sweep.holds.blocks(side, at: now) {
            return trigger
        }
        if selection.contains(.postOnlyRejects),
            let trigger = postOnlyRejects.holds.blocks(side, at: now)
        {
            return trigger
        }
        if selection.contains(.fillRate), let trigger = fillRate.holds.blocks(side, at: now) {
            return trigger
        }
        if selection.contains(.fillBurst), let trigger = fillBurst.holds.blocks(side, at: now) {
            return trigger
        }
        return nil
    }

    /// Ticks to add to the reservation price (strategy 10, fill burst).
    @inline(__always)
    func skewTicks(at now: Timestamp) -> Int64 {
        selection.contains(.fillBurst) ? fillBurst.skewTicks(at: now) : 0
    }

    /// Ticks to add to the half-spread (risk 3 row 27).
    @inline(__always)
    func widenTicks(at now: Timestamp) -> Int64 {
        selection.contains(.postOnlyRejects) ? postOnlyRejects.widenTicks(at: now) : 0
    }
}
