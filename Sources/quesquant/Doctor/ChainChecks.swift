internal import Crypto
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// What the chain says of the account, and whether its node is fit to be asked.
final class ChainChecks {
    private let board: DoctorBoard
    private let plan: DoctorPlan
    private let node: Asker?
    private let request: ChainRequest
    private let approvals = WalletApproval.needed(on: .binary)

    init(_ plan: DoctorPlan, through connector: Connector, for board: DoctorBoard) {
        self.plan = plan
        self.board = board
        node = plan.services.polygon.map { Asker($0, through: connector) }
        var reads: [ChainRead] = [.chainID, .blockNumber]
        if let key = plan.account.key, let wallet = plan.account.wallet {
            reads.append(.coins(of: key.address))
            reads.append(.tokens(of: wallet.maker, token: PolygonContracts.collateral))
            for approval in approvals { reads.append(approval.read(of: wallet.maker)) }
        }
        request = ChainRequest(reads, firstID: 1)
    }

    private var hasAccount: Bool { request.reads.count > 2 }

    func start() {
        guard let node else {
            let advice = "\(SettingName.polygon)=https://..., from a provider of your own"
            board.report(
                .services,
                "polygon",
                .skip,
                "\(SettingName.polygon) is not set: balances come from the venue alone",
                advice
            )
            return skip(because: "no node")
        }
        board.expect(.services, "polygon")
        board.expect(.chain, "gas", "collateral", "approvals")
        var body = ByteBuffer()
        request.appendBody(to: &body)
        node.ask(nil, .post, body: body.span) {
            (writer) throws(HTTPRequestWriter.Failure) in
            try writer.add("Content-Type", "application/json")
        } completion: { reply, body in
            self.take(reply, body)
        }
    }

    func close() { node?.close() }

    private func skip(because reason: String) {
        board.skip(.chain, "gas", "collateral", "approvals", because: reason)
    }

    private func take(_ reply: Asker.Reply, _ body: Span<UInt8>) {
        let name = node?.name ?? ""
        func fail(_ text: String, _ advice: String?) {
            board.report(.services, "polygon", .fail, node?.sentence(text) ?? text, advice)
            skip(because: "the node does not answer")
        }
        if let trouble = reply.trouble(body) {
            let isRefused = reply.status == 401 || reply.status == 403 || reply.status == 429
            return fail(
                trouble,
                isRefused
                    ? "the provider refuses: is the key in the address right, and paid for?"
                    : ServiceChecks.networkAdvice
            )
        }
        let answers: [Result<ChainValue, ChainReadError>]
        do {
            answers = try request.decode(body)
        } catch {
            return fail("\(error)", "the node has to take batches of JSON-RPC 2.0")
        }
        guard case .success(.number(let chain)) = answers[0],
            case .success(.number(let block)) = answers[1]
        else { return fail("chain and block are not told", nil) }
        guard chain.number == Exchange.polygonChainID else {
            let id = chain.number.map { "\($0)" } ?? "another one"
            return fail("follows chain \(id), not Polygon (137)", "name a node of Polygon")
        }
        ServiceChecks.reportReached(
            board,
            "polygon",
            "\(name), block \(block.number.map { "\($0)" } ?? "?")",
            cold: reply.duration,
            warm: []
        )
        guard hasAccount else { return skip(because: "no account") }
        judge(answers)
    }

    private func judge(_ answers: [Result<ChainValue, ChainReadError>]) {
        reportGas(answers[2])
        var balance = Money.zero
        switch amount(answers[3]) {
        case .success(let word):
            guard let raw = word.millionths else {
                board.report(.chain, "collateral", .fail, "more pUSD than there can be")
                break
            }
            balance = Money(raw: raw)
            let text = "on the chain: \(FigureText.dollars(balance))"
            AccountVerdict.report(board, .chain, "collateral", balance, text)
        case .failure(let error): board.report(.chain, "collateral", .fail, "\(error)")
        }
        reportApprovals(Array(answers[4...]), balance)
    }

    private func amount(
        _ answer: Result<ChainValue, ChainReadError>
    ) -> Result<Word256, ChainReadError> {
        switch answer {
        case .success(.number(let word)): .success(word)
        case .success: .failure(.malformed)
        case .failure(let error): .failure(error)
        }
    }

    /// Orders cost no gas; only what the key's account does on the chain itself does.
    private func reportGas(_ answer: Result<ChainValue, ChainReadError>) {
        switch amount(answer) {
        case .failure(let error): board.report(.chain, "gas", .fail, "\(error)")
        case .success(let wei):
            let coins = wei.millionthsOfCoins ?? .max
            let text = "\(FigureText.decimal(coins, decimals: 4)) POL"
            // Risk 3.34; other wallets have their transactions paid by the venue.
            let isLow = coins < 500_000 && plan.account.wallet?.signatureType == .eoa
            board.report(
                .chain,
                "gas",
                isLow ? .warn : .pass,
                text,
                isLow ? "0.5 POL or more, for approvals, merges and transfers" : nil,
                figures: [Finding.Figure(name: "pol", millionths: coins)]
            )
        }
    }

    private func reportApprovals(
        _ answers: [Result<ChainValue, ChainReadError>],
        _ balance: Money
    ) {
        var missing: [WalletApproval] = []
        for (approval, answer) in zip(approvals, answers) {
            switch answer {
            case .success(.truth(let isApproved)):
                if !isApproved { missing.append(approval) }
            case .success(.number(let allowance)):
                switch AllowanceCheck.standing(allowance, for: balance) {
                case .unlimited, .covered: break
                case .short, .missing: missing.append(approval)
                }
            case .success(.numbers):
                return board.report(.chain, "approvals", .fail, "\(ChainReadError.malformed)")
            case .failure(let error):
                return board.report(.chain, "approvals", .fail, "\(error)")
            }
        }
        let sentence = missing.map(Self.sentence).joined(separator: "; ")
        if missing.contains(where: { $0.use == .trading }) {
            board.report(
                .chain,
                "approvals",
                .fail,
                "orders are refused without: \(sentence)",
                "give them once, from the wallet"
            )
        } else if !missing.isEmpty {
            board.report(
                .chain,
                "approvals",
                .warn,
                "trading works; not allowed: \(sentence)",
                "without them winners and pairs are turned into pUSD by hand"
            )
        } else {
            board.report(.chain, "approvals", .pass, "everything that trading needs is allowed")
        }
    }

    private static func sentence(_ approval: WalletApproval) -> String {
        switch approval.asset {
        case .collateral: "approve(\(approval.spender)) on pUSD"
        case .outcomes(let contract):
            "setApprovalForAll(\(approval.spender)) on \(contract)"
        }
    }
}

@available(*, unavailable)
extension ChainChecks: Sendable {}
