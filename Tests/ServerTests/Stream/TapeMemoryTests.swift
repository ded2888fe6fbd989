import Testing
import Trading

@testable import Server

@Suite struct TapeMemoryTests {
    @Test(
        "the heap is trimmed once, when a tape that was long has gone, and not more often than that"
    )
    func whenToTrim() {
        let long = TapeMemory.longTapeBytes
        // Seconds, bytes of the tape, whether the heap is trimmed.
        let sweeps: [(Int64, Int, Bool)] = [
            (0, 0, false), (1, long - 1, false), (2, 0, false),
            (3, long, false), (4, long * 16, false), (5, long - 1, false),
            (6, long / 2 - 1, true), (7, 0, false),
            // Long again too soon: it waits for its time and is not forgotten.
            (8, long, false), (9, 0, false), (15, 0, false), (16, 0, true), (40, 0, false),
        ]
        var memory = TapeMemory()
        for (second, bytes, expected) in sweeps {
            let trims = memory.shouldTrim(tapeByteCount: bytes, at: Timestamp(seconds: second))
            #expect(trims == expected, "second \(second)")
        }
    }
}
