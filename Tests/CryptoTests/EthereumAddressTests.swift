internal import Crypto
internal import Testing

@Suite struct EthereumAddressTests {
    /// EIP-55's test cases.
    private static let checksummed = [
        "0x52908400098527886E0F7030069857D2E4169EE7",
        "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
        "0xde709f2102306220921060314715629080e2fb77",
        "0x27b1fdb04752bbc536007a920d24acb045561c26",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
        "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ]

    @Test("addresses are written as EIP-55 has them, from either case", arguments: checksummed)
    func checksum(_ text: String) throws {
        #expect(try address(text).description == text)
        #expect(try address("0x" + text.dropFirst(2).lowercased()).description == text)
        #expect(try address("0x" + text.dropFirst(2).uppercased()).description == text)
    }

    @Test("one letter in the wrong case is found out")
    func mistyped() throws {
        let text = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
        for (index, character) in text.enumerated() where index >= 2 && character.isLetter {
            var characters = Array(text)
            characters[index] = Character(
                character.isLowercase ? character.uppercased() : character.lowercased()
            )
            #expect(throws: AddressError.wrongChecksum) { try address(String(characters)) }
        }
    }

    @Test(
        "what is not 0x and 40 digits is refused",
        arguments: [
            "", "0x", "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
            "0X5aaeb6053f3e94c9b9a09f33669435e7ef1beaed",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beae",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed0",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaeg",
            "0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaé",
        ]
    )
    func refused(_ text: String) {
        #expect(throws: AddressError.malformed) { try address(text) }
    }

    /// EIP-1014's examples: factory, salt, code, address.
    private static let create2: [(String, String, String, String)] = [
        (
            "0x0000000000000000000000000000000000000000",
            "0x0000000000000000000000000000000000000000000000000000000000000000", "00",
            "0x4D1A2e2bB4F88F0250f26Ffff098B0b30B26BF38"
        ),
        (
            "0xdeadbeef00000000000000000000000000000000",
            "0x0000000000000000000000000000000000000000000000000000000000000000", "00",
            "0xB928f69Bb1D91Cd65274e3c79d8986362984fDA3"
        ),
        (
            "0xdeadbeef00000000000000000000000000000000",
            "0x000000000000000000000000feed000000000000000000000000000000000000", "00",
            "0xD04116cDd17beBE565EB2422F2497E06cC1C9833"
        ),
        (
            "0x00000000000000000000000000000000deadbeef",
            "0x00000000000000000000000000000000000000000000000000000000cafebabe", "deadbeef",
            "0x60f3f640a8508fC6a86d45DF051962668E1e8AC7"
        ),
        (
            "0x0000000000000000000000000000000000000000",
            "0x0000000000000000000000000000000000000000000000000000000000000000", "",
            "0xE33C0C7F7df4809055C3ebA6c09CFe4BaF1BD9e0"
        ),
    ]

    @Test("CREATE2 puts contracts where EIP-1014 says", arguments: create2)
    func factories(_ factory: String, _ salt: String, _ code: String, _ expected: String) throws {
        let place = EthereumAddress.create2(
            factory: try address(factory),
            salt: try word(salt),
            initCodeHash: keccak256(bytes(code))
        )
        #expect(place.description == expected)
    }

    @Test("EIP-712's example domain and mail give its separator and digest")
    func eip712() throws {
        let domain = EIP712Domain(
            name: Keccak256.hash("Ether Mail"),
            version: Keccak256.hash("1"),
            chainID: 1,
            verifyingContract: try address("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC")
        )
        #expect(
            domain.separator
                == (try word("0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f"))
        )
        let mail = try word("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e")
        #expect(
            domain.digest(ofStructHash: mail)
                == (try word("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2"))
        )
    }
}
