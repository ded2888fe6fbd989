internal import Crypto
internal import Testing
internal import Trading
internal import Venues

@Suite struct WalletAddressTests {
    @Test("an account's earlier deposit wallet is where others have found it")
    func published() throws {
        let owner = try address("0x1111111111111111111111111111111111111111")
        #expect(
            WalletAddress.earlierDeposit(of: owner)
                == (try address("0xfaea0f08159fcf2f573fe24e9e989b0d48f7651b"))
        )
    }

    @Test("the four wallets of an account differ, and those of another account too")
    func distinct() throws {
        let owners = [
            try address("0x1111111111111111111111111111111111111111"),
            try address("0x1111111111111111111111111111111111111112"),
        ]
        let wallets = owners.flatMap { owner in
            [
                WalletAddress.proxy(of: owner), WalletAddress.safe(of: owner),
                WalletAddress.deposit(of: owner), WalletAddress.earlierDeposit(of: owner),
            ]
        }
        #expect(Set(wallets).count == 8)
    }

    @Test("a wallet's orders name who pays and who signs")
    func orders() throws {
        let owner = try privateKey(OrderSignerTests.cow).address
        let deposit = WalletAddress.deposit(of: owner)
        let wallets: [(TradingWallet, EthereumAddress, EthereumAddress)] = [
            (.eoa(owner), owner, owner),
            (.proxy(of: owner), WalletAddress.proxy(of: owner), owner),
            (.safe(of: owner), WalletAddress.safe(of: owner), owner),
            (.deposit(deposit), deposit, deposit),
        ]
        let signer = OrderSigner(try privateKey(OrderSignerTests.cow))
        for (index, (wallet, maker, signerAddress)) in wallets.enumerated() {
            let order = try wallet.limitOrder(
                .sell,
                Word256(7),
                price: Price(raw: 4_900),
                size: Quantity(raw: 10_009_999),
                tickSize: .hundredth,
                salt: try #require(OrderSalt(5)),
                at: Timestamp(milliseconds: 1_795_436_438_864)
            )
            #expect(order.maker == maker)
            #expect(order.signer == signerAddress)
            #expect(Int(order.signatureType.rawValue) == index)
            #expect(order.makerAmount.number == 10_000_000)
            #expect(order.takerAmount.number == 4_900_000)
            #expect(order.timestamp.number == 1_795_436_438_864)
            #expect(order.salt.number == 5)
            #expect(signer.isNamed(in: order))
        }
    }

    @Test("salts are whole numbers that JSON keeps, and do not repeat")
    func salts() {
        #expect(OrderSalt(1 << 53) == nil)
        #expect(OrderSalt((1 << 53) - 1)?.number == 9_007_199_254_740_991)
        var source = SystemRandomNumberGenerator()
        let salts = (0..<1_000).map { _ in OrderSalt.next(from: &source).number }
        #expect(salts.allSatisfy { $0 < 1 << 53 })
        #expect(Set(salts).count == 1_000)
        #expect(salts.contains { $0 > 1 << 50 })
    }
}
