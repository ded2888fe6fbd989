internal import Crypto
internal import Foundation
internal import TestSupport
internal import Testing
internal import Venues
internal import Wire

@Suite struct SigningRequestTests {
    private static let key = OrderSignerTests.cow
    private static let owner = "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"

    /// The order of an account's own among `OrderSignerTests`' cases.
    private static let order: [(String, String)] = [
        ("salt", "\"1234567890123\""), ("maker", "\"\(owner)\""), ("signer", "\"\(owner)\""),
        (
            "tokenId",
            "\"57896044618658097711785492504343953926634992332820282019728792003956564832313\""
        ),
        ("makerAmount", "\"5000000\""), ("takerAmount", "\"10000000\""), ("side", "0"),
        ("signatureType", "0"), ("timestamp", "\"1700000000000\""),
    ]
    private static let members: [(String, String)] = [
        ("privateKey", "\"0x\(key)\""), ("chainId", "137"),
        ("verifyingContract", "\"0xE111180000d2663C0091e4f400237545B87B996B\""),
        ("domainVersion", "\"2\""),
    ]
    private static let id = "0x1c164a98d5d363875102e966f20f9c69e55e077c658651af26985a875b3ed38c"

    private static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}"
    }

    /// A whole line, with members replaced (`order.` in front of the order's), left out (`nil`)
    /// or added.
    private static func line(_ changes: [(String, String?)] = []) -> String {
        var (outer, inner) = (members, order)
        for (name, value) in changes {
            let isInner = name.hasPrefix("order.")
            let name = isInner ? String(name.dropFirst(6)) : name
            var list = isInner ? inner : outer
            let index = list.firstIndex { $0.0 == name }
            switch (index, value) {
            case (let index?, let value?): list[index].1 = value
            case (let index?, nil): list.remove(at: index)
            case (nil, let value?): list.append((name, value))
            case (nil, nil): break
            }
            if isInner { inner = list } else { outer = list }
        }
        if outer.contains(where: { $0.0 == "order" }) { return object(outer) }
        return object(outer + [("order", object(inner))])
    }

    enum Answer: Equatable {
        case signed(String)
        case refused(Int, SigningRequestError.Reason)
    }

    private func answers(_ pieces: [[UInt8]]) -> [Answer] {
        var reader = SigningRequestReader()
        var answers: [Answer] = []
        func drain(_ reader: inout SigningRequestReader) {
            while let item = reader.next() {
                switch item {
                case .request(_, let request): answers.append(.signed("\(request.sign().id)"))
                case .refused(let line, let error): answers.append(.refused(line, error.reason))
                }
            }
        }
        for piece in pieces {
            reader.receive(piece.span)
            drain(&reader)
        }
        reader.finish()
        drain(&reader)
        return answers
    }

    private func answers(_ text: String) -> [Answer] { answers([Array(text.utf8)]) }

    @Test("a request is read whole, byte by byte and cut at every point")
    func dripFeed() {
        let text = Self.line() + "\n\n  \r\n{}\n"
        let expected: [Answer] = [.signed(Self.id), .refused(4, .missing(.privateKey))]
        for way in DripFeed.ways(Array(text.utf8)) { #expect(answers(way) == expected) }
    }

    @Test("members come in any order, with others between; numbers as numbers or as texts")
    func freedom() {
        var members = Self.members.reversed() as [(String, String)]
        members.insert(("order", Self.object(Self.order.reversed())), at: 0)
        members.insert(("note", "[{\"privateKey\":1}]"), at: 0)
        #expect(answers(Self.object(members)) == [.signed(Self.id)])
        let changes: [[(String, String?)]] = [
            [("order.salt", "1234567890123")], [("order.side", "\"0\"")], [("chainId", "\"137\"")],
            [("privateKey", "\"\(Self.key.uppercased())\"")],
            [("order.maker", "\"\(Self.owner.lowercased())\"")],
            [("order.expiration", "\"0\""), ("order.signature", "\"0x\"")],
            [("order.metadata", "\"0x\(String(repeating: "0", count: 64))\"")],
        ]
        for change in changes { #expect(answers(Self.line(change)) == [.signed(Self.id)]) }
    }

    /// Changes to a good line, and why it is no longer one.
    private static let refusals: [([(String, String?)], SigningRequestError.Reason)] = [
        ([("privateKey", nil)], .missing(.privateKey)), ([("chainId", nil)], .missing(.chainID)),
        ([("order", "null")], .wrongType(.order)), ([("order", "[]")], .wrongType(.order)),
        ([("order.signer", nil)], .missing(.signer)),
        ([("order.timestamp", nil)], .missing(.timestamp)),
        ([("privateKey", "7")], .wrongType(.privateKey)),
        ([("privateKey", "\"\"")], .key(.privateKey, .wrongLength)),
        ([("privateKey", "\"\(key.dropLast())x\"")], .key(.privateKey, .notHexadecimal)),
        (
            [("privateKey", "\"\(String(repeating: "0", count: 64))\"")],
            .key(.privateKey, .zero)
        ),
        (
            [("privateKey", "\"\(String(repeating: "f", count: 64))\"")],
            .key(.privateKey, .outOfRange)
        ),
        ([("sessionPrivateKey", "\"\(key)\"")], .session),
        ([("chainId", "1.5")], .number(.chainID)), ([("chainId", "-1")], .number(.chainID)),
        ([("chainId", "18446744073709551616")], .number(.chainID)),
        ([("chainId", "true")], .wrongType(.chainID)),
        ([("verifyingContract", "\"0x12\"")], .address(.verifyingContract, .malformed)),
        (
            [("verifyingContract", "\"0xE111180000d2663C0091e4f400237545B87B996b\"")],
            .address(.verifyingContract, .wrongChecksum)
        ),
        ([("domainVersion", "\"1\"")], .version),
        ([("domainVersion", "2")], .wrongType(.domainVersion)),
        ([("order.side", "2")], .side), ([("order.side", "\"BUY\"")], .number(.side)),
        ([("order.signatureType", "4")], .signatureType),
        ([("order.signatureType", "256")], .signatureType),
        ([("order.salt", "\"\"")], .number(.salt)), ([("order.salt", "1e3")], .number(.salt)),
        ([("order.makerAmount", "\"-5\"")], .number(.makerAmount)),
        ([("order.makerAmount", "null")], .wrongType(.makerAmount)),
        (
            [("order.tokenId", "\"1\(String(repeating: "0", count: 78))\"")], .number(.tokenID)
        ),
        ([("order.metadata", "\"0x00\"")], .word(.metadata)),
        ([("order.nonce", "\"0\"")], .versionOne), ([("order.feeRateBps", "0")], .versionOne),
    ]

    @Test("a bad line is refused for its reason, and its sentence has no digit of the key")
    func refused() {
        for (change, reason) in Self.refusals {
            let line = Self.line(change)
            #expect(answers(line) == [.refused(1, reason)], "\(line)")
        }
        #expect(answers("[]") == [.refused(1, .notAnObject)])
        #expect(answers("{} {}") == [.refused(1, .notJSON(JSONError(.extraData, at: 3)))])
        #expect(answers("{\"a\"") == [.refused(1, .notJSON(JSONError(.expectedColon, at: 4)))])
    }

    @Test("a member that is there twice is refused: it is not clear which is meant")
    func repeated() {
        let line = Self.line()
        let twice = line.dropLast() + ",\"privateKey\":\"0x\(OrderSignerTests.dog)\"}"
        #expect(answers(String(twice)) == [.refused(1, .repeated(.privateKey))])
        let inner = line.dropLast(2) + ",\"side\":1}}"
        #expect(answers(String(inner)) == [.refused(1, .repeated(.side))])
    }

    @Test("a line that is too long is refused, and the next one read")
    func tooLong() {
        let blanks = String(repeating: " ", count: SigningRequestReader.lineByteCountMax)
        let text = "{\"note\":\"" + blanks + "\"}\n" + Self.line() + "\n" + blanks + Self.line()
        #expect(
            answers(text) == [.refused(1, .tooLong), .signed(Self.id), .refused(3, .tooLong)]
        )
        #expect(answers(blanks + "\n" + Self.line()) == [.signed(Self.id)])
    }

    @Test("sentences name the member and never tell what a key was")
    func sentences() throws {
        for (change, _) in Self.refusals {
            var reader = SigningRequestReader()
            reader.receive(Array(Self.line(change).utf8).span)
            reader.finish()
            guard case .refused(_, let error) = reader.next() else {
                Issue.record("not refused: \(change)")
                continue
            }
            var dumped = ""
            dump(error, to: &dumped)
            for text in ["\(error)", String(reflecting: error), dumped] {
                #expect(!text.lowercased().contains(Self.key.prefix(8)))
                #expect(!text.contains("ffffffff"))
            }
            #expect(!"\(error)".contains("\n"))
        }
        let error = try #require(failure(Self.line([("order.salt", "\"x\"")])))
        #expect(
            "\(error)" == "order.salt is not a whole number in decimal digits below 2^256"
        )
    }

    private func failure(_ line: String) -> SigningRequestError? {
        var reader = SigningRequestReader()
        reader.receive(Array(line.utf8).span)
        reader.finish()
        if case .refused(_, let error) = reader.next() { return error }
        return nil
    }

    @Test(
        "the recorded vectors, a line each, are signed as recorded",
        .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)")
    )
    func recorded() throws {
        let file = try #require(SharedData.bytes("fixtures/signing/orders.json"))
        let content = try JSONSerialization.jsonObject(with: Data(file)) as? [String: Any]
        let vectors = try #require(content?["vectors"] as? [[String: Any]])
        var reader = SigningRequestReader()
        for vector in vectors {
            let line = try JSONSerialization.data(withJSONObject: vector)
            reader.receive((Array(line) + [0x0A]).span)
        }
        reader.finish()
        var index = 0
        while let item = reader.next() {
            guard case .request(let line, let request) = item else {
                Issue.record("\(item)")
                continue
            }
            let signed = request.sign()
            #expect(line == index + 1)
            #expect(signed.id.description == vectors[index]["orderId"] as? String)
            #expect(signed.signature.text == vectors[index]["signature"] as? String)
            index += 1
        }
        #expect(index == 27)
    }
}
