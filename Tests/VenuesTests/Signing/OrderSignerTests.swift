internal import Crypto
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

@Suite struct OrderSignerTests {
    /// The Keccak-256 of "cow" and of "dog".
    static let cow = "c85ef7d79691fe79573b1a7064c19c1a9819ebdbd1faaab1a8ec92344438aaf4"
    static let dog = "41791102999c339c844880b23950704cc43aa840f3739e365323cda4dfa89e7a"
    static let wallet = "0x1111111111111111111111111111111111111111"

    struct Case: Sendable {
        let name: String
        let order: @Sendable () throws -> ExchangeOrder
        let exchange: Exchange
        var sessionKey: String?
        let id: String
        let signature: String
    }

    /// What a deposit wallet's signature ends with: the order's type as ASCII, and its length.
    private static let typeText =
        "4f726465722875696e743235362073616c742c61646472657373206d616b65722c61646472657373207369676e65"
        + "722c75696e7432353620746f6b656e49642c75696e74323536206d616b6572416d6f756e742c75696e74323536"
        + "2074616b6572416d6f756e742c75696e743820736964652c75696e7438207369676e6174757265547970652c75"
        + "696e743235362074696d657374616d702c62797465733332206d657461646174612c6279746573333220627569"
        + "6c6465722900ba"
    private static let separatorThree =
        "466c63910185bbd55e8679264200c4e0abdcbb0c6264eb3d41d13326022e095b"
    private static let walletOrderHash =
        "bc4204155567a7fd27aaa08e2d9f94b6f3fdd2b64bb8a1372a35a9d3078f9395"

    /// Computed by another implementation (the curve, RFC 6979 and EIP-712 in a page of Python).
    private static let cases = [
        Case(
            name: "an account's own order",
            order: {
                let owner = try privateKey(cow).address
                return ExchangeOrder(
                    salt: Word256(1_234_567_890_123),
                    maker: owner,
                    signer: owner,
                    // 2^255 + 12345
                    tokenID: try decimalWord(
                        "57896044618658097711785492504343953926634992332820282019728792003956564832313"
                    ),
                    makerAmount: Word256(5_000_000),
                    takerAmount: Word256(10_000_000),
                    side: .buy,
                    signatureType: .eoa,
                    timestamp: Word256(1_700_000_000_000)
                )
            },
            exchange: .binary,
            id: "1c164a98d5d363875102e966f20f9c69e55e077c658651af26985a875b3ed38c",
            signature: "151f3afd6a6a7568c9fd7342a5f66eff04e5240106e1f548fae98a48370b119e"
                + "16c4ddb8f26dde5c5f0f1abcca401794fecb9bb6011d3c0d2f2c1655d04574371b"
        ),
        Case(
            name: "a proxy wallet's",
            order: { try walletOrder(.proxy, salt: 1) },
            exchange: .negRisk,
            id: "1dc1352433b88aaff3be6d194b28560cc16719d35db683a0f90d8f93a9214e9a",
            signature: "01ec2850308a71b3734748cc3bbaf5ea4fb7c3e029e24bef611811e4e998b5b9"
                + "40a0c1f30a189e23aa1ced7596d9d9d8cecc2df567f9048ba6b502989ca3a8f41b"
        ),
        Case(
            name: "a Safe's on another chain, with metadata and builder",
            order: {
                var order = try walletOrder(.safe, salt: 2)
                order.metadata = Keccak256.hash("meta")
                order.builder = Keccak256.hash("builder")
                return order
            },
            exchange: Exchange(
                contract: EthereumAddress(constant: "0xE111180000d2663C0091e4f400237545B87B996B"),
                chainID: 80_002,
                version: .two
            ),
            id: "33ce34ed39da29f4fcc13ee4973dae53be74e446e25e3142c9928036134ed952",
            signature: "c52ab214845e0e393a1b63a4f770524a0753bd0496fb7bf65db18994d75bca9b"
                + "4b91bc266270a13f72667c94821ad46016d706144d5c29d4a233d813ad7abb6a1b"
        ),
        Case(
            name: "a deposit wallet's",
            order: depositOrder,
            exchange: .secondGeneration,
            id: "7f760bbe652b5ac1b86e6de7f76f141179a2a04a048737b5975be05626a92fb7",
            signature: "532f0f2dc59c31a26a177b91c4de68d189993080e47a16366eaa70979c1a5df9"
                + "7aa046b08115d398a234e4d42a6b9a73a10b27e5ff6f6373db41c724e255476e1b"
                + separatorThree + walletOrderHash + typeText
        ),
        Case(
            name: "a deposit wallet's, by a session's key",
            order: depositOrder,
            exchange: .secondGeneration,
            sessionKey: dog,
            id: "7f760bbe652b5ac1b86e6de7f76f141179a2a04a048737b5975be05626a92fb7",
            signature: "000000000000000000000000252487948306535425542fcfe52008d32d1fd9fb"
                + String(repeating: "0", count: 64)
                + "0000000000000000000000000000000000000000000000000000000000000060"
                + "000000000000000000000000000000000000000000000000000000000000013d"
                + "ca8c09fca50766e26870b79a881f2f0d4ec88920d3206dd48cf8b2d5915f132b"
                + "42f00ed7d527d5c0ac09ba2237ffc30c03062661d35d9c4a898e73ff2fb43c4f1b"
                + separatorThree + walletOrderHash + typeText + "000000"
                + String(repeating: "6492", count: 16)
        ),
    ]

