internal import TestSupport
internal import Testing
internal import Trading
internal import Wire

@testable internal import Journal

@Suite struct JournalReaderTests {
    @Test("a file is read the same however it is cut into pieces")
    func dripFeed() {
        let (bytes, starts) = Samples.file
        for pieces in DripFeed.ways(bytes) {
            let reading = JournalBytes.read(pieces)
            #expect(reading.records == Samples.records, "cut after \(pieces[0].count) bytes")
            #expect(reading.session == Samples.session)
            #expect(reading.error == nil && reading.tornByteCount == 0)
            #expect(reading.offset == Int64(starts[starts.count - 1]))
        }
    }

    @Test("a file cut anywhere gives the whole records before the cut, and counts the rest")
    func truncation() {
        let (bytes, starts) = Samples.file
        for length in 0...bytes.count {
            let reading = JournalBytes.read([Array(bytes[..<length])])
            let whole = starts.lastIndex { $0 <= length }
            #expect(reading.error == nil, "cut at \(length)")
            #expect(reading.records == Array(Samples.records.prefix(whole ?? 0)))
            #expect(reading.tornByteCount == length - (whole.map { starts[$0] } ?? 0))
            #expect((reading.session == nil) == (whole == nil))
        }
    }

    @Test("zeros behind the last whole record are a torn tail")
    func zeroTail() {
        let (bytes, starts) = Samples.file
        for (index, start) in starts.enumerated() {
            for zeros in [1, 3, 4, 5, 9, 4_096] {
                let tail = [UInt8](repeating: 0, count: zeros)
                let whole = JournalBytes.read([bytes[..<start] + tail])
                let pieces = JournalBytes.read([Array(bytes[..<start])] + tail.map { [$0] })
                #expect(whole == pieces)
                #expect(whole.error == nil && whole.tornByteCount == zeros)
                #expect(whole.records == Array(Samples.records.prefix(index)))

                let more = JournalBytes.read([bytes[..<start] + tail + [1, 0, 0, 0, 0]])
                let expected: JournalError? =
                    zeros < 4 ? more.error : JournalError(.lengthDamaged, offset: Int64(start))
                #expect(more.error != nil && more.error == expected)
            }
        }
    }

    @Test("every flipped bit is found, at the record it is in")
    func bitFlips() {
        let (bytes, starts) = Samples.file
        for position in bytes.indices {
            let record = starts.lastIndex { $0 <= position }
            for bit in 0..<8 {
                var damaged = bytes
                damaged[position] ^= 1 << bit
                let reading = JournalBytes.read([damaged])
                let offset = record.map { Int64(starts[$0]) } ?? 0
                #expect(reading.error?.offset == offset, "bit \(bit) of byte \(position)")
                #expect(reading.records == Array(Samples.records.prefix(record ?? 0)))
                #expect(reading.tornByteCount == 0)
            }
        }
    }

    @Test("a damaged file is refused with the reason")
    func reasons() {
        let header = JournalBytes.header(Samples.session)
        var newer = header
        newer[8] = 5
        var flipped = header
        flipped[15] ^= 1
        var record = JournalBytes.of(Samples.records[0])
        record[record.count - 1] ^= 1
        var long = JournalBytes.of(Samples.records[0])
        long.replaceSubrange(0..<4, with: [0x01, 0x02, 0xFE, 0xFD])
        let time = NaiveFrame.little(Int64(5))
        let cases: [(bytes: [UInt8], reason: JournalError.Reason, offset: Int64)] = [
            (Array("SQLite format 3".utf8), .notAJournal, 0),
            ([0x51, 0x00], .notAJournal, 0),
            (newer, .unsupportedVersion(5), 0),
            (flipped, .headerDamaged, 0),
            (header + record, .recordDamaged, 24),
            (header + long, .lengthDamaged, 24),
            (header + NaiveFrame.around([1]), .lengthDamaged, 24),
            (header + NaiveFrame.around([0] + time), .unknownKind(0), 24),
            (header + NaiveFrame.around([19] + time), .unknownKind(19), 24),
            (header + NaiveFrame.around([10] + time + [0]), .malformed, 24),
            (header + NaiveFrame.around([4] + time + [1, 2, 3]), .malformed, 24),
        ]
        for (bytes, reason, offset) in cases {
            let reading = JournalBytes.read([bytes])
            #expect(reading.error == JournalError(reason, offset: offset))
            #expect(reading.records.isEmpty)
            #expect(reading.error.map { !"\($0)".isEmpty } == true)
        }
    }

