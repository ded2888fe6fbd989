/// The permutation Keccak-f[1600] (FIPS 202 section 3): 24 rounds over 25 lanes of 64 bits.
///
/// The lanes lie in five rows of five. A row is the unit here, because four of the five steps work
/// on rows alone; written so, all of it stays in registers and on the stack.
struct KeccakPermutation {
    private var row0: Row
    private var row1: Row
    private var row2: Row
    private var row3: Row
    private var row4: Row

    /// Applies all rounds to `lanes`, where lane (x, y) stands at x + 5 y.
    static func apply(to lanes: inout InlineArray<25, UInt64>) {
        var state = KeccakPermutation(lanes)
        for index in roundConstants.indices { state.performRound(roundConstants[index]) }
        state.row0.store(in: &lanes, at: 0)
        state.row1.store(in: &lanes, at: 5)
        state.row2.store(in: &lanes, at: 10)
        state.row3.store(in: &lanes, at: 15)
        state.row4.store(in: &lanes, at: 20)
    }

    @inline(__always)
    private init(_ lanes: borrowing InlineArray<25, UInt64>) {
        row0 = Row(lanes, at: 0)
        row1 = Row(lanes, at: 5)
        row2 = Row(lanes, at: 10)
        row3 = Row(lanes, at: 15)
        row4 = Row(lanes, at: 20)
    }

    @inline(__always)
    private mutating func performRound(_ constant: UInt64) {
        // Theta (3.2.1): every lane takes the parity of two neighbouring columns.
        let effect = (row0 ^ row1 ^ row2 ^ row3 ^ row4).parityEffect
        let (a, b, c) = (row0 ^ effect, row1 ^ effect, row2 ^ effect)
        let (d, e) = (row3 ^ effect, row4 ^ effect)
        // Rho and pi (3.2.2, 3.2.3): lane (x, y) is rotated by its own offset and moves to
        // (y, 2 x + 3 y). Then chi (3.2.4) within each row.
        row0 =
            Row(
                a.x0,
                b.x1.rotated(44),
                c.x2.rotated(43),
                d.x3.rotated(21),
                e.x4.rotated(14)
            ).chi
        row1 =
            Row(
                a.x3.rotated(28),
                b.x4.rotated(20),
                c.x0.rotated(3),
                d.x1.rotated(45),
                e.x2.rotated(61)
            ).chi
        row2 =
            Row(
                a.x1.rotated(1),
                b.x2.rotated(6),
                c.x3.rotated(25),
                d.x4.rotated(8),
                e.x0.rotated(18)
            ).chi
        row3 =
            Row(
                a.x4.rotated(27),
                b.x0.rotated(36),
                c.x1.rotated(10),
                d.x2.rotated(15),
                e.x3.rotated(56)
            ).chi
        row4 =
            Row(
                a.x2.rotated(62),
                b.x3.rotated(55),
                c.x4.rotated(39),
                d.x0.rotated(41),
                e.x1.rotated(2)
            ).chi
        // Iota (3.2.5).
        row0.x0 ^= constant
    }
}

/// The lanes with one y, by x.
private struct Row {
    var x0: UInt64
    var x1: UInt64
    var x2: UInt64
    var x3: UInt64
    var x4: UInt64

    @inline(__always)
    init(_ x0: UInt64, _ x1: UInt64, _ x2: UInt64, _ x3: UInt64, _ x4: UInt64) {
        self.x0 = x0
        self.x1 = x1
        self.x2 = x2
        self.x3 = x3
        self.x4 = x4
    }

    @inline(__always)
    init(_ lanes: borrowing InlineArray<25, UInt64>, at index: Int) {
        self.init(
            lanes[index],
            lanes[index &+ 1],
            lanes[index &+ 2],
            lanes[index &+ 3],
            lanes[index &+ 4]
        )
    }

    @inline(__always)
    func store(in lanes: inout InlineArray<25, UInt64>, at index: Int) {
        lanes[index] = x0
        lanes[index &+ 1] = x1
        lanes[index &+ 2] = x2
        lanes[index &+ 3] = x3
        lanes[index &+ 4] = x4
    }

    @inline(__always)
    static func ^ (lhs: Row, rhs: Row) -> Row {
        Row(
            lhs.x0 ^ rhs.x0,
            lhs.x1 ^ rhs.x1,
            lhs.x2 ^ rhs.x2,
            lhs.x3 ^ rhs.x3,
            lhs.x4 ^ rhs.x4
        )
    }

    /// What theta adds to every row, when this is the parity of the columns.
    @inline(__always)
    var parityEffect: Row {
        Row(
            x4 ^ x1.rotated(1),
            x0 ^ x2.rotated(1),
            x1 ^ x3.rotated(1),
            x2 ^ x4.rotated(1),
            x3 ^ x0.rotated(1)
        )
    }

    @inline(__always)
    var chi: Row {
        Row(
            x0 ^ (~x1 & x2),
            x1 ^ (~x2 & x3),
            x2 ^ (~x3 & x4),
            x3 ^ (~x4 & x0),
            x4 ^ (~x0 & x1)
        )
    }
}

extension UInt64 {
    /// Rotated to the left by 1 ... 63 bits.
    @inline(__always)
    fileprivate func rotated(_ bits: UInt64) -> UInt64 { self &<< bits | self &>> (64 &- bits) }
}

/// FIPS 202 section 3.2.5, table of the reference implementation.
private let roundConstants: InlineArray<24, UInt64> = [
    0x0000_0000_0000_0001, 0x0000_0000_0000_8082, 0x8000_0000_0000_808A, 0x8000_0000_8000_8000,
    0x0000_0000_0000_808B, 0x0000_0000_8000_0001, 0x8000_0000_8000_8081, 0x8000_0000_0000_8009,
    0x0000_0000_0000_008A, 0x0000_0000_0000_0088, 0x0000_0000_8000_8009, 0x0000_0000_8000_000A,
    0x0000_0000_8000_808B, 0x8000_0000_0000_008B, 0x8000_0000_0000_8089, 0x8000_0000_0000_8003,
    0x8000_0000_0000_8002, 0x8000_0000_0000_0080, 0x0000_0000_0000_800A, 0x8000_0000_8000_000A,
    0x8000_0000_8000_8081, 0x8000_0000_0000_8080, 0x0000_0000_8000_0001, 0x8000_0000_8000_8008,
]
