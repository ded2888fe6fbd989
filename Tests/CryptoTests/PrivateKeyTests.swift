internal import Crypto
internal import TestSupport
internal import Testing

@Suite struct PrivateKeyTests {
    /// The order of the curve's group (SEC 2, section 2.4.1).
    private static let order = "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"
    private static let zeros = String(repeating: "0", count: 64)
    /// EIP-712's example: the Keccak-256 of "cow".
    private static let cow = "c85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4"

    /// Private keys and their addresses: the numbers 1 and 2, EIP-712's cow, the greatest key.
    private static let accounts: [(String, String)] = [
        (zeros.dropLast() + "1", "0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf"),
        (zeros.dropLast() + "2", "0x2B5AD5c4795c026514f8317c7a215E218DcCD6cF"),
        (cow, "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"),
        (order.dropLast() + "0", "0x80C0dbf239224071c59dD8970ab9d542E3414aB2"),
    ]

    @Test("a key has its published address", arguments: accounts)
    func addresses(_ key: String, _ account: String) throws {
        #expect(try privateKey(key).address.description == account)
        #expect(try privateKey("0x" + key.uppercased()).address.description == account)
        #expect(try privateKey(bytes(key)).address.description == account)
    }

    @Test("the key 1 is the curve's base point (SEC 2, section 2.4.1)")
    func basePoint() throws {
        let key = try privateKey(Self.zeros.dropLast() + "1").publicKey
        #expect(
            key.x
                == (try word("0x79be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"))
        )
        #expect(
            key.y
                == (try word("0x483ada7726a3c4655da4fbfc0e1108a8fd17b448a68554199c47d08ffb10d4b8"))
        )
    }

    private static let bad: [(String, PrivateKeyError)] = [
        ("", .wrongLength), ("0x", .wrongLength), ("0", .wrongLength),
        (String(cow.dropLast()), .wrongLength), (cow + "0", .wrongLength),
        ("0x" + cow.dropLast(2), .wrongLength), (" " + cow, .wrongLength),
        ("0X" + cow, .wrongLength),
        (cow.dropLast() + "g", .notHexadecimal), (" " + cow.dropLast(), .notHexadecimal),
        ("0x" + cow.dropLast() + "\n", .notHexadecimal),
        (zeros, .zero), ("0x" + zeros, .zero),
        (order, .outOfRange), (order.dropLast() + "2", .outOfRange),
        (String(repeating: "f", count: 64), .outOfRange),
    ]

    @Test("what is no key is refused for its reason", arguments: bad)
    func refused(_ text: String, _ reason: PrivateKeyError) {
        #expect(throws: reason) { try privateKey(text) }
    }

    @Test("other numbers of bytes than 32 are no key")
    func wrongByteCount() {
        for count in [0, 1, 31, 33, 64] {
            #expect(throws: PrivateKeyError.wrongLength) {
                try privateKey([UInt8](repeating: 1, count: count))
            }
        }
    }

    @Test("no description, dump or mirror and no error has digits of the key")
    func redacted() throws {
        let key = try privateKey(Self.cow)
        let hmac = HMACSHA256Key(bytes(Self.cow).span)
        let secret = SecretBytes(copying: bytes(Self.cow).span)
        struct Holder {
            let key: PrivateKey
            let hmac: HMACSHA256Key
            let secret: SecretBytes
        }
        let holder = Holder(key: key, hmac: hmac, secret: secret)
        var texts: [String] = []
        func look(_ value: some Any) {
            var dumped = ""
            dump(value, to: &dumped)
            texts += ["\(value)", String(describing: value), String(reflecting: value), dumped]
            texts += Mirror(reflecting: value).children.map { "\($0)" }
        }
        look(key)
        look(hmac)
        look(secret)
        look(holder)
        look([key])
        look(key as PrivateKey?)
        for (text, _) in Self.bad { texts.append("\(failure { _ = try privateKey(text) })") }
        for text in texts {
            // No eight digits of it anywhere, in hexadecimal, and no array of its bytes.
            for start in stride(from: 0, to: 64, by: 8) {
                let digits = Self.cow.dropFirst(start).prefix(8)
                #expect(!text.lowercased().contains(digits), "\(text)")
            }
            #expect(!text.contains("200, 94, 247"), "\(text)")
            #expect(!text.contains("200\n"), "\(text)")
        }
        #expect("\(key)" == "<private key of 0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826>")
        #expect("\(secret)" == "<secret>")
    }

    private func failure(_ body: () throws -> Void) -> String {
        do { try body() } catch { return "\(error) \(String(reflecting: error))" }
        return ""
    }

    @Test("wiped bytes are zero")
    func wiping() {
        var secret: [UInt8] = [1, 2, 3]
        var span = secret.mutableSpan
        wipe(&span)
        #expect(secret == [0, 0, 0])
    }
}
