internal import Crypto
internal import TestSupport
internal import Testing
internal import Venues
internal import Wire

private let owner = EthereumAddress(constant: "0x96E7a1D4aE97e5926F6ef0E11451E977416e9830")
private let ownerWord = "00000000000000000000000096e7a1d4ae97e5926f6ef0e11451e977416e9830"
private let exchange = Exchange.binary.contract
private let exchangeWord = "000000000000000000000000e111180000d2663c0091e4f400237545b87b996b"

/// The word of a small number.
private func word(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 64 - digits.count) + digits
}

private func call(_ contract: String, _ data: String) -> String {
    "\"method\":\"eth_call\",\"params\":[{\"to\":\"\(contract)\",\"data\":\"0x\(data)\"},\"latest\"]"
}

@Suite struct ChainRequestTests {
    /// Questions, and what is sent for them (polymarket 12 for the selectors).
    private static let questions: [(ChainRead, String)] = [
        (.chainID, "\"method\":\"eth_chainId\",\"params\":[]"),
        (.blockNumber, "\"method\":\"eth_blockNumber\",\"params\":[]"),
        (
            .coins(of: owner),
            "\"method\":\"eth_getBalance\",\"params\":[\"\(owner)\",\"latest\"]"
        ),
        (
            .tokens(of: owner, token: PolygonContracts.collateral),
            call("0xC011a7E12a19f7B1f670d46F03B03f3342E82DFB", "70a08231" + ownerWord)
        ),
        (
            .allowance(owner: owner, spender: exchange, token: PolygonContracts.collateral),
            call(
                "0xC011a7E12a19f7B1f670d46F03B03f3342E82DFB",
                "dd62ed3e" + ownerWord + exchangeWord
            )
        ),
        (
            .balance(of: owner, id: Word256(7), contract: PolygonContracts.outcomes),
            call("0x4D97DCd97eC945f40cF65F87097ACe5EA0476045", "00fdd58e" + ownerWord + word(7))
        ),
        (
            .balances(
                of: owner,
                ids: [Word256(7), Word256(9)],
                contract: PolygonContracts.outcomes
            ),
            call(
                "0x4D97DCd97eC945f40cF65F87097ACe5EA0476045",
                "4e1273f4" + word(64) + word(160) + word(2) + ownerWord + ownerWord + word(2)
                    + word(7) + word(9)
            )
        ),
        (
            .isApprovedForAll(
                owner: owner,
                operator: exchange,
                contract: PolygonContracts.outcomes
            ),
            call(
                "0x4D97DCd97eC945f40cF65F87097ACe5EA0476045",
                "e985e9c5" + ownerWord + exchangeWord
            )
        ),
    ]

    private func body(_ request: ChainRequest) -> String {
        var buffer = ByteBuffer()
        request.appendBody(to: &buffer)
        return string(buffer.span)
    }

    @Test("every question is written as JSON-RPC and the contract ABI have it")
    func questions() {
        for (read, members) in Self.questions {
            let request = ChainRequest([read], firstID: 41)
            #expect(body(request) == "[{\"jsonrpc\":\"2.0\",\"id\":41,\(members)}]")
        }
    }

    @Test("a batch numbers its questions from the first id on")
    func batch() {
        let request = ChainRequest(Self.questions.map(\.0), firstID: 4_294_967_295)
        let expected = Self.questions.enumerated().map { index, question in
            "{\"jsonrpc\":\"2.0\",\"id\":\(4_294_967_295 + index),\(question.1)}"
        }
        #expect(body(request) == "[" + expected.joined(separator: ",") + "]")
    }

    @Test("what is written is JSON, whatever is asked")
    func grammar() throws {
        var random = SplitMix64(seed: 5)
        for round in 0..<50 {
            let ids = (0..<Int.random(in: 1...ChainRead.tokensMax, using: &random)).map { _ in
                Word256(UInt64.random(in: .min ... .max, using: &random))
            }
            let request = ChainRequest(
                [.chainID, .balances(of: owner, ids: ids, contract: PolygonContracts.outcomes)],
                firstID: UInt32.random(in: .min ... .max, using: &random)
            )
            var buffer = ByteBuffer()
            request.appendBody(to: &buffer)
            var reader = JSONReader(buffer.span)
            try reader.skipValue()
            #expect(try reader.next() == .end, "seed 5, round \(round)")
        }
    }
}

