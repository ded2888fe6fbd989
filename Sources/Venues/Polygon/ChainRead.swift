public import Crypto
internal import Wire

/// One question to a node of the chain, about its newest block (JSON-RPC of Ethereum; the calls of
/// contracts are those of ERC-20 and ERC-1155, encoded as the contract ABI has it).
public enum ChainRead: Hashable, Sendable {
    /// Tokens that one `balances` asks for at most.
    public static let tokensMax = 128

    /// 137 for Polygon.
    case chainID
    /// The newest block's number.
    case blockNumber
    /// What an account has of the chain's own coin, in 1e-18: it pays for transactions.
    case coins(of: EthereumAddress)
    /// What an account has of an ERC-20 token, in the token's base units.
    case tokens(of: EthereumAddress, token: EthereumAddress)
    /// What of it a contract may take; 2^256 - 1 stands for everything.
    case allowance(owner: EthereumAddress, spender: EthereumAddress, token: EthereumAddress)
    /// What an account has of one token of an ERC-1155 contract.
    case balance(of: EthereumAddress, id: Word256, contract: EthereumAddress)
    /// The same for several tokens, in their order: 1 to `tokensMax`.
    case balances(of: EthereumAddress, ids: [Word256], contract: EthereumAddress)
    /// Whether another contract may take every token that an account has in an ERC-1155 contract.
    case isApprovedForAll(
        owner: EthereumAddress,
        operator: EthereumAddress,
        contract: EthereumAddress
    )

    /// What the answer's `result` is.
    enum Form {
        /// `0x` and digits without a zero in front.
        case quantity
        /// One word of the ABI.
        case word
        /// One word, 0 or 1.
        case truth
        /// A dynamic array of so many words.
        case words(Int)
    }

    var form: Form {
        switch self {
        case .chainID, .blockNumber, .coins: .quantity
        case .tokens, .allowance, .balance: .word
        case .isApprovedForAll: .truth
        case .balances(_, let ids, _): .words(ids.count)
        }
    }

    /// Appends `"method":…,"params":[…]`.
    func appendMembers(to body: inout ByteBuffer) {
        switch self {
        case .chainID: body.append("\"method\":\"eth_chainId\",\"params\":[]")
        case .blockNumber: body.append("\"method\":\"eth_blockNumber\",\"params\":[]")
        case .coins(let account):
            body.append("\"method\":\"eth_getBalance\",\"params\":[\"")
            body.append(address: account)
            body.append("\",\"latest\"]")
        case .tokens(let owner, let token):
            body.append(callOf: token, "70a08231")
            body.append(word: owner.word)
            body.appendCallEnd()
        case .allowance(let owner, let spender, let token):
            body.append(callOf: token, "dd62ed3e")
            body.append(word: owner.word)
            body.append(word: spender.word)
            body.appendCallEnd()
        case .balance(let owner, let id, let contract):
            body.append(callOf: contract, "00fdd58e")
            body.append(word: owner.word)
            body.append(word: id)
            body.appendCallEnd()
        case .balances(let owner, let ids, let contract):
            appendBalances(owner, ids, contract, to: &body)
        case .isApprovedForAll(let owner, let spender, let contract):
            body.append(callOf: contract, "e985e9c5")
            body.append(word: owner.word)
            body.append(word: spender.word)
            body.appendCallEnd()
        }
    }

    /// `balanceOfBatch(address[],uint256[])`: where the two arrays begin, then each with its length
    /// in front. The account is named once for every token.
    private func appendBalances(
        _ owner: EthereumAddress,
        _ ids: [Word256],
        _ contract: EthereumAddress,
        to body: inout ByteBuffer
    ) {
        precondition((1...Self.tokensMax).contains(ids.count), "1 to 128 tokens at once")
        let count = UInt64(ids.count)
        body.append(callOf: contract, "4e1273f4")
        body.append(word: Word256(64))
        body.append(word: Word256(96 + 32 * count))
        body.append(word: Word256(count))
        for _ in ids { body.append(word: owner.word) }
        body.append(word: Word256(count))
        for id in ids { body.append(word: id) }
        body.appendCallEnd()
    }
}

extension ByteBuffer {
    fileprivate mutating func append(address: EthereumAddress) {
        append(upTo: EthereumAddress.textByteCount) { address.appendText(to: &$0) }
    }

    /// The digits of a word, without `0x`.
    fileprivate mutating func append(word: Word256) {
        append(upTo: 2 * Word256.byteCount) { Hexadecimal.append(word.span, to: &$0) }
    }

    /// Begins a call: contract and selector. Words follow, then `appendCallEnd`.
    fileprivate mutating func append(callOf contract: EthereumAddress, _ selector: StaticString) {
        append("\"method\":\"eth_call\",\"params\":[{\"to\":\"")
        append(address: contract)
        append("\",\"data\":\"0x")
        append(selector)
    }

    fileprivate mutating func appendCallEnd() { append("\"},\"latest\"]") }
}
