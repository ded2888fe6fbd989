internal import Crypto
internal import Foundation
internal import Trading

/// Polygon over JSON-RPC: reads of the account's balances and approvals (polymarket 12).
struct Chain {
    private static let dollar = EthereumAddress(
        constant: "0xC011a7E12a19f7B1f670d46F03B03f3342E82DFB"
    )
    private static let tokens = EthereumAddress(
        constant: "0x4D97DCd97eC945f40cF65F87097ACe5EA0476045"
    )
    /// The contracts that may take what the account has.
    static let exchanges = [
        "0xE111180000d2663C0091e4f400237545B87B996B",
        "0xe2222d279d744050d28e00520010520000310F59",
        "0xAdA100Db00Ca00073811820692005400218FcE1f",
        "0xadA2005600Dec949baf300f4C6120000bDB6eAab",
    ].compactMap { EthereumAddress($0) }
    /// 2^256 - 1.
    static let unlimited = Word256(InlineArray<32, UInt8>(repeating: 0xFF))
    /// Three and a half POL.
    private static let gas = Word256(3_500_000_000_000_000_000)

    let holdings: Holdings
    let allowance: Money
    let owner: EthereumAddress?
    let wallet: EthereumAddress?
    let blockNumber: Int64

    /// A request, or an array of them.
    func answer(_ request: VenueRequest) -> Answer {
        switch request.json {
        case let call as [String: Any]: return Answer(json: answer(call))
        case let calls as [[String: Any]]: return Answer(json: .list(calls.map { answer($0) }))
        default:
            return Answer(json: Self.failure(.nothing, -32_700, "parse error"))
        }
    }

    private func answer(_ call: [String: Any]) -> JSONValue {
        let id: JSONValue =
            (call["id"] as? NSNumber).map { .number($0.int64Value) }
            ?? (call["id"] as? String).map { .text($0) } ?? .nothing
        let parameters = call["params"] as? [Any] ?? []
        let result: Word256
        switch call["method"] as? String {
        case "eth_chainId": return Self.success(id, "0x89")
        case "net_version": return Self.success(id, "137")
        case "eth_blockNumber":
            return Self.success(id, "0x" + String(blockNumber, radix: 16))
        case "eth_getBalance":
            let address = EthereumAddress(parameters.first as? String)
            result = address != nil && address == owner ? Self.gas : .zero
            return Self.success(id, Self.quantity(result))
        case "eth_call":
            let object = parameters.first as? [String: Any] ?? [:]
            let data = object["data"] as? String ?? object["input"] as? String ?? ""
            guard let to = EthereumAddress(object["to"] as? String),
                let bytes = Authentication.bytes(hexadecimal: data), bytes.count >= 4,
                let text = view(to, bytes)
            else { return Self.failure(id, 3, "execution reverted") }
            return Self.success(id, text)
        default: return Self.failure(id, -32_601, "the method does not exist")
        }
    }

    /// What a contract's view gives; `nil` when it has no such one.
    private func view(_ contract: EthereumAddress, _ data: [UInt8]) -> String? {
        let selector = hexadecimal(data[0..<4].span)
        let words = stride(from: 4, to: data.count - 31, by: 32).map {
            Word256(data[$0..<$0 + 32].span)
        }
        func address(_ index: Int) -> EthereumAddress { EthereumAddress(lastBytesOf: words[index]) }
        switch (contract, selector) {
        case (Self.dollar, "70a08231") where words.count == 1:
            return "\(address(0) == wallet ? Word256(holdings.cash) : .zero)"
        case (Self.dollar, "dd62ed3e") where words.count == 2:
            guard address(0) == wallet, Self.exchanges.contains(address(1)) else {
                return "\(Word256.zero)"
            }
            return "\(allowance.raw == .max ? Self.unlimited : Word256(allowance))"
        case (Self.tokens, "00fdd58e") where words.count == 2:
            return "\(size(address(0), words[1]))"
        case (Self.tokens, "e985e9c5") where words.count == 2:
            let isApproved = address(0) == wallet && Self.exchanges.contains(address(1))
            return "\(Word256(isApproved ? 1 : 0))"
        case (Self.tokens, "4e1273f4"): return batch(words)
        default: return nil
        }
    }

    private func size(_ address: EthereumAddress, _ token: Word256) -> Word256 {
        guard address == wallet else { return .zero }
        return Word256(UInt64(max(holdings.size(token.digits).raw, 0)))
    }

    /// `balanceOfBatch(address[],uint256[])`: two offsets, then each array with its length.
    private func batch(_ words: [Word256]) -> String? {
        func array(_ index: Int) -> [Word256]? {
            guard words.count > index, let offset = words[index].number, offset % 32 == 0,
                offset / 32 < words.count, let count = words[Int(offset / 32)].number,
                count <= 1_000, Int(offset / 32) + 1 + Int(count) <= words.count
            else { return nil }
            let start = Int(offset / 32) + 1
            return Array(words[start..<start + Int(count)])
        }
        guard let owners = array(0), let ids = array(1), owners.count == ids.count else {
            return nil
        }
        let sizes = zip(owners, ids).map { size(EthereumAddress(lastBytesOf: $0), $1) }
        let all = [Word256(32), Word256(UInt64(sizes.count))] + sizes
        return "0x" + all.map { hexadecimal($0.span) }.joined()
    }

    // MARK: - Texts

    private static func quantity(_ word: Word256) -> String {
        let digits = hexadecimal(word.span).drop { $0 == "0" }
        return "0x" + (digits.isEmpty ? "0" : digits)
    }

    private static func success(_ id: JSONValue, _ result: String) -> JSONValue {
        ["jsonrpc": "2.0", "id": id, "result": .text(result)]
    }

    private static func failure(_ id: JSONValue, _ code: Int, _ message: String) -> JSONValue {
        [
            "jsonrpc": "2.0", "id": id,
            "error": ["code": .number(code), "message": .text(message)],
        ]
    }
}

extension Word256 {
    fileprivate init(_ money: Money) { self.init(UInt64(max(money.raw, 0))) }
}