@Suite struct ChainAnswerTests {
    private static let reads: [ChainRead] = [
        .chainID, .coins(of: owner),
        .tokens(of: owner, token: PolygonContracts.collateral),
        .isApprovedForAll(owner: owner, operator: exchange, contract: PolygonContracts.outcomes),
        .balances(of: owner, ids: [Word256(7), Word256(9)], contract: PolygonContracts.outcomes),
    ]

    private func decode(
        _ body: String,
        _ reads: [ChainRead] = ChainAnswerTests.reads
    ) throws(ChainAnswerError) -> [Result<ChainValue, ChainReadError>] {
        let bytes = Array(body.utf8)
        return try ChainRequest(reads, firstID: 10).decode(bytes.span)
    }

    private func object(_ id: Int, _ result: String) -> String {
        "{\"jsonrpc\":\"2.0\",\"id\":\(id),\"result\":\(result)}"
    }

    @Test("answers are put to their questions, in whatever order they come")
    func order() throws {
        let answers = [
            object(10, "\"0x89\""), object(11, "\"0x1bc16d674ec80000\""),
            object(12, "\"0x\(word(5_000_000))\""), object(13, "\"0x\(word(1))\""),
            object(14, "\"0x\(word(32) + word(2) + word(70) + word(90))\""),
        ]
        let expected: [ChainValue] = [
            .number(Word256(137)), .number(Word256(2_000_000_000_000_000_000)),
            .number(Word256(5_000_000)), .truth(true), .numbers([Word256(70), Word256(90)]),
        ]
        for ordered in [answers, answers.reversed(), Array(answers[2...] + answers[..<2])] {
            let body = " [ " + ordered.joined(separator: " , ") + "]\n"
            #expect(try decode(body).map { try $0.get() } == expected)
        }
    }

    /// Results of one question, and what they are worth.
    @Test("a result is taken in the question's own form and in no other")
    func forms() throws {
        let token = ChainRead.tokens(of: owner, token: PolygonContracts.collateral)
        let pair = Self.reads[4]
        let number = ChainValue.number(Word256(11))
        let cases: [(ChainRead, String, Result<ChainValue, ChainReadError>)] = [
            (.chainID, "\"0xb\"", .success(number)), (.chainID, "\"0x0b\"", .success(number)),
            (.chainID, "\"0xB\"", .success(number)),
            (.chainID, "\"0x0\"", .success(.number(.zero))),
            (.chainID, "\"0x\"", .failure(.malformed)), (.chainID, "\"b\"", .failure(.malformed)),
            (.chainID, "\"0xg\"", .failure(.malformed)), (.chainID, "11", .failure(.malformed)),
            (.chainID, "null", .failure(.malformed)), (.chainID, "[]", .failure(.malformed)),
            (.chainID, "{\"x\":[1]}", .failure(.malformed)),
            (.chainID, "\"0x1\(word(0))\"", .failure(.malformed)),
            (token, "\"0x\(word(11))\"", .success(number)),
            (token, "\"0xb\"", .failure(.malformed)), (token, "\"0x\"", .failure(.noContract)),
            (token, "\"0x\(word(11))00\"", .failure(.malformed)),
            (Self.reads[3], "\"0x\(word(0))\"", .success(.truth(false))),
            (Self.reads[3], "\"0x\(word(2))\"", .failure(.malformed)),
            (Self.reads[3], "\"0x\"", .failure(.noContract)),
            (pair, "\"0x\(word(32) + word(1) + word(7))\"", .failure(.malformed)),
            (pair, "\"0x\(word(64) + word(2) + word(7) + word(9))\"", .failure(.malformed)),
            (pair, "\"0x\(word(32) + word(3) + word(7) + word(9))\"", .failure(.malformed)),
            (pair, "\"0x\(word(32) + word(2) + word(7))\"", .failure(.malformed)),
            (pair, "\"0x\(word(32) + word(2) + word(7) + word(9)))\"", .failure(.malformed)),
        ]
        for (read, result, expected) in cases {
            let answers = try decode("[\(object(10, result))]", [read])
            #expect(answers == [expected], "\(result)")
        }
    }

