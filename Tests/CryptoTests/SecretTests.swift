internal import Crypto
internal import Testing

@Suite struct SecretTests {
    @Test("equal bytes are equal, and one other bit anywhere makes a difference")
    func constantTime() {
        let secret = Array("a key of the dashboard \u{0} é".utf8)
        let same = secret
        #expect(areEqual(secret, same))
        for index in secret.indices {
            for bit in 0..<8 {
                var other = secret
                other[index] ^= 1 << bit
                #expect(!areEqual(secret, other), "byte \(index), bit \(bit)")
            }
        }
    }

    @Test("other lengths are never equal, and nothing equals nothing")
    func lengths() {
        let secret: [UInt8] = [1, 2, 3]
        #expect(!areEqual(secret, [1, 2]))
        #expect(!areEqual([1, 2], secret))
        #expect(!areEqual(secret, []))
        #expect(areEqual([], []))
    }

    @Test("random bytes are as many as asked for, and not the same twice")
    func random() {
        #expect(randomBytes(0).isEmpty)
        let first = randomBytes(32)
        let second = randomBytes(32)
        #expect(first.count == 32)
        // One chance in two to the power of 256.
        #expect(first != second)
    }

    private func areEqual(_ lhs: [UInt8], _ rhs: [UInt8]) -> Bool {
        constantTimeEqual(lhs.span, rhs.span)
    }
}
