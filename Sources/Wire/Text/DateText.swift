/// Dates of the proleptic Gregorian calendar in UTC, in integers.
public enum DateText {
    /// Bytes that `appendTimestamp` writes.
    public static let timestampByteCount = 26
    /// Bytes that `appendHTTPDate` writes.
    public static let httpDateByteCount = 29

    /// Appends `2026-01-19T14:30:00.123456`: microseconds, no zone. The part of a microsecond is
    /// dropped, towards the past.
    ///
    /// - Parameter nanoseconds: since 1970; every `Int64` is in 1677 ... 2262.
    /// - Precondition: `output` has room for `timestampByteCount` bytes.
    public static func appendTimestamp(
        nanoseconds: Int64,
        to output: inout OutputSpan<UInt8>
    ) {
        let (seconds, fraction) = floored(nanoseconds, by: 1_000_000_000)
        let (days, second) = floored(seconds, by: 86_400)
        let date = CivilDate(daysSince1970: days)
        append(date.year, 4, to: &output)
        output.append(UInt8(ascii: "-"))
        append(date.month, 2, to: &output)
        output.append(UInt8(ascii: "-"))
        append(date.day, 2, to: &output)
        output.append(UInt8(ascii: "T"))
        appendTime(ofDay: second, to: &output)
        output.append(UInt8(ascii: "."))
        append(fraction / 1_000, 6, to: &output)
    }

    /// Appends `Tue, 24 Nov 2026 15:00:00 GMT`: the IMF-fixdate of RFC 9110 section 5.6.7.
    ///
    /// - Parameter seconds: since 1970.
    /// - Precondition: the year is in 0 ... 9999, and `output` has room for `httpDateByteCount`
    ///   bytes.
    public static func appendHTTPDate(
        seconds: Int64,
        to output: inout OutputSpan<UInt8>
    ) {
        let (days, second) = floored(seconds, by: 86_400)
        let date = CivilDate(daysSince1970: days)
        precondition(date.year >= 0 && date.year <= 9_999, "a year of four digits")
        appendName(dayNames, at: date.weekday, to: &output)
        output.append(literal: ", ")
        append(date.day, 2, to: &output)
        output.append(UInt8(ascii: " "))
        appendName(monthNames, at: date.month - 1, to: &output)
        output.append(UInt8(ascii: " "))
        append(date.year, 4, to: &output)
        output.append(UInt8(ascii: " "))
        appendTime(ofDay: second, to: &output)
        output.append(literal: " GMT")
    }

    /// `14:30:00`
    private static func appendTime(ofDay second: Int64, to output: inout OutputSpan<UInt8>) {
        append(second / 3_600, 2, to: &output)
        output.append(UInt8(ascii: ":"))
        append(second / 60 % 60, 2, to: &output)
        output.append(UInt8(ascii: ":"))
        append(second % 60, 2, to: &output)
    }

    private static func append(
        _ value: Int64,
        _ digits: Int,
        to output: inout OutputSpan<UInt8>
    ) {
        DecimalText.append(UInt64(value), digits: digits, to: &output)
    }

    private static let dayNames: StaticString = "SunMonTueWedThuFriSat"
    private static let monthNames: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"

    /// Appends the three letters of a name.
    private static func appendName(
        _ names: StaticString,
        at index: Int64,
        to output: inout OutputSpan<UInt8>
    ) {
        let start = Int(index) * 3
        precondition(index >= 0 && start + 3 <= names.utf8CodeUnitCount, "no such name")
        for offset in start..<(start + 3) {
            // Inside the literal, as checked.
            output.append(unsafe names.utf8Start[offset])
        }
    }

    /// The quotient rounded down, and the remainder, which is never negative.
    private static func floored(_ value: Int64, by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}

/// A day of the proleptic Gregorian calendar.
struct CivilDate: Equatable {
    /// Astronomical: the year before 1 is 0.
    var year: Int64
    /// 1 ... 12.
    var month: Int64
    /// 1 ... 31.
    var day: Int64
    /// 0 is a Sunday.
    var weekday: Int64

    /// Counts years from March on, so that the leap day is the last of its year, in eras of 400
    /// years, which all have 146,097 days.
    init(daysSince1970 days: Int64) {
        // 719,468 days lie between 1 March of the year 0 and 1970.
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100)
        // Months of 31, 30, 31, 30, 31 days repeat from March on: 153 days in five months.
        let shiftedMonth = (dayOfYear * 5 + 2) / 153
        day = dayOfYear - (shiftedMonth * 153 + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        // 1 January 1970 was a Thursday.
        let sinceSunday = (days + 4) % 7
        weekday = sinceSunday < 0 ? sinceSunday + 7 : sinceSunday
    }
}
