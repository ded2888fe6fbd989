/// Names and times of the simulated 5-minute windows.
enum SimulatedWindow {
    /// Length of a window; they are aligned to multiples of it in wall time.
    static let seconds: Int64 = 300
    static let length = Duration.seconds(seconds)

    /// Start of the window that is in progress at `instant`.
    static func start(at instant: Timestamp) -> Timestamp {
        let length = Self.length.nanoseconds
        return Timestamp(nanoseconds: instant.nanoseconds / length * length)
    }

    /// The market's record. Its condition and token ids look like real ones and depend on nothing
    /// but the seed and the window's start.
    static func definition(id: MarketID, start: Timestamp, seed: UInt64) -> MarketDefinition {
        let unixStart = start.nanoseconds / 1_000_000_000
        var random = SimulatorRandom(seed: seed, stream: UInt64(unixStart))
        return MarketDefinition(
            id: id,
            slug: slug(unixStart: unixStart),
            conditionID: conditionID(&random),
            yesToken: tokenID(&random),
            noToken: tokenID(&random),
            windowStart: start,
            windowEnd: start + length,
            tickSize: .hundredth,
            orderSizeMin: Quantity(shares: 5),
            takerFeeRate: 0.07,
            settlement: .spotSnapshot
        )
    }

    private static let slugPrefix = checked(InlineText("btc-updown-5m-"))

    /// The prefix and the start in seconds since 1970; without a `String`, because a listing
    /// happens on the trading loop.
    private static func slug(unixStart: Int64) -> InlineText {
        var text = InlineArray<40, UInt8>(repeating: 0)
        var count = 0
        for index in 0..<slugPrefix.count {
            text[index] = slugPrefix.span[index]
            count += 1
        }
        var divisor: Int64 = 1
        while unixStart / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            text[count] = 0x30 + UInt8(unixStart / divisor % 10)
            count += 1
            divisor /= 10
        }
        return checked(InlineText(text.span.extracting(0..<count)))
    }

    /// 0x and 64 hexadecimal digits.
    private static func conditionID(_ random: inout SimulatorRandom) -> InlineText {
        var text = InlineArray<66, UInt8>(repeating: 0x30)
        text[1] = 0x78
        for index in 2..<66 {
            let digit = UInt8(random.integer(below: 16))
            text[index] = digit < 10 ? 0x30 + digit : 0x57 + digit
        }
        return checked(InlineText(text.span))
    }

    /// 76 or 77 decimal digits, as most numbers below 2^256 (which has 78).
    private static func tokenID(_ random: inout SimulatorRandom) -> InlineText {
        let count = 76 + random.integer(below: 2)
        var text = InlineArray<77, UInt8>(repeating: 0x30)
        for index in 0..<count { text[index] = 0x30 + UInt8(random.integer(below: 10)) }
        text[0] = 0x31 + UInt8(random.integer(below: 9))
        return checked(InlineText(text.span.extracting(0..<count)))
    }

    private static func checked(_ text: InlineText?) -> InlineText {
        guard let text else { preconditionFailure("a market's name is short printable ASCII") }
        return text
    }
}
