internal import Crypto
internal import TestSupport
internal import Testing

@Suite struct SignatureTests {
    struct Vector: Sendable {
        let key: String
        let digest: String
        let r: String
        let s: String
        let v: UInt8
    }

    /// EIP-712's example (the mail from Cow to Bob), and deterministic signatures of SHA-256
    /// digests that went round when RFC 6979 came to Bitcoin (keys 1 and n - 1).
    private static let vectors = [
        Vector(
            key: "c85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4",
            digest: "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2",
            r: "4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d",
            s: "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b91562",
            v: 28
        ),
        // "Satoshi Nakamoto"
        Vector(
            key: "0000000000000000000000000000000000000000000000000000000000000001",
            digest: "a0dc65ffca799873cbea0ac274015b9526505daaaed385155425f7337704883e",
            r: "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8",
            s: "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5",
            v: 0
        ),
        // "Satoshi Nakamoto"
        Vector(
            key: "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140",
            digest: "a0dc65ffca799873cbea0ac274015b9526505daaaed385155425f7337704883e",
            r: "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0",
            s: "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed5",
            v: 0
        ),
        // "All those moments will be lost in time, like tears in rain. Time to die..."
        Vector(
            key: "0000000000000000000000000000000000000000000000000000000000000001",
            digest: "",
            r: "8600dbd41e348fe5c9465ab92d23e3db8b98b873beecd930736488696438cb6b",
            s: "547fe64427496db33bf66019dacbf0039c04199abb0122918601db38a72cfc21",
            v: 0
        ),
    ]

    @Test("the published signatures come out to the bit", arguments: vectors)
    func published(_ vector: Vector) throws {
        let key = try privateKey(vector.key)
        let digest: Word256
        if vector.digest.isEmpty {
            let text = "All those moments will be lost in time, like tears in rain. Time to die..."
            digest = Word256(SHA256.hash(Array(text.utf8).span))
        } else {
            digest = try word("0x" + vector.digest)
        }
        let signature = key.sign(digest)
        #expect(hexadecimal(signature.r) == vector.r)
        #expect(hexadecimal(signature.s) == vector.s)
        if vector.v > 0 { #expect(signature.v == vector.v) }
        #expect(signature.signer(of: digest) == key.publicKey)
    }

    @Test("signatures are low, the same each time, and tell who signed")
    func recovery() throws {
        var random = SplitMix64(seed: 6_979)
        var versions: Set<UInt8> = []
        for _ in 0..<64 {
            let key = try privateKey((0..<32).map { _ in randomByte(&random) })
            let digest = word((0..<32).map { _ in randomByte(&random) })
            let signature = key.sign(digest)
            #expect(signature.isLow)
            #expect(signature == key.sign(digest))
            #expect(signature.signer(of: digest)?.address == key.address)
            versions.insert(signature.v)
        }
        #expect(versions == [27, 28])
    }

    @Test("one changed bit of digest or signature tells of nobody or of somebody else")
    func changedBits() throws {
        let key = try privateKey(Self.vectors[0].key)
        let digest = bytes(Self.vectors[0].digest)
        let signature = key.sign(word(digest))
        for bit in 0..<256 {
            var other = digest
            other[bit / 8] ^= 1 << (bit % 8)
            #expect(signature.signer(of: word(other)) != key.publicKey, "digest, \(bit)")
        }
        let text = [UInt8](capacity: 65) { signature.append(to: &$0) }
        #expect(recoverable(text) == signature)
        for bit in 0..<(65 * 8) {
            var other = text
            other[bit / 8] ^= 1 << (bit % 8)
            let changed = recoverable(other)
            #expect(changed?.signer(of: word(digest)) != key.publicKey, "signature, \(bit)")
        }
    }

    @Test("the other signature that anybody can make of one, with s in the upper half, is refused")
    func highS() throws {
        let key = try privateKey(Self.vectors[0].key)
        let digest = try word("0x" + Self.vectors[0].digest)
        let signature = key.sign(digest)
        // n - s, and the other v.
        let high = try #require(
            RecoverableSignature(
                r: signature.r,
                s: try word("0xf8d666c92cfb3eac09bbc205fa0bf00eb2d7c9d4f8519d33c63c3b76ca7d2bdf"),
                v: 27
            )
        )
        #expect(!high.isLow)
        #expect(high.signer(of: digest) == nil)
    }

    @Test("half of the order is the greatest low s")
    func border() throws {
        let half = "0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0"
        let more = "0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a1"
        #expect(RecoverableSignature(r: Word256(1), s: try word(half), v: 27)?.isLow == true)
        #expect(RecoverableSignature(r: Word256(1), s: try word(more), v: 27)?.isLow == false)
    }

    @Test("what is no signature is refused")
    func refused() throws {
        #expect(recoverable([UInt8](repeating: 1, count: 64)) == nil)
        #expect(recoverable([UInt8](repeating: 27, count: 66)) == nil)
        for v: UInt8 in [0, 1, 26, 29, 255] {
            #expect(RecoverableSignature(r: Word256(1), s: Word256(1), v: v) == nil)
        }
        // Zero, and r not below the order.
        let zero = RecoverableSignature(r: .zero, s: .zero, v: 27)
        #expect(zero?.signer(of: Word256(1)) == nil)
        let order = try word("0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")
        let large = RecoverableSignature(r: order, s: Word256(1), v: 27)
        #expect(large?.signer(of: Word256(1)) == nil)
    }

    private func randomByte(_ random: inout SplitMix64) -> UInt8 {
        UInt8.random(in: 0...255, using: &random)
    }
}
