/// What the venue's sentences mean. They are matched by parts and without regard to case: their
/// wording changes (polymarket 5.5).
enum VenueWords {
    /// The first that is found counts: special ones stand before general ones.
    private static let reasons: [(String, VenueRefusal.Reason)] = [
        ("order_version_mismatch", .versionMismatch),
        ("deposit wallet flow", .depositWalletNeeded),
        ("not enough balance", .notEnoughFunds),
        ("insufficient", .notEnoughFunds),
        ("tick size", .offTick),
        ("lower than the minimum", .tooSmall),
        ("crosses the book", .wouldCross),
        ("crosses book", .wouldCross),
        ("duplicated", .duplicated),
        ("fully filled", .unfilled),
        ("no orders found to match", .unfilled),
        ("no match", .unfilled),
        ("not yet ready", .marketNotReady),
        ("service not ready", .restarting),
        ("no orderbook exists", .noOrderBook),
        ("post_only_mode", .postOnlyMode),
        ("post-only mode", .postOnlyMode),
        ("cancel-only", .cancelOnly),
        ("cancel only", .cancelOnly),
        ("trading disabled", .cancelOnly),
        ("trading is disabled", .cancelOnly),
        ("trading is currently disabled", .cancelOnly),
        ("closed only", .accountRestricted),
        ("banned", .accountRestricted),
        ("too many requests", .rateLimited),
        ("rate limit", .rateLimited),
        ("invalid order payload", .malformed),
        ("invalid signature", .malformed),
        ("signer", .malformed),
        ("owner", .malformed),
        ("allowance", .notEnoughFunds),
        // Last, because complaints of signer and owner name it too.
        ("api key", .unauthorized),
    ]

    /// Words of a venue that gave up half-way: the order may be on the book.
    private static let uncertain = [
        "context canceled", "could not insert order", "deadline exceeded", "timed out", "timeout",
    ]

    static func isUncertain(_ text: String) -> Bool {
        let text = text.lowercased()
        return uncertain.contains { text.contains($0) }
    }

    /// `nil` for a sentence that is not known.
    static func reason(_ text: String) -> VenueRefusal.Reason? {
        let text = text.lowercased()
        return reasons.first { text.contains($0.0) }?.1
    }
}
