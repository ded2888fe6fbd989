import Server
import TestSupport
import Testing
import Trading
import Wire

@testable import Server

@Suite struct TickTapeTests {
    private static let age = Duration.seconds(5)

    /// Appends at the end and tells where that was.
    private func append(
        _ frame: SharedBytes,
        to tape: inout TickTape,
        isEvent: Bool = false,
        after previous: Int?,
        at now: Timestamp
    ) -> Int {
        let position = tape.end
        tape.append(frame, isEvent: isEvent, after: previous, at: now)
        return position
    }

    private func tape(frames: Int = 100, bytes: Int = 1 << 20) -> TickTape {
        TickTape(frameCountMax: frames, byteCountMax: bytes, conflationAge: Self.age)
    }

    /// A frame that is recognised by its text.
    private func frame(_ number: Int) -> SharedBytes { SharedBytes("\(number)") }

    private func number(_ frame: SharedBytes) -> Int {
        Int(String(decoding: (0..<frame.count).map { frame.span[$0] }, as: UTF8.self)) ?? -1
    }

    /// What a place reads until the end; `nil` when it is overrun.
    private func readAll(_ tape: TickTape, _ place: inout TapePlace, at now: Timestamp) -> [Int]? {
        var numbers: [Int] = []
        while true {
            switch tape.read(from: &place, at: now) {
            case .frame(let frame): numbers.append(number(frame))
            case .end: return numbers
            case .overrun: return nil
            }
        }
    }

    @Test("a client less than the conflation age behind gets every tick")
    func everyTick() {
        var tape = tape()
        var previous: Int?
        for index in 0..<50 {
            let now = Timestamp(milliseconds: Int64(index) * 100)
            previous = append(frame(index), to: &tape, isEvent: false, after: previous, at: now)
        }
        var place = TapePlace(position: 0)
        #expect(readAll(tape, &place, at: Timestamp(milliseconds: 5_000)) == Array(0..<50))
        #expect(place.conflatedCount == 0)
        #expect(place.position == tape.end)
    }

    @Test("an old state tick gives way to a newer one of its token, an event tick never does")
    func conflation() {
        var tape = tape()
        var previous: Int?
        for index in 0..<10 {
            let isEvent = index == 3
            previous = append(
                frame(index),
                to: &tape,
                isEvent: isEvent,
                after: previous,
                at: Timestamp(seconds: Int64(index))
            )
        }
        var place = TapePlace(position: 0)
        // At second 9, ticks 0 ... 3 are older than 5 s; 3 is an event.
        #expect(readAll(tape, &place, at: Timestamp(seconds: 9)) == [3, 4, 5, 6, 7, 8, 9])
        #expect(place.conflatedCount == 3)
    }

    @Test("the newest state tick of a token is delivered however old it is")
    func newest() {
        var tape = tape()
        let first = append(
            frame(0),
            to: &tape,
            isEvent: false,
            after: nil,
            at: Timestamp(seconds: 0)
        )
        tape.append(frame(1), isEvent: false, after: nil, at: Timestamp(seconds: 0))
        tape.append(frame(2), isEvent: false, after: first, at: Timestamp(seconds: 1))
        var place = TapePlace(position: 0)
        #expect(readAll(tape, &place, at: Timestamp(seconds: 60)) == [1, 2])
    }

    @Test("state ticks that fall off a full tape overrun nobody, an event tick does")
    func overrun() {
        var tape = tape(frames: 4)
        var previous: Int?
        for index in 0..<10 {
            previous = append(
                frame(index),
                to: &tape,
                isEvent: false,
                after: previous,
                at: Timestamp(seconds: 0)
            )
        }
        var place = TapePlace(position: 0)
        #expect(!tape.hasOverrun(place))
        #expect(readAll(tape, &place, at: Timestamp(seconds: 0)) == [6, 7, 8, 9])
        #expect(place.conflatedCount == 6)

        var slow = TapePlace(position: 8)
        for index in 10..<15 {
            previous = append(
                frame(index),
                to: &tape,
                isEvent: index == 10,
                after: previous,
                at: Timestamp(seconds: 0)
            )
        }
        #expect(tape.hasOverrun(slow))
        #expect(readAll(tape, &slow, at: Timestamp(seconds: 0)) == nil)
    }

    @Test("the bytes kept are bounded, and everything is let go of when nobody needs it")
    func bytes() {
        var tape = tape(frames: 1_000, bytes: 100)
        let frame = SharedBytes(String(repeating: "x", count: 30))
        for _ in 0..<10 {
            tape.append(frame, isEvent: true, after: nil, at: Timestamp(seconds: 0))
            #expect(tape.byteCount <= 100)
        }
        #expect(tape.count == 3)
        tape.forget(before: tape.end)
        #expect(tape.count == 0)
        #expect(tape.byteCount == 0)
    }

