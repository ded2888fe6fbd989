/// The value of `Retry-After` (RFC 9110 section 10.2.3).
public enum HTTPRetryAfter: Equatable, Sendable {
    /// After so many seconds, 0 ... `secondsMax`.
    case delay(seconds: Int64)
    /// At a time, in seconds since 1970.
    case date(seconds: Int64)

    /// The longest delay that is taken at its word: a day. A larger one counts as this.
    public static let secondsMax: Int64 = 86_400

    /// Digits of a number that is looked at.
    private static let digitCountMax = 18

    /// - Parameter value: a field value; `nil` unless it is a number of seconds or an IMF-fixdate
    ///   (the obsolete forms of a date are not sent by anybody who says `Retry-After`).
    init?(_ value: Span<UInt8>) {
        if let number = Self.number(value, 0..<value.count) {
            self = .delay(seconds: min(number, Self.secondsMax))
        } else if let seconds = Self.date(value) {
            self = .date(seconds: seconds)
        } else {
            return nil
        }
    }

    /// Seconds to wait from `now` on, 0 ... `secondsMax`.
    /// - Parameter now: seconds since 1970.
    public func delaySeconds(at now: Int64) -> Int64 {
        switch self {
        case .delay(let seconds): seconds
        case .date(let seconds): max(0, min(seconds - now, Self.secondsMax))
        }
    }

    /// The number that the digits of `range` make; `nil` when they are none or too many.
    private static func number(_ text: Span<UInt8>, _ range: Range<Int>) -> Int64? {
        guard !range.isEmpty, range.count <= digitCountMax else { return nil }
        var value: Int64 = 0
        for index in range {
            guard HTTPSyntax.isDigit(text[index]) else { return nil }
            value = value * 10 + Int64(text[index] - UInt8(ascii: "0"))
        }
        return value
    }

    /// The seconds of an IMF-fixdate (RFC 9110 section 5.6.7): `Tue, 24 Nov 2026 15:00:00 GMT`.
    ///
    /// Reads the numbers at their places and checks everything else by writing the date that they
    /// make: only the same bytes are right.
    private static func date(_ text: Span<UInt8>) -> Int64? {
        guard text.count == DateText.httpDateByteCount,
            let day = number(text, 5..<7), let year = number(text, 12..<16),
            let hour = number(text, 17..<19), let minute = number(text, 20..<22),
            let second = number(text, 23..<25), let month = month(text.extracting(8..<11))
        else { return nil }
        // Days since 1 March of the year 0, years counted from March on.
        let marchYear = month > 2 ? year : year - 1
        let marchMonth = month > 2 ? month - 3 : month + 9
        guard marchYear >= 0 else { return nil }
        let leapDays = marchYear / 4 - marchYear / 100 + marchYear / 400
        let days = marchYear * 365 + leapDays + (marchMonth * 153 + 2) / 5 + day - 1
        let seconds = (days - 719_468) * 86_400 + hour * 3_600 + minute * 60 + second
        guard (0...9_999).contains(CivilDate(daysSince1970: days - 719_468).year) else {
            return nil
        }
        var buffer = ByteBuffer(capacity: DateText.httpDateByteCount)
        buffer.append(upTo: DateText.httpDateByteCount) {
            DateText.appendHTTPDate(seconds: seconds, to: &$0)
        }
        let written = buffer.span
        for index in text.indices where text[index] != written[index] { return nil }
        return seconds
    }

    private static func month(_ name: Span<UInt8>) -> Int64? {
        let names: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"
        return names.withUTF8Buffer { letters in
            // Twelve names of three letters.
            for month in 0..<12
            where unsafe letters[month * 3] == name[0] && letters[month * 3 + 1] == name[1]
                && letters[month * 3 + 2] == name[2]
            {
                return Int64(month + 1)
            }
            return nil
        }
    }
}
