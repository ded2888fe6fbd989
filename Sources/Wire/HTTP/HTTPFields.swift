/// The field lines of a head (RFC 9110 section 5): where they lie in its bytes, and what they say.
struct HTTPFields: Sendable {
    /// Where a field line's name and value lie in `bytes`.
    struct Line: Sendable {
        let name: Range<Int>
        let value: Range<Int>
    }

    /// The whole head, as received.
    let bytes: SharedBytes
    let lines: [Line]

    /// The value of the first field of this name, without the blanks round it; `nil` if there is none.
    /// - Parameter name: in lower case.
    @_lifetime(borrow self)
    func value(of name: StaticString) -> Span<UInt8>? {
        guard let index = firstIndex(of: name, from: 0) else { return nil }
        return part(lines[index].value)
    }

    /// How many field lines have this name.
    /// - Parameter name: in lower case.
    func count(of name: StaticString) -> Int {
        var count = 0
        var index = 0
        while let found = firstIndex(of: name, from: index) {
            count += 1
            index = found + 1
        }
        return count
    }

    /// The first value of this name as text, bytes that are no UTF-8 replaced.
    /// - Parameter name: in lower case.
    func text(of name: StaticString) -> String? {
        guard let value = value(of: name) else { return nil }
        return Self.text(value)
    }

    /// Whether a comma-separated field holds this token, in either case, on any of its lines (RFC
    /// 9110 section 5.6.1).
    /// - Parameters:
    ///   - token: in lower case.
    ///   - name: in lower case.
    func has(_ token: StaticString, in name: StaticString) -> Bool {
        let bytes = bytes.span
        var index = 0
        while let found = firstIndex(of: name, from: index) {
            let value = lines[found].value
            var start = value.lowerBound
            while start <= value.upperBound {
                var end = start
                while end < value.upperBound && bytes[end] != UInt8(ascii: ",") { end += 1 }
                let element = HTTPSyntax.trimmed(bytes, start..<end)
                if HTTPSyntax.equalIgnoringCase(bytes.extracting(element), token) { return true }
                start = end + 1
            }
            index = found + 1
        }
        return false
    }

    /// The bytes of `range` of the head.
    @_lifetime(borrow self)
    func part(_ range: Range<Int>) -> Span<UInt8> {
        bytes.span.extracting(range)
    }

    static func text(_ bytes: Span<UInt8>) -> String {
        var copy: [UInt8] = []
        copy.reserveCapacity(bytes.count)
        for index in bytes.indices { copy.append(bytes[index]) }
        return String(decoding: copy, as: UTF8.self)
    }

    private func firstIndex(of name: StaticString, from start: Int) -> Int? {
        let bytes = bytes.span
        var index = start
        while index < lines.count {
            if HTTPSyntax.equalIgnoringCase(bytes.extracting(lines[index].name), name) {
                return index
            }
            index += 1
        }
        return nil
    }
}