    /// The rule, written as plainly as possible: a list of everything ever published.
    private struct NaiveTape {
        struct Tick {
            let token: Int
            let isEvent: Bool
            let time: Timestamp
        }
        var ticks: [Tick] = []
        var first = 0

        func isSuperseded(_ index: Int) -> Bool {
            ticks[(index + 1)...].contains { $0.token == ticks[index].token }
        }

        func expected(from place: Int, at now: Timestamp, age: Duration) -> [Int]? {
            for index in place..<max(place, first)
            where lostForGood.contains(index) { return nil }
            return (max(place, first)..<ticks.count).filter { index in
                let isOld = now - ticks[index].time > age
                return ticks[index].isEvent || !isOld || !isSuperseded(index)
            }
        }

        /// Those that fell off while they were still needed.
        var lostForGood: Set<Int> = []
    }

    @Test("random streams and readers agree with the rule written plainly")
    func random() {
        for seed: UInt64 in 1...40 {
            var random = SplitMix64(seed: seed)
            let frameCountMax = Int.random(in: 2...60, using: &random)
            var tape = tape(frames: frameCountMax)
            var naive = NaiveTape()
            var previous: [Int: Int] = [:]
            var places = (0..<4).map { _ in TapePlace(position: 0) }
            var now = Timestamp(seconds: 0)
            for step in 0..<400 {
                now = now + .milliseconds(Int64.random(in: 0...900, using: &random))
                let token = Int.random(in: 0..<3, using: &random)
                let isEvent = Int.random(in: 0..<10, using: &random) == 0
                let position = append(
                    frame(step),
                    to: &tape,
                    isEvent: isEvent,
                    after: previous[token],
                    at: now
                )
                #expect(position == step)
                previous[token] = position
                naive.ticks.append(.init(token: token, isEvent: isEvent, time: now))
                while naive.ticks.count - naive.first > frameCountMax {
                    if naive.ticks[naive.first].isEvent || !naive.isSuperseded(naive.first) {
                        naive.lostForGood.insert(naive.first)
                    }
                    naive.first += 1
                }
                for index in places.indices
                where Int.random(in: 0..<(20 << index), using: &random) == 0 {
                    let expected = naive.expected(
                        from: places[index].position,
                        at: now,
                        age: Self.age
                    )
                    let read = readAll(tape, &places[index], at: now)
                    #expect(read == expected, "seed \(seed), step \(step), reader \(index)")
                    // An overrun client is dropped; another one takes its number.
                    if read == nil { places[index] = TapePlace(position: tape.end) }
                }
            }
        }
    }
}

@Suite struct NewestTicksTests {
    @discardableResult
    private func note(
        _ newest: inout NewestTicks,
        _ token: String,
        second: Int64,
        at place: Int
    ) -> Int? {
        newest.note(
            SharedBytes("\(token)@\(place)"),
            of: InlineText(token)!,
            time: Timestamp(seconds: second),
            position: place
        )
    }

    @Test("a new client gets the newest tick of each live token, in the order of the ticks")
    func newest() {
        var newest = NewestTicks()
        note(&newest, "a", second: 0, at: 0)
        note(&newest, "b", second: 1, at: 1)
        note(&newest, "a", second: 2, at: 2)
        #expect(newest.count == 2)
        #expect(newest.frames.map(\.count) == [3, 3])
        #expect(newest.frames.map { $0.span[0] } == Array("ba".utf8))
        #expect(note(&newest, "b", second: 3, at: 3) == 1)
        #expect(note(&newest, "a", second: 3, at: 4) == 2)
        #expect(note(&newest, "c", second: 3, at: 5) == nil)
    }

    @Test("a token that fell silent is forgotten, the newest never is")
    func silence() {
        var newest = NewestTicks()
        note(&newest, "old", second: 0, at: 0)
        note(&newest, "new", second: 30, at: 1)
        #expect(newest.count == 2)
        note(&newest, "new", second: 31, at: 2)
        #expect(newest.count == 1)
        note(&newest, "newer", second: 1_000, at: 3)
        #expect(newest.count == 1)
    }

    @Test("no more than the bound of tokens is remembered")
    func bound() {
        var newest = NewestTicks()
        for index in 0..<100 { note(&newest, "token \(index)", second: 0, at: index) }
        #expect(newest.count == NewestTicks.tokenCountMax)
        #expect(note(&newest, "token 99", second: 0, at: 100) == 99)
        #expect(note(&newest, "token 0", second: 0, at: 101) == nil)
    }
}
