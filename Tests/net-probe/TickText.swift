/// The two members of a tick that a client of a load test looks at, found without parsing the rest.
enum TickText {
    /// The integer after `"seq":`; `nil` when there is none.
    static func sequence(in message: Span<UInt8>) -> Int64? {
        guard var index = valueStart(of: "\"seq\":", in: message) else { return nil }
        let first = index
        var value: Int64 = 0
        while index < message.count, index - first < 18, let digit = digit(message[index]) {
            value = value * 10 + digit
            index += 1
        }
        return index > first ? value : nil
    }

    /// The UTC time after `"timestamp":`, in microseconds since 1970; `nil` when it is not
    /// `"YYYY-MM-DDTHH:MM:SS.ffffff"`.
    static func microseconds(in message: Span<UInt8>) -> Int64? {
        guard let quote = valueStart(of: "\"timestamp\":", in: message),
            quote + 27 < message.count, message[quote] == UInt8(ascii: "\"")
        else { return nil }
        let text = message.extracting((quote + 1)..<(quote + 27))
        guard let year = number(text, 0, 4), let month = number(text, 5, 2),
            let day = number(text, 8, 2), let hour = number(text, 11, 2),
            let minute = number(text, 14, 2), let second = number(text, 17, 2),
            let fraction = number(text, 20, 6)
        else { return nil }
        // Days from civil: years begin in March, so that the leap day is the last.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted % 400
        let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = era * 146_097 + dayOfEra - 719_468
        let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
        return seconds * 1_000_000 + fraction
    }

    /// Where the value behind `key` begins.
    private static func valueStart(of key: StaticString, in message: Span<UInt8>) -> Int? {
        let keyCount = key.utf8CodeUnitCount
        guard message.count > keyCount else { return nil }
        return key.withUTF8Buffer { key in
            for start in 0..<(message.count - keyCount) where message[start] == UInt8(ascii: "\"") {
                var offset = 0
                // `offset` stays below the key's count.
                while offset < keyCount, unsafe message[start + offset] == key[offset] {
                    offset += 1
                }
                guard offset == keyCount else { continue }
                var index = start + keyCount
                while index < message.count - 1 && message[index] == UInt8(ascii: " ") {
                    index += 1
                }
                return index
            }
            return nil
        }
    }

    private static func number(_ text: Span<UInt8>, _ start: Int, _ count: Int) -> Int64? {
        var value: Int64 = 0
        for index in start..<(start + count) {
            guard let digit = digit(text[index]) else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    private static func digit(_ byte: UInt8) -> Int64? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            ? Int64(byte - UInt8(ascii: "0")) : nil
    }
}
