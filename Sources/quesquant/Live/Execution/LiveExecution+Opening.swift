internal import Crypto
internal import Logging
internal import Reactor
internal import Trading
internal import Venues

/// From an account that may trade to a gateway that does.
extension LiveExecution {
    /// When both have said that we may.
    func open(at now: Timestamp) {
        guard gateway == nil, account.opening.standing == .open, placeCheck.standing == .served
        else { return }
        guard let credentials = account.opening.credentials, let cash = account.opening.cash,
            let units = cash.units
        else { preconditionFailure("an account that is open has told both") }
        let wallet = settings.account.wallet
        log.info(
            """
            the account is open: $\(Money(raw: units).dollars) of \(wallet.maker), signed for by \
            \(settings.account.address)
            """
        )
        warnOfSize(Money(raw: units))
        let maker = wallet.maker.checksumText
        let gateway = OrderGateway(
            QuoteSigner(
                settings.account.signer,
                for: wallet,
                salts: SystemRandomNumberGenerator()
            ),
            identity: UserIdentity(
                owner: credentials.key,
                makerAddress: InlineText(maker.span) ?? InlineText()
            )
        )
        self.gateway = gateway
        lanes = OrderLanes(to: settings.clob, through: connector, credentials) {
            [unowned self] request, sentAt, result, body in
            self.answered(request, sentAt, result, body)
        }
        lanes?.warm()
        for market in markets {
            gateway.list(market)
            account.follow(market, at: now)
        }
        startUser(credentials, gateway, at: now)
        tell(.balanceObserved(Money(raw: units)))
        // The first sign of life leaves with the first list.
        gateway.timePassed(progress: progress(), at: now)
        gateway.start(at: now)
        if isKillWanted { gateway.cancelAll(isKill: true, at: now) }
        pump(at: now)
        spoke()
    }

    /// Risk 7: whether the account bears the loss of a full position twice.
    private func warnOfSize(_ cash: Money) {
        let shares = maxPosition()
        let check = RuntimeLimits().fullPositionCheck(equity: cash, maxPosition: shares)
        guard !check.isSound else { return }
        log.warning(
            """
            a full position of \(shares) shares that is lost costs $\(check.loss.dollars), and a day \
            may lose $\(check.dailyLossMax.dollars): two such windows stop the session
            """
        )
    }

    private func startUser(
        _ credentials: APICredentials,
        _ gateway: OrderGateway,
        at now: Timestamp
    ) {
        // Until it is up nothing is known of fills.
        gateway.userStreamWentDown(at: now)
        let user = UserFeed(
            at: settings.user,
            credentials,
            through: connector,
            clock: clock,
            log: log,
            meter: settings.meter,
            told: { [unowned gateway] message, now in gateway.told(message, at: now) },
            frameEnded: { [unowned self] in
                self.pump(at: self.clock.now())
                self.spoke()
            },
            changed: { [unowned self, unowned gateway] isUp, now in
                if isUp {
                    gateway.userStreamCameUp(at: now)
                } else {
                    gateway.userStreamWentDown(at: now)
                }
                self.pump(at: now)
                self.spoke()
            }
        )
        self.user = user
        user.start()
    }

    func refuse(_ refusal: AccountOpening.Refusal, at now: Timestamp) {
        log.error("the venue does not let this account trade: \(refusal); no order will leave")
        isRefused = true
        pump(at: now)
        spoke()
    }
}
