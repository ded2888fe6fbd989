/// A day of the Gregorian calendar.
struct CivilDate: Equatable {
    var year: Int64
    /// 1 ... 12
    var month: Int64
    /// 1 ... 31
    var day: Int64

    /// - Parameter daysSince1970: zero or more.
    init(daysSince1970 days: Int64) {
        // Counted from 1 March of year 0, so that the leap day is the last of its year; then an era
        // is 400 years of 146,097 days, and a month's first day is (153 m + 2) / 5.
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }
}
