public import Crypto
public import Trading

/// What a wallet owns, by the chain: the judge when the venue's figures and ours differ (risk 3.29).
public struct WalletHoldings: Equatable, Sendable {
    /// The block it is true of.
    public let block: UInt64
    /// What the key's account has of the chain's coin (POL), in millionths, rounded down.
    public let gas: Int64
    /// What the wallet has of the collateral (pUSD), reserved or not.
    public let collateral: Money
    /// Of the tokens asked for, in their order.
    public let shares: [Quantity]
}

/// Why a wallet's holdings are not known.
public enum WalletReadError: Error, Equatable, Sendable {
    case answer(ChainAnswerError)
    /// The node follows another chain.
    case wrongChain(UInt64?)
    /// A question was refused, or answered with something else.
    case read(ChainReadError)
    /// A balance beyond what an `Int64` of millionths holds: not money.
    case outOfRange
}

/// The questions whose answers are `WalletHoldings`, in one batch: chain, block, POL, pUSD and the
/// outcome tokens, of each generation at once.
public struct WalletQuery: Sendable {
    /// Tokens that are asked for: both of every market that may be followed.
    public static let tokensMax = ChainRead.tokensMax

    public let chainID: UInt64
    public let request: ChainRequest
    /// Where the answer to each token is: which read, and which word of it.
    private let places: [(read: Int, word: Int)]

    /// - Parameters:
    ///   - owner: the key's account, which pays for transactions.
    ///   - wallet: whose dollars and shares are used.
    ///   - tokens: at most `tokensMax`.
    ///   - firstID: as for `ChainRequest`.
    public init(
        owner: EthereumAddress,
        wallet: EthereumAddress,
        tokens: [Word256],
        chainID: UInt64 = Exchange.polygonChainID,
        firstID: UInt32
    ) {
        precondition(tokens.count <= Self.tokensMax, "128 tokens at most")
        self.chainID = chainID
        var reads: [ChainRead] = [
            .chainID, .blockNumber, .coins(of: owner),
            .tokens(of: wallet, token: PolygonContracts.collateral),
        ]
        var places = [(read: Int, word: Int)](repeating: (0, 0), count: tokens.count)
        for contract in [PolygonContracts.outcomes, PolygonContracts.secondOutcomes] {
            let indices = tokens.indices.filter {
                PolygonContracts.holding(tokens[$0]) == contract
            }
            guard !indices.isEmpty else { continue }
            for (word, index) in indices.enumerated() { places[index] = (reads.count, word) }
            let ids = indices.map { tokens[$0] }
            reads.append(.balances(of: wallet, ids: ids, contract: contract))
        }
        self.places = places
        request = ChainRequest(reads, firstID: firstID)
    }

    /// What the node's answer says.
    public func holdings(_ body: Span<UInt8>) throws(WalletReadError) -> WalletHoldings {
        let answers: [Result<ChainValue, ChainReadError>]
        do { answers = try request.decode(body) } catch { throw .answer(error) }
        let chain = try number(answers[0]).number
        guard chain == chainID else { throw .wrongChain(chain) }
        guard let block = try number(answers[1]).number,
            let gas = try number(answers[2]).millionthsOfCoins,
            let collateral = try number(answers[3]).millionths
        else { throw .outOfRange }
        var shares: [Quantity] = []
        for place in places {
            guard case .numbers(let words) = try value(answers[place.read]) else {
                throw .read(.malformed)
            }
            guard let balance = words[place.word].millionths else { throw .outOfRange }
            shares.append(Quantity(raw: balance))
        }
        return WalletHoldings(
            block: block,
            gas: gas,
            collateral: Money(raw: collateral),
            shares: shares
        )
    }

    private func value(
        _ answer: Result<ChainValue, ChainReadError>
    ) throws(WalletReadError) -> ChainValue {
        switch answer {
        case .success(let value): return value
        case .failure(let error): throw .read(error)
        }
    }

    private func number(
        _ answer: Result<ChainValue, ChainReadError>
    ) throws(WalletReadError) -> Word256 {
        guard case .number(let number) = try value(answer) else { throw .read(.malformed) }
        return number
    }
}

extension ChainAnswerError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notJSON(let error): "the node's answer is no JSON (\(error))"
        case .malformed: "the node's answer is not JSON-RPC"
        case .wrongID: "the node has answered something else than was asked"
        case .incomplete: "the node has left questions unanswered"
        case .refused(let refusal): "the node refuses: \(refusal)"
        }
    }
}

extension ChainReadError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .refused(let refusal): "the node refuses: \(refusal)"
        case .noContract: "the chain has no such contract"
        case .malformed: "the node's answer is not what was asked for"
        }
    }
}

extension WalletReadError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .answer(let error): "\(error)"
        case .wrongChain(let id):
            "the node follows chain \(id.map { "\($0)" } ?? "?"), not Polygon (137)"
        case .read(let error): "\(error)"
        case .outOfRange: "a balance is too large to be money"
        }
    }
}
