internal import Crypto
internal import Foundation
internal import TestSupport
internal import Testing

@Suite struct Keccak256Tests {
    /// Texts and their Keccak-256: the Keccak team's test vectors (empty, one and three bytes),
    /// Ethereum's everyday hashes, EIP-712's example types.
    private static let published: [(String, String)] = [
        ("", "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        ("abc", "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"),
        ("hello", "1c8aff950685c2ed4bc3174f3472287b56d9517b9c948127319a09a7a36deac8"),
        ("testing", "5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02"),
        (
            "Transfer(address,address,uint256)",
            "ddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef"
        ),
        (
            "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)",
            "8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f"
        ),
        (
            "Mail(Person from,Person to,string contents)Person(string name,address wallet)",
            "a0cedeb2dc280ba39b857546d74f5549c3a1d7bdc2dd96bf881f76108e23dac2"
        ),
    ]

    @Test("texts have their published digests", arguments: published)
    func vectors(_ text: String, _ digest: String) throws {
        let bytes = Array(text.utf8)
        #expect(try keccak256(bytes) == word("0x" + digest))
    }

    @Test("it is not SHA3-256, whose padding differs")
    func notSHA3() throws {
        let sha3 = try word("0xa7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a")
        #expect(keccak256([]) != sha3)
    }

    @Test("every length around the ends of blocks agrees with the plain algorithm")
    func againstOracle() {
        var random = SplitMix64(seed: 136)
        for count in Array(0...300) + [407, 408, 409, 543, 544, 545, 5_000] {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            let digest = keccak256(bytes)
            #expect(digest == word(plainKeccak256(bytes)), "\(count)")
        }
    }

    @Test("a message in pieces has the digest of the whole, wherever it is cut")
    func pieces() {
        for count in [0, 1, 31, 135, 136, 137, 150] {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            let whole = Keccak256.hash(bytes.span)
            for way in DripFeed.ways(bytes) {
                var hasher = Keccak256Hasher()
                for piece in way { hasher.update(piece.span) }
                let digest = hasher.finalize()
                #expect(digest == whole, "\(count)")
            }
        }
    }

    @Test("words, literals and digits are the bytes they stand for, at every place of a block")
    func kinds() throws {
        let text = "0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
        let value = try word(text)
        for offset in 0..<140 {
            let front = [UInt8](repeating: 7, count: offset)
            var hasher = Keccak256Hasher()
            hasher.update(front.span)
            hasher.update(value)
            hasher.update("literal")
            hasher.update(hexadecimal: "00ffA5")
            let all = front + bytes(text) + Array("literal".utf8) + [0x00, 0xFF, 0xA5]
            let digest = hasher.finalize()
            #expect(digest == keccak256(all), "\(offset)")
        }
    }

    @Test("a copy taken midway goes on by itself")
    func copies() {
        var hasher = Keccak256Hasher()
        hasher.update("beginning ")
        var copy = hasher
        copy.update("another end")
        hasher.update("end")
        let digest = hasher.finalize()
        let copied = copy.finalize()
        #expect(digest == Keccak256.hash("beginning end"))
        #expect(copied == Keccak256.hash("beginning another end"))
    }

    @Test(
        "the recorded vectors hold",
        .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)")
    )
    func recorded() throws {
        let file = try #require(SharedData.bytes("fixtures/signing/keccak256.json"))
        let vectors = try JSONDecoder().decode(Vectors.self, from: Data(file)).vectors
        #expect(vectors.count == 9)
        for vector in vectors {
            let input = bytes(vector.inputHex)
            #expect(input.count == vector.length)
            #expect(try keccak256(input) == word(vector.keccak256), "\(vector.length)")
        }
    }

    private struct Vectors: Decodable {
        struct Vector: Decodable {
            let inputHex: String
            let length: Int
            let keccak256: String
        }
        let vectors: [Vector]
    }
}

/// The sponge as its specification words it, with tables computed instead of written down: slow,
/// and made in another way than the one under test.
private func plainKeccak256(_ message: [UInt8]) -> [UInt8] {
    var padded = message
    padded.append(contentsOf: [UInt8](repeating: 0, count: 136 - message.count % 136))
    padded[message.count] ^= 0x01
    padded[padded.count - 1] ^= 0x80
    var lanes = [UInt64](repeating: 0, count: 25)
    for block in stride(from: 0, to: padded.count, by: 136) {
        for index in 0..<136 {
            lanes[index / 8] ^= UInt64(padded[block + index]) << UInt64(index % 8 * 8)
        }
        plainPermutation(&lanes)
    }
    return (0..<32).map { UInt8(truncatingIfNeeded: lanes[$0 / 8] >> UInt64($0 % 8 * 8)) }
}

private func plainPermutation(_ lanes: inout [UInt64]) {
    func rotated(_ lane: UInt64, _ bits: Int) -> UInt64 {
        bits % 64 == 0 ? lane : lane << UInt64(bits % 64) | lane >> UInt64(64 - bits % 64)
    }
    // FIPS 202, algorithm 5: a shift register gives the bits of the round constants.
    var register = 1
    for _ in 0..<24 {
        let parity = (0..<5).map { x in
            (0..<5).reduce(UInt64(0)) { $0 ^ lanes[x + 5 * $1] }
        }
        for index in 0..<25 {
            let x = index % 5
            lanes[index] ^= parity[(x + 4) % 5] ^ rotated(parity[(x + 1) % 5], 1)
        }
        var moved = lanes
        var (x, y) = (1, 0)
        for step in 0..<24 {
            let target = (x: y, y: (2 * x + 3 * y) % 5)
            moved[target.x + 5 * target.y] = rotated(
                lanes[x + 5 * y],
                (step + 1) * (step + 2) / 2
            )
            (x, y) = target
        }
        for index in 0..<25 {
            let row = index / 5 * 5
            lanes[index] =
                moved[index] ^ (~moved[row + (index + 1) % 5] & moved[row + (index + 2) % 5])
        }
        for power in 0..<7 {
            if register & 1 == 1 { lanes[0] ^= 1 << UInt64((1 << power) - 1) }
            register = register << 1 ^ (register & 0x80 == 0 ? 0 : 0x171)
        }
    }
}