    @Test("a journal of version 1 is read; its markets settled on single prices")
    func versionOne() throws {
        let prefix = NaiveFrame.bytes(hexadecimal: "51514a524e4c0d0a 01000000 0807060504030201")
        let header = prefix + NaiveFrame.little(NaiveFrame.checksum(prefix))
        let bodies = Samples.table.prefix(13).map { sample in
            var body = NaiveFrame.bytes(hexadecimal: sample.body)
            if case .marketListed = sample.kind { body.removeLast(2) }
            if case .orderPlaced = sample.kind { body.removeLast(1) }
            return body
        }
        let expected = Samples.records.prefix(13).map { record in
            guard case .marketListed(var definition) = record.kind else { return record }
            definition.settlement = .spotSnapshot
            return SessionRecord(time: record.time, kind: .marketListed(definition))
        }
        let file = bodies.reduce(header) { $0 + NaiveFrame.around($1) }
        for pieces in DripFeed.ways(file) {
            let reading = JournalBytes.read(pieces)
            #expect(reading.records == expected && reading.error == nil)
        }
        // It knows no merged pairs.
        let merged = NaiveFrame.around(NaiveFrame.bytes(hexadecimal: Samples.table[13].body))
        #expect(JournalBytes.read([header + merged]).error?.reason == .unknownKind(14))
        let reversed = NaiveFrame.around(NaiveFrame.bytes(hexadecimal: Samples.table[14].body))
        #expect(JournalBytes.read([header + reversed]).error?.reason == .unknownKind(15))
        let stopped = NaiveFrame.around(NaiveFrame.bytes(hexadecimal: Samples.table[17].body))
        #expect(JournalBytes.read([header + stopped]).error?.reason == .unknownKind(18))
        // Its market records end where version 2 goes on, and the other way round.
        let listed = NaiveFrame.around(NaiveFrame.bytes(hexadecimal: Samples.table[1].body))
        #expect(JournalBytes.read([header + listed]).error?.reason == .malformed)
        let short = JournalBytes.header(Samples.session) + NaiveFrame.around(bodies[1])
        #expect(JournalBytes.read([short]).error?.reason == .malformed)
    }

    @Test("values that cannot be are refused even under a right checksum")
    func impossibleValues() {
        let header = JournalBytes.header(Samples.session)
        func body(_ index: Int) -> [UInt8] {
            NaiveFrame.bytes(hexadecimal: Samples.table[index].body)
        }
        /// Kind, position in the body, what stands there.
        let cases: [(index: Int, position: Int, value: UInt8)] = [
            (0, 49, 2),  // is_running
            (1, 13, 81),  // a text longer than there is
            (1, 14, 0x22),  // a quote in a text
            (1, 42, 99),  // a tick size that is none
            (1, 66, 4),  // a way of settling that is none
            (1, 66, 3),  // an average where a single price settles
            (1, 67, 1),  // an average of one second
            (1, 67, 121),  // an average that is too long
            (2, 21, 2),  // an outcome
            (2, 22, 2),  // a side
            (2, 24, 0x28),  // a price above a dollar
            (4, 17, 9),  // a rejection
            (5, 49, 7),  // whether complete
            (6, 17, 4),  // a reason
            (7, 13, 2),  // a winner
        ]
        for (index, position, value) in cases {
            var bytes = body(index)
            bytes[position] = value
            let reading = JournalBytes.read([header + NaiveFrame.around(bytes)])
            #expect(
                reading.error == JournalError(.malformed, offset: 24),
                "record \(index), byte \(position)"
            )
        }
    }

    @Test("an error is told again and again")
    func stickiness() {
        var reader = JournalReader()
        reader.receive([1].span)
        for _ in 0..<3 {
            #expect(throws: JournalError(.notAJournal, offset: 0)) { try reader.next() }
        }
    }

    @Test("random bytes never stop the process, with a right checksum or without")
    func garbage() {
        let header = JournalBytes.header(Samples.session)
        for seed in UInt64(1)...300 {
            var random = SplitMix64(seed: seed)
            var summary = JournalSummary()
            var bytes = seed % 4 == 0 ? [] : header
            for _ in 0..<20 {
                let count = Int.random(in: 9...120, using: &random)
                var body = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
                switch UInt8.random(in: 0..<4, using: &random) {
                case 0: bytes += body
                case 1:
                    body[0] = UInt8.random(in: 1...13, using: &random)
                    bytes += NaiveFrame.around(body)
                default:
                    // A true record with a byte or two of something else.
                    let index = Int.random(in: Samples.table.indices, using: &random)
                    body = NaiveFrame.bytes(hexadecimal: Samples.table[index].body)
                    for _ in 0..<2 {
                        let position = Int.random(in: 1..<body.count, using: &random)
                        body[position] = UInt8.random(in: 0...255, using: &random)
                    }
                    bytes += NaiveFrame.around(body)
                }
            }
            let reading = JournalBytes.read([bytes])
            let pieces = JournalBytes.read(bytes.map { [$0] })
            #expect(reading == pieces, "seed \(seed)")
            for record in reading.records {
                summary.fold(record)
                // What was accepted is written as it was read.
                #expect(
                    JournalBytes.read([header, JournalBytes.of(record)]).records.count == 1,
                    "seed \(seed)"
                )
            }
        }
    }
}
