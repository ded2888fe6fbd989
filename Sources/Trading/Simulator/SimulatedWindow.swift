/// Names and times of the simulated windows.
enum SimulatedWindow {
    /// Of a taker, times `p (1 - p)` (strategy 11).
    static let takerFeeRate = 0.07

    /// Start of the window that is in progress at `instant`: a multiple of their length.
    static func start(at instant: Timestamp, length: Duration) -> Timestamp {
        let length = length.nanoseconds
        return Timestamp(nanoseconds: instant.nanoseconds / length * length)
    }

    /// The market's record. Its condition and token ids look like real ones and depend on nothing
    /// but the seed and the window's start.
    static func definition(
        id: MarketID,
        start: Timestamp,
        length: Duration = .seconds(300),
        seed: UInt64
    ) -> MarketDefinition {
        let unixStart = start.nanoseconds / 1_000_000_000
        var random = SimulatorRandom(seed: seed, stream: UInt64(unixStart))
        return MarketDefinition(
            id: id,
            slug: slug(unixStart: unixStart, length: length),
            conditionID: conditionID(&random),
            yesToken: tokenID(&random),
            noToken: tokenID(&random),
            windowStart: start,
            windowEnd: start + length,
            tickSize: .hundredth,
            orderSizeMin: Quantity(shares: 5),
            takerFeeRate: takerFeeRate,
            settlement: .spotSnapshot
        )
    }

    /// `btc-updown-5m-` and the start in seconds since 1970; without a `String`, because a listing
    /// happens on the trading loop. A length that is not whole minutes is told in seconds.
    private static func slug(unixStart: Int64, length: Duration) -> InlineText {
        var text = SlugText()
        text.append("btc-updown-")
        let seconds = length.nanoseconds / 1_000_000_000
        text.append(seconds % 60 == 0 ? seconds / 60 : seconds)
        text.append(seconds % 60 == 0 ? "m-" : "s-")
        text.append(unixStart)
        return checked(InlineText(text.bytes.span.extracting(0..<text.count)))
    }

    /// Bytes put together in place.
    private struct SlugText {
        var bytes = InlineArray<64, UInt8>(repeating: 0)
        var count = 0

        mutating func append(_ text: StaticString) {
            text.withUTF8Buffer {
                for index in $0.indices { put(unsafe $0[index]) }
            }
        }

        mutating func append(_ number: Int64) {
            var divisor: Int64 = 1
            while number / divisor >= 10 { divisor *= 10 }
            while divisor > 0 {
                put(0x30 + UInt8(number / divisor % 10))
                divisor /= 10
            }
        }

        private mutating func put(_ byte: UInt8) {
            bytes[count] = byte
            count += 1
        }
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