    @Test("a refusal of one question leaves the others answered")
    func refusal() throws {
        let answers = try decode(
            "[{\"jsonrpc\":\"2.0\",\"id\":11,\"error\":{\"code\":-32000,"
                + "\"message\":\"execution\\n reverted\",\"data\":[1,{}]}},"
                + "{\"id\":10,\"error\":null,\"result\":\"0x89\"}]",
            [.chainID, .coins(of: owner)]
        )
        #expect(answers[0] == .success(.number(Word256(137))))
        #expect(
            answers[1]
                == .failure(.refused(ChainRefusal(code: -32_000, text: "execution  reverted")))
        )
    }

    @Test("a batch that is refused as a whole says why")
    func wholeRefusal() {
        #expect(
            throws: ChainAnswerError.refused(ChainRefusal(code: -32_005, text: "too many"))
        ) {
            try decode(
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":"
                    + "{\"code\":-32005,\"message\":\"too many\"}}"
            )
        }
    }

    @Test("an answer to something else, a second one, or too few, are none")
    func wrongAnswers() {
        let good = object(10, "\"0x89\"")
        let cases: [(String, ChainAnswerError)] = [
            ("[]", .incomplete), ("[\(good)]", .incomplete),
            ("[\(good),\(good)]", .wrongID), ("[\(object(9, "\"0x1\""))]", .wrongID),
            ("[\(object(12, "\"0x1\""))]", .wrongID),
            ("[{\"id\":\"10\",\"result\":\"0x1\"}]", .wrongID),
            ("[{\"id\":10.5,\"result\":\"0x1\"}]", .wrongID),
            ("[{\"id\":-10,\"result\":\"0x1\"}]", .wrongID),
            ("[{\"id\":99999999999999999999,\"result\":\"0x1\"}]", .wrongID),
            ("[{\"id\":null,\"result\":\"0x1\"}]", .wrongID),
            ("[{\"result\":\"0x1\"}]", .wrongID), ("[{\"id\":10}]", .malformed),
            ("[{\"id\":[],\"result\":\"0x1\"}]", .malformed),
            ("[{\"id\":10,\"id\":11,\"result\":\"0x1\"}]", .malformed),
            ("[{\"id\":10,\"result\":\"0x1\",\"result\":\"0x2\"}]", .malformed),
            ("[{\"id\":10,\"result\":\"0x1\",\"error\":{\"code\":1}}]", .malformed),
            ("[{\"id\":10,\"error\":\"no\"}]", .malformed),
            ("[{\"id\":10,\"error\":{\"code\":\"1\"}}]", .malformed),
            ("[{\"id\":10,\"error\":{\"message\":1}}]", .malformed),
            ("[1]", .malformed), ("7", .malformed), ("null", .malformed),
            ("{\"id\":10,\"result\":\"0x89\"}", .malformed),
        ]
        for (body, error) in cases {
            #expect(throws: error, "\(body)") {
                try decode(body, [.chainID, .coins(of: owner)])
            }
        }
    }

    @Test("what is no JSON, cut anywhere, is refused")
    func cuts() throws {
        let body = "[\(object(10, "\"0x89\"")),\(object(11, "\"0x1\""))]"
        let reads: [ChainRead] = [.chainID, .coins(of: owner)]
        _ = try decode(body, reads)
        for count in 0..<body.utf8.count {
            let cut = String(decoding: Array(body.utf8)[..<count], as: UTF8.self)
            #expect(throws: ChainAnswerError.self, "\(cut)") { try decode(cut, reads) }
        }
        #expect(throws: ChainAnswerError.self) { try decode(body + "x", reads) }
        #expect(throws: ChainAnswerError.self) { try decode("<html>", reads) }
    }

    @Test("any byte changed is an answer, a refusal of one, or an error, and never a trap")
    func mutations() {
        let body = Array("[\(object(10, "\"0x89\"")),\(object(11, "\"0x\(word(1))\""))]".utf8)
        var random = SplitMix64(seed: 77)
        for _ in 0..<3_000 {
            var bytes = body
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(
                    in: 0x20...0x7F,
                    using: &random
                )
            }
            _ = try? ChainRequest([.chainID, .coins(of: owner)], firstID: 10).decode(bytes.span)
        }
    }
}
