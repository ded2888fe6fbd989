import TestSupport
import Testing

@testable import Wire

/// Random conversations, decoded in random pieces, against what was put into them.
@Suite struct WebSocketOracleTests {
    /// Random messages cut into random fragments, with control frames between them, and what a
    /// decoder must make of it.
    private func conversation(
        _ random: inout SplitMix64
    ) -> (bytes: [UInt8], items: [WebSocketTrace.Item]) {
        var bytes: [UInt8] = []
        var items: [WebSocketTrace.Item] = []
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let isText = Bool.random(using: &random)
            let sizeMax = [3, 200, 1_200].randomElement(using: &random) ?? 3
            let size = Int.random(in: 0...sizeMax, using: &random)
            let payload =
                isText
                ? Array(randomText(size, &random).utf8)
                : (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
            var cuts = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                Int.random(in: 0...payload.count, using: &random)
            }
            cuts = [0] + cuts.sorted() + [payload.count]
            for index in 1..<cuts.count {
                let opcode: UInt8 = index > 1 ? 0 : isText ? 1 : 2
                let final: UInt8 = index == cuts.count - 1 ? 0x80 : 0
                let mask = (0..<4).map { _ in UInt8.random(in: 0...255, using: &random) }
                let part = Array(payload[cuts[index - 1]..<cuts[index]])
                bytes += clientFrame(final | opcode, part, mask: mask)
                if final == 0 && Bool.random(using: &random) {
                    let ping = [UInt8](repeating: UInt8(index), count: size % 126)
                    bytes += clientFrame(index % 2 == 0 ? 0x89 : 0x8A, ping)
                    items.append(WebSocketTrace.Item(index % 2 == 0 ? .ping : .pong, ping))
                }
            }
            items.append(WebSocketTrace.Item(isText ? .text : .binary, payload))
        }
        return (bytes, items)
    }

    private func randomText(_ count: Int, _ random: inout SplitMix64) -> String {
        let characters = Array("aZ09 {}\"é✋😀ü€\u{7FF}\u{800}\u{FFFF}\u{10000}")
        return String((0..<count / 2).map { _ in characters.randomElement(using: &random) ?? "a" })
    }

    private func randomPieces(_ bytes: [UInt8], _ random: inout SplitMix64) -> [[UInt8]] {
        var pieces: [[UInt8]] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 1...700, using: &random))
            pieces.append(Array(bytes[start..<end]))
            start = end
        }
        return pieces
    }

    @Test("random messages, fragments and pieces decode to what was sent")
    func conversations() {
        let seed: UInt64 = 6_455
        var random = SplitMix64(seed: seed)
        for round in 0..<400 {
            let (bytes, items) = conversation(&random)
            var limits = WebSocketLimits()
            // Now and then memory is given back between messages.
            if round % 2 == 0 { limits.retainedBytesMax = 64 }
            let trace = WebSocketTrace(randomPieces(bytes, &random), limits: limits)
            #expect(trace == WebSocketTrace(items), "seed \(seed), round \(round)")
        }
    }

    @Test("damaged conversations fail alike however they are cut, and never trap")
    func damage() {
        let seed: UInt64 = 1_002
        var random = SplitMix64(seed: seed)
        for round in 0..<2_000 {
            var (bytes, _) = conversation(&random)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                bytes[index] = UInt8.random(in: 0...255, using: &random)
            }
            let whole = WebSocketTrace([bytes])
            let parts = WebSocketTrace(randomPieces(bytes, &random))
            #expect(whole == parts, "seed \(seed), round \(round)")
        }
    }

    @Test("what the encoder writes, a decoder of the other role reads, at every length form")
    func roundTrip() {
        let seed: UInt64 = 126
        var random = SplitMix64(seed: seed)
        let limits = WebSocketLimits(messageBytesMax: 1 << 20)
        for count in [0, 1, 2, 7, 8, 9, 124, 125, 126, 127, 65_535, 65_536, 70_000] {
            let payload = (0..<count).map { _ in UInt8.random(in: 0...127, using: &random) }
            let expected = WebSocketTrace([
                WebSocketTrace.Item(.text, payload), WebSocketTrace.Item(.binary, payload),
            ])
            let server =
                array(WebSocketFrame.text(payload.span).span)
                + array(WebSocketFrame.binary(payload.span).span)
            #expect(WebSocketTrace([server], role: .client, limits: limits) == expected)
            #expect(server.count == 2 * clientFrame(0x81, payload, mask: nil).count)
            let key = UInt32.random(in: 0...UInt32.max, using: &random)
            let client =
                array(WebSocketFrame.text(payload.span, mask: key).span)
                + array(WebSocketFrame.binary(payload.span, mask: key).span)
            #expect(WebSocketTrace([client], role: .server, limits: limits) == expected)
        }
    }
}