    private static func walletOrder(_ type: SignatureType, salt: UInt64) throws -> ExchangeOrder {
        ExchangeOrder(
            salt: Word256(salt),
            maker: try address(wallet),
            signer: try privateKey(cow).address,
            tokenID: Word256(99),
            makerAmount: Word256(10_000_000),
            takerAmount: Word256(4_900_000),
            side: .sell,
            signatureType: type,
            timestamp: Word256(1_700_000_000_001)
        )
    }

    @Sendable static func depositOrder() throws -> ExchangeOrder {
        ExchangeOrder(
            salt: Word256(3),
            maker: try address(wallet),
            signer: try address(wallet),
            // 2^248 + 1
            tokenID: try word("0x01" + String(repeating: "0", count: 61) + "1"),
            makerAmount: Word256(5_100_000),
            takerAmount: Word256(10_000_000),
            side: .buy,
            signatureType: .depositWallet,
            timestamp: Word256(1_700_000_000_002)
        )
    }

    @Test("orders of every kind have the id and the signature that another implementation gives")
    func cases() throws {
        for item in Self.cases {
            let key = try privateKey(item.sessionKey ?? Self.cow)
            let signer = OrderSigner(key, role: item.sessionKey == nil ? .owner : .session)
            let order = try item.order()
            let signed = signer.sign(order, for: item.exchange)
            #expect(signed.id.description == "0x" + item.id, "\(item.name)")
            #expect(signed.signature.text == "0x" + item.signature, "\(item.name)")
            #expect(signed.signature.byteCount * 2 == item.signature.count, "\(item.name)")
            #expect(signer.isNamed(in: order), "\(item.name)")
        }
    }

    @Test("one changed bit of any field gives another id, and its signature another signer")
    func changedBits() throws {
        let order = try Self.cases[0].order()
        let signed = OrderSigner(try privateKey(Self.cow)).sign(order, for: .binary)
        let fields: [WritableKeyPath<ExchangeOrder, Word256>] = [
            \.salt, \.tokenID, \.makerAmount, \.takerAmount, \.timestamp, \.metadata, \.builder,
        ]
        var others: [ExchangeOrder] = []
        for field in fields {
            for bit in [0, 1, 63, 64, 100, 255] {
                var other = order
                var bytes = (0..<32).map { other[keyPath: field].span[$0] }
                bytes[31 - bit / 8] ^= 1 << (bit % 8)
                other[keyPath: field] = Word256(bytes.span)
                others.append(other)
            }
        }
        for change: (inout ExchangeOrder) throws -> Void in [
            { $0.side = .sell }, { $0.signatureType = .proxy },
            { $0.maker = try address(Self.wallet) }, { $0.signer = try address(Self.wallet) },
        ] {
            var other = order
            try change(&other)
            others.append(other)
        }
        var ids: Set<Word256> = [signed.id]
        for other in others {
            let id = Exchange.binary.domain.digest(ofStructHash: other.structHash)
            ids.insert(id)
            #expect(signed.signature.inner.signer(of: id)?.address != order.signer)
        }
        #expect(ids.count == others.count + 1)
        #expect(signed.signature.inner.signer(of: signed.id)?.address == order.signer)
    }

    @Test("another exchange, version or chain gives another id")
    func domains() throws {
        let order = try Self.cases[0].order()
        let contract = Exchange.binary.contract
        let exchanges = [
            Exchange.binary, .negRisk, .secondGeneration,
            Exchange(contract: contract, chainID: 137, version: .three),
            Exchange(contract: contract, chainID: 80_002, version: .two),
        ]
        let ids = Set(exchanges.map { $0.domain.digest(ofStructHash: order.structHash) })
        #expect(ids.count == exchanges.count)
    }

    @Test("the separators of Polygon's exchanges are the known ones")
    func separators() throws {
        for (exchange, separator) in [
            (.binary, "3264e159346253e26a64e00b69032db0e7d32f94628de3e6eecb50304d7af3d2"),
            (.negRisk, "9b858f53327b0bd13af8ec14cfb35234fb9eb7b0504d1a4e61f433840d30e81a"),
            (.secondGeneration, Self.separatorThree),
        ] as [(Exchange, String)] {
            #expect(exchange.domain.separator.description == "0x" + separator)
        }
        #expect(
            Exchange(contract: Exchange.binary.contract, chainID: 137, version: .two) == .binary
        )
    }

    @Test("a token's exchange follows from its number and its market")
    func exchanges() throws {
        let old = try decimalWord(
            "79419778250664478060649110574600456465718423606090784275213439030156894893686"
        )
        let new = try decimalWord(
            "572161915587908656199209164434741620703621300526972525663755406366896755713"
        )
        #expect(Exchange.trading(old, isNegRisk: false) == .binary)
        #expect(Exchange.trading(old, isNegRisk: true) == .negRisk)
        #expect(Exchange.trading(new, isNegRisk: false) == .secondGeneration)
        #expect(Exchange.trading(new, isNegRisk: true) == .secondGeneration)
        // Bits 39 and 104 are not looked at, 40 and 103 are.
        for (bit, isNew) in [(39, true), (40, false), (103, false), (104, true)] {
            var bytes = (0..<32).map { new.span[$0] }
            bytes[31 - bit / 8] |= 1 << (bit % 8)
            let token = Word256(bytes.span)
            #expect(Exchange.isSecondGeneration(token) == isNew, "bit \(bit)")
        }
    }

    @Test("an order that names somebody else than the key is found out")
    func naming() throws {
        let signer = OrderSigner(try privateKey(Self.dog))
        for item in Self.cases[..<3] {
            #expect(!signer.isNamed(in: try item.order()), "\(item.name)")
        }
        var order = try Self.depositOrder()
        order.signer = signer.key.address
        #expect(!signer.isNamed(in: order))
    }
}
