internal import TestSupport
internal import Testing
internal import Wire

@Suite struct ByteBufferTests {
    @Test("bytes leave in the order in which they came, however appending and consuming mix")
    func queue() {
        for seed in UInt64(1)...200 {
            var random = SplitMix64(seed: seed)
            var buffer = ByteBuffer(capacity: Int.random(in: 0...64, using: &random))
            var expected: [UInt8] = []
            var next: UInt8 = 0
            for _ in 0..<200 {
                var piece: [UInt8] = []
                for _ in 0..<Int.random(in: 0...40, using: &random) {
                    piece.append(next)
                    next &+= 1
                }
                expected += piece
                switch Int.random(in: 0..<3, using: &random) {
                case 0: buffer.append(piece.span)
                case 1: for byte in piece { buffer.append(byte) }
                default:
                    buffer.append(upTo: piece.count + 5) { $0.append(copying: piece.span) }
                }
                let taken = Int.random(in: 0...min(50, expected.count), using: &random)
                buffer.consume(taken)
                expected.removeFirst(taken)
                guard buffer.count == expected.count, bytes(buffer.span) == expected else {
                    Issue.record("seed \(seed)")
                    return
                }
            }
        }
    }

    @Test("literals are appended and bytes are changed in place")
    func literals() {
        var buffer = ByteBuffer(capacity: 0)
        #expect(buffer.count == 0)
        buffer.append("")
        buffer.append("{\"é\":")
        buffer.append("a text that is longer than what was set aside at first}")
        #expect(
            string(buffer.span) == "{\"é\":a text that is longer than what was set aside at first}"
        )
        var changed = buffer.mutableSpan
        changed[0] = UInt8(ascii: "[")
        #expect(buffer.span[0] == UInt8(ascii: "["))
        buffer.removeAll()
        #expect(buffer.count == 0)
    }

    @Test("what a writer appended before it failed is not there")
    func failedWriter() {
        var buffer = ByteBuffer()
        buffer.append("kept")
        #expect(throws: JSONError(.invalidEscape, at: 3)) {
            try buffer.append(upTo: 10) { output throws(JSONError) in
                try JSONText.decode(Array(#"abc\x"#.utf8).span, into: &output)
            }
        }
        #expect(string(buffer.span) == "kept")
    }

    @Test("shared bytes are what was written, copied or spelled")
    func sharedBytes() {
        let source: [UInt8] = [1, 2, 3]
        #expect(bytes(SharedBytes(copying: source.span).span) == source)
        #expect(string(SharedBytes("é€").span) == "é€")
        let written = SharedBytes(capacity: 10) { output in
            output.append(literal: "ab")
            output.append(copying: source.span)
        }
        #expect(written.count == 5)
        #expect(bytes(written.span) == [97, 98, 1, 2, 3])
        #expect(SharedBytes(capacity: 0) { _ in }.count == 0)
        #expect(throws: JSONError(.invalidEscape, at: 0)) {
            _ = try SharedBytes(capacity: 8) { output throws(JSONError) in
                output.append(literal: "lost")
                throw JSONError(.invalidEscape, at: 0)
            }
        }
    }

    private func bytes(_ span: Span<UInt8>) -> [UInt8] {
        span.indices.map { span[$0] }
    }
}
