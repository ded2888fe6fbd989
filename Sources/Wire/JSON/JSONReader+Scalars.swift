/// Strings, numbers and the three names. The functions leave `position` behind what they read.
extension JSONReader {
    /// Reads the string whose opening quote is at `position` and gives what lies between the
    /// quotes.
    @_lifetime(self: copy self)
    mutating func readString() throws(JSONError) -> Range<Int> {
        let opening = position
        var index = opening &+ 1
        while true {
            index = endOfPlainText(from: index)
            guard index < document.count else {
                throw JSONError(.unterminatedString, at: opening)
            }
            let byte = document[index]
            if byte == UInt8(ascii: "\"") {
                position = index &+ 1
                return (opening &+ 1)..<index
            } else if byte == UInt8(ascii: "\\") {
                index = try endOfEscape(at: index, inStringAt: opening)
            } else if byte < 0x20 {
                throw JSONError(.controlCharacter, at: index)
            } else {
                let length = UTF8Text.scalarLength(in: document, at: index)
                guard length > 0 else { throw JSONError(.invalidUTF8, at: index) }
                index &+= length
            }
        }
    }

    /// The first byte at or after `start` that is a quote, a backslash, a control character or not
    /// ASCII; the document's length if there is none.
    @inline(__always)
    private func endOfPlainText(from start: Int) -> Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        var index = start
        // Eight bytes at a time. `x - n` borrows into a byte's top bit when the byte is below `n`,
        // and disturbs only bytes above the lowest such one, which alone is looked at.
        while index &+ 8 <= document.count {
            // The eight bytes are inside the document.
            let word = UInt64(
                littleEndian: unsafe document.bytes.unsafeLoadUnaligned(
                    fromByteOffset: index,
                    as: UInt64.self
                )
            )
            let quotes = word ^ (ones &* 0x22)
            let backslashes = word ^ (ones &* 0x5C)
            let special =
                (((word &- ones &* 0x20) | (quotes &- ones) | (backslashes &- ones)) & ~word | word)
                & tops
            if special != 0 { return index &+ special.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < document.count {
            // Inside the document, as the line above says.
            let byte = unsafe document[unchecked: index]
            if byte < 0x20 || byte >= 0x80 || byte == 0x22 || byte == 0x5C { return index }
            index &+= 1
        }
        return index
    }

    /// The first byte after the escape whose backslash is at `backslash`.
    private func endOfEscape(
        at backslash: Int,
        inStringAt opening: Int
    ) throws(JSONError) -> Int {
        let letter = backslash + 1
        guard letter < document.count else { throw JSONError(.unterminatedString, at: opening) }
        switch document[letter] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
            UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return letter + 1
        case UInt8(ascii: "u"):
            // The document cannot end with the digits: the closing quote is missing then, and
            // CPython blames the escape, as we do.
            guard letter + 5 < document.count else {
                throw JSONError(.invalidUnicodeEscape, at: letter)
            }
            for index in (letter + 1)...(letter + 4)
            where JSONText.hexadecimalValue(of: document[index]) == nil {
                throw JSONError(.invalidUnicodeEscape, at: letter)
            }
            return letter + 5
        default:
            throw JSONError(.invalidEscape, at: backslash)
        }
    }

    /// Reads the number or name that begins with `byte` at `position`.
    @_lifetime(self: copy self)
    mutating func readScalar(startingWith byte: UInt8) throws(JSONError) -> JSONToken {
        switch byte {
        case UInt8(ascii: "t") where isAhead("true"):
            position &+= 4
            return .true
        case UInt8(ascii: "f") where isAhead("false"):
            position &+= 5
            return .false
        case UInt8(ascii: "n") where isAhead("null"):
            position &+= 4
            return .null
        case UInt8(ascii: "N") where takesNonFinite && isAhead("NaN"):
            return .number(take(3))
        case UInt8(ascii: "I") where takesNonFinite && isAhead("Infinity"):
            return .number(take(8))
        case UInt8(ascii: "-") where takesNonFinite && isAhead("-Infinity"):
            return .number(take(9))
        default:
            return .number(try readNumber())
        }
    }

    private func isAhead(_ literal: StaticString) -> Bool {
        let end = position + literal.utf8CodeUnitCount
        return end <= document.count && matches(position..<end, literal)
    }

    @_lifetime(self: copy self)
    private mutating func take(_ byteCount: Int) -> Range<Int> {
        let start = position
        position += byteCount
        return start..<position
    }

    /// Takes the longest number that begins at `position` (RFC 8259 section 6). What comes after
    /// it, the `20` of `020` or the point of `5.`, is then not what may follow a value.
    @_lifetime(self: copy self)
    private mutating func readNumber() throws(JSONError) -> Range<Int> {
        let start = position
        var index = start
        if byte(at: index) == UInt8(ascii: "-") { index &+= 1 }
        let integer = index
        index = endOfDigits(from: index)
        guard index > integer else { throw JSONError(.expectedValue, at: start) }
        if byte(at: integer) == UInt8(ascii: "0") { index = integer &+ 1 }
        if byte(at: index) == UInt8(ascii: ".") {
            let end = endOfDigits(from: index &+ 1)
            if end > index &+ 1 { index = end }
        }
        if byte(at: index) | 0x20 == UInt8(ascii: "e") {
            var digits = index &+ 1
            let sign = byte(at: digits)
            if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { digits &+= 1 }
            let end = endOfDigits(from: digits)
            if end > digits { index = end }
        }
        position = index
        return start..<index
    }

    private func endOfDigits(from start: Int) -> Int {
        var index = start
        while byte(at: index) &- UInt8(ascii: "0") < 10 { index &+= 1 }
        return index
    }

    /// The byte at `index`; 0 past the end.
    @inline(__always)
    private func byte(at index: Int) -> UInt8 {
        // No caller's index is negative.
        index < document.count ? unsafe document[unchecked: index] : 0
    }
}
