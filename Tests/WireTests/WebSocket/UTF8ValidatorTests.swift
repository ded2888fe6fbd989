import TestSupport
import Testing

@testable import Wire

@Suite struct UTF8ValidatorTests {
    /// Whether the pieces are a valid and complete text.
    private func isValid(_ pieces: [[UInt8]]) -> Bool {
        var validator = UTF8Validator()
        for piece in pieces where !validator.accept(piece.span) { return false }
        return validator.isComplete
    }

    /// Whether a valid text can begin with these bytes.
    private func isPrefix(_ bytes: [UInt8]) -> Bool {
        var validator = UTF8Validator()
        return validator.accept(bytes.span)
    }

    private func agrees(_ bytes: [UInt8]) -> Bool {
        let expected = String(validating: bytes, as: UTF8.self) != nil
        return isValid([bytes]) == expected && isValid(bytes.map { [$0] }) == expected
    }

    @Test(
        "every sequence of one and two bytes, and the edges of three and four, as the library says"
    )
    func edges() {
        for first in UInt8.min...UInt8.max {
            #expect(agrees([first]))
            for second in UInt8.min...UInt8.max where !agrees([first, second]) {
                Issue.record("\(first) \(second)")
            }
        }
        let edge: [UInt8] = [0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF]
        for first in UInt8(0xE0)...0xFF {
            for second in edge {
                for third in edge {
                    #expect(agrees([first, second, third]))
                    for fourth in edge where !agrees([first, second, third, fourth]) {
                        Issue.record("\(first) \(second) \(third) \(fourth)")
                    }
                }
            }
        }
    }

    @Test("random texts, sound and damaged, in two pieces, as the library says")
    func random() {
        let seed: UInt64 = 3_629
        var random = SplitMix64(seed: seed)
        let characters = Array("abcdefgh é✋😀\u{7FF}\u{800}\u{D7FF}\u{E000}\u{FFFF}\u{10FFFF}")
        for round in 0..<3_000 {
            let count = Int.random(in: 0...40, using: &random)
            let sound = String(
                (0..<count).map { _ in characters.randomElement(using: &random) ?? "a" }
            )
            var bytes = Array(sound.utf8)
            if !bytes.isEmpty && Bool.random(using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                bytes[index] = UInt8.random(in: 0x80...0xFF, using: &random)
            }
            let cut = Int.random(in: 0...bytes.count, using: &random)
            let expected = String(validating: bytes, as: UTF8.self) != nil
            #expect(
                isValid([Array(bytes[..<cut]), Array(bytes[cut...])]) == expected,
                "seed \(seed), round \(round)"
            )
        }
    }

    @Test("the first byte that cannot be right is refused at once")
    func failsFast() {
        let starts: [[UInt8]] = [
            [0x80], [0xC0], [0xC1], [0xF5], [0xE0, 0x9F], [0xED, 0xA0], [0xF0, 0x8F], [0xF4, 0x90],
            [0xC3, 0x41], [0xE2, 0x82, 0x41],
        ]
        for start in starts {
            #expect(isPrefix(Array(start.dropLast())))
            #expect(!isPrefix(start))
        }
    }
}
