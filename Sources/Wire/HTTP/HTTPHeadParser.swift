/// Reads a request head line by line as its bytes arrive, so that a fault is found in the line that
/// has it and no byte is looked at twice.
struct HTTPHeadParser {
    /// Where in the input the next line begins. Everything before it has been accepted.
    private var lineStart = 0
    /// Where the search for the line's end goes on.
    private var scanned = 0
    /// Bytes of ignored empty lines before the request line.
    private var emptyLinesEnd = 0
    private var method = 0..<0
    private var target = 0..<0
    private var version: HTTPVersion?
    private var fields: [HTTPFields.Line] = []

    /// Whether nothing of a request has come yet (empty lines aside).
    var isFresh: Bool { version == nil && scanned == emptyLinesEnd }

    /// Reads on in `buffer`, which begins where it began in every call before and may have grown.
    ///
    /// - Returns: the head and the bytes of `buffer` it took; `nil` when more are needed.
    mutating func parse(
        _ buffer: borrowing ByteBuffer,
        _ limits: HTTPLimits
    ) throws(HTTPError) -> (head: HTTPRequestHead, byteCount: Int)? {
        let input = buffer.span
        while true {
            let found = HTTPSyntax.lineFeedIndex(in: input, from: scanned)
            let end = found ?? input.count
            if version == nil {
                try checkRequestLinePrefix(input, lineStart..<end, limits)
            }
            guard end + (found == nil ? 0 : 1) - emptyLinesEnd <= limits.headBytesMax else {
                throw .headTooLarge
            }
            guard found != nil else {
                scanned = end
                return nil
            }
            guard end > lineStart, input[end - 1] == HTTPSyntax.carriageReturn else {
                throw version == nil ? .malformedRequestLine : .malformedField
            }
            let line = lineStart..<(end - 1)
            lineStart = end + 1
            scanned = lineStart
            if let version {
                if line.isEmpty { return (try head(input, version, limits), lineStart) }
                try parseField(input, line, limits)
            } else if line.isEmpty {
                emptyLinesEnd = lineStart
                guard emptyLinesEnd <= 2 * limits.emptyLinesMax else {
                    throw .malformedRequestLine
                }
            } else {
                try parseRequestLine(input, line, limits)
            }
        }
    }

    /// Refuses what cannot become a request line without waiting for its end: TLS and other
    /// protocols, endless methods and targets.
    private func checkRequestLinePrefix(
        _ input: Span<UInt8>,
        _ line: Range<Int>,
        _ limits: HTTPLimits
    ) throws(HTTPError) {
        var index = line.lowerBound
        while index < line.upperBound && HTTPSyntax.isToken(input[index]) { index += 1 }
        guard index - line.lowerBound <= HTTPLimits.methodBytesMax else {
            throw .malformedRequestLine
        }
        if index < line.upperBound {
            let isSpace = input[index] == UInt8(ascii: " ") && index > line.lowerBound
            let isEmptyLine =
                input[index] == HTTPSyntax.carriageReturn && index == line.lowerBound
            guard isSpace || isEmptyLine && index + 1 == line.upperBound else {
                throw .malformedRequestLine
            }
        }
        // Method, target, version, two blanks and the line end.
        let lineMax = HTTPLimits.methodBytesMax + limits.targetBytesMax + 8 + 2 + 1
        guard line.count <= lineMax else { throw .targetTooLong }
    }

    private mutating func parseRequestLine(
        _ input: Span<UInt8>,
        _ line: Range<Int>,
        _ limits: HTTPLimits
    ) throws(HTTPError) {
        var index = line.lowerBound
        while index < line.upperBound && HTTPSyntax.isToken(input[index]) { index += 1 }
        method = line.lowerBound..<index
        guard !method.isEmpty, index < line.upperBound, input[index] == UInt8(ascii: " ") else {
            throw .malformedRequestLine
        }
        let targetStart = index + 1
        index = targetStart
        while index < line.upperBound && HTTPSyntax.isTarget(input[index]) { index += 1 }
        target = targetStart..<index
        guard target.count <= limits.targetBytesMax else { throw .targetTooLong }
        guard !target.isEmpty, index < line.upperBound, input[index] == UInt8(ascii: " ") else {
            throw .malformedRequestLine
        }
        let text = input.extracting((index + 1)..<line.upperBound)
        // `HTTP/` and digit, point, digit; the name is case-sensitive (RFC 9112 section 2.3).
        guard text.count == 8, HTTPSyntax.equal(text.extracting(0..<5), "HTTP/"),
            HTTPSyntax.isDigit(text[5]), text[6] == UInt8(ascii: "."), HTTPSyntax.isDigit(text[7])
        else { throw .malformedRequestLine }
        guard text[5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
        version = text[7] == UInt8(ascii: "0") ? .http1_0 : .http1_1
    }

    private mutating func parseField(
        _ input: Span<UInt8>,
        _ line: Range<Int>,
        _ limits: HTTPLimits
    ) throws(HTTPError) {
        let (name, value) = try HTTPSyntax.fieldLine(input, line)
        guard fields.count < limits.fieldCountMax else { throw .headTooLarge }
        fields.append(HTTPFields.Line(name: name, value: value))
    }

    /// What the fields say together, and the finished head.
    private func head(
        _ input: Span<UInt8>,
        _ version: HTTPVersion,
        _ limits: HTTPLimits
    ) throws(HTTPError) -> HTTPRequestHead {
        try checkHost(input, version)
        return HTTPRequestHead(
            bytes: SharedBytes(copying: input.extracting(0..<lineStart)),
            method: method,
            target: target,
            version: version,
            fields: fields,
            bodyLength: try bodyLength(input, version, limits)
        )
    }

    /// Exactly one `Host` in HTTP/1.1, at most one in HTTP/1.0 (RFC 9112 section 3.2).
    private func checkHost(_ input: Span<UInt8>, _ version: HTTPVersion) throws(HTTPError) {
        var count = 0
        for field in fields
        where HTTPSyntax.equalIgnoringCase(input.extracting(field.name), "host") {
            count += 1
            for index in field.value where !HTTPSyntax.isHost(input[index]) { throw .badHost }
        }
        guard count == 1 || count == 0 && version == .http1_0 else { throw .badHost }
    }

    /// RFC 9112 sections 6.1 and 6.3.
    private func bodyLength(
        _ input: Span<UInt8>,
        _ version: HTTPVersion,
        _ limits: HTTPLimits
    ) throws(HTTPError) -> HTTPRequestHead.BodyLength {
        let framing = try HTTPFraming(input, fields)
        if try framing.checkedChunked(version) { return .chunked }
        guard let length = framing.length, length > 0 else { return .none }
        guard length <= limits.bodyBytesMax else { throw .bodyTooLarge }
        return .fixed(length)
    }
}
