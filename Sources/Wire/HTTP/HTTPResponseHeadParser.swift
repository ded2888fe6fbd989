/// Reads a response head line by line as its bytes arrive, so that a fault is found in the line that
/// has it and no byte is looked at twice.
struct HTTPResponseHeadParser {
    /// Where in the input the next line begins. Everything before it has been accepted.
    private var lineStart = 0
    /// Where the search for the line's end goes on.
    private var scanned = 0
    private var version: HTTPVersion?
    private var status = HTTPStatus.ok
    private var lines: [HTTPFields.Line] = []

    /// Reads on in `buffer`, which begins where it began in every call before and may have grown.
    ///
    /// - Parameter method: that of the request, which decides whether a body follows.
    /// - Returns: the head and the bytes of `buffer` it took; `nil` when more are needed.
    mutating func parse(
        _ buffer: borrowing ByteBuffer,
        answering method: HTTPMethod,
        _ limits: HTTPResponseLimits
    ) throws(HTTPResponseError) -> (head: HTTPResponseHead, byteCount: Int)? {
        let input = buffer.span
        while true {
            let found = HTTPSyntax.lineFeedIndex(in: input, from: scanned)
            let end = found ?? input.count
            if version == nil { try checkStatusLinePrefix(input, end) }
            guard end + (found == nil ? 0 : 1) <= limits.headBytesMax else { throw .headTooLarge }
            guard found != nil else {
                scanned = end
                return nil
            }
            guard end > lineStart, input[end - 1] == HTTPSyntax.carriageReturn else {
                throw version == nil ? .malformedStatusLine : .malformedField
            }
            let line = lineStart..<(end - 1)
            lineStart = end + 1
            scanned = lineStart
            if let version {
                if line.isEmpty { return (try head(input, version, method, limits), lineStart) }
                try parseField(input, line, limits)
            } else {
                try parseStatusLine(input.extracting(line))
            }
        }
    }

    /// Refuses what cannot become a status line without waiting for its end.
    private func checkStatusLinePrefix(
        _ input: Span<UInt8>,
        _ end: Int
    ) throws(HTTPResponseError) {
        let name: StaticString = "HTTP/"
        let count = min(end, name.utf8CodeUnitCount)
        let isRight = name.withUTF8Buffer { text in
            // `count` is at most the length of either.
            for index in 0..<count where unsafe input[index] != text[index] { return false }
            return true
        }
        guard isRight, end < HTTPResponseLimits.statusLineBytesMax else {
            throw .malformedStatusLine
        }
    }

    /// `HTTP/1.1 200 OK`. The blank before an empty phrase may be missing: some servers forget it,
    /// and nothing depends on it.
    private mutating func parseStatusLine(_ line: Span<UInt8>) throws(HTTPResponseError) {
        guard line.count >= 12, HTTPSyntax.isDigit(line[5]), line[6] == UInt8(ascii: "."),
            HTTPSyntax.isDigit(line[7]), line[8] == UInt8(ascii: " ")
        else { throw .malformedStatusLine }
        guard line[5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
        var code = 0
        for index in 9..<12 {
            guard HTTPSyntax.isDigit(line[index]) else { throw .malformedStatusLine }
            code = code * 10 + Int(line[index] - UInt8(ascii: "0"))
        }
        guard (100...599).contains(code) else { throw .malformedStatusLine }
        if line.count > 12 {
            guard line[12] == UInt8(ascii: " ") else { throw .malformedStatusLine }
            for index in 13..<line.count where !HTTPSyntax.isFieldContent(line[index]) {
                throw .malformedStatusLine
            }
        }
        status = HTTPStatus(code)
        version = line[7] == UInt8(ascii: "0") ? .http1_0 : .http1_1
    }

    private mutating func parseField(
        _ input: Span<UInt8>,
        _ line: Range<Int>,
        _ limits: HTTPResponseLimits
    ) throws(HTTPResponseError) {
        guard lines.count < limits.fieldCountMax else { throw .headTooLarge }
        do {
            let (name, value) = try HTTPSyntax.fieldLine(input, line)
            lines.append(HTTPFields.Line(name: name, value: value))
        } catch {
            throw HTTPResponseError(error)
        }
    }

    private func head(
        _ input: Span<UInt8>,
        _ version: HTTPVersion,
        _ method: HTTPMethod,
        _ limits: HTTPResponseLimits
    ) throws(HTTPResponseError) -> HTTPResponseHead {
        let bodyLength: HTTPResponseHead.BodyLength
        do {
            bodyLength = try self.bodyLength(input, version, method, limits)
        } catch {
            throw HTTPResponseError(error)
        }
        return HTTPResponseHead(
            status: status,
            version: version,
            bodyLength: bodyLength,
            fields: HTTPFields(
                bytes: SharedBytes(copying: input.extracting(0..<lineStart)),
                lines: lines
            )
        )
    }

    /// RFC 9112 section 6.3, in its order. Where no body may be, a length is refused that would make
    /// another reader see one: beside 1xx and 204 (RFC 9110 section 8.6). Beside 304, and in the
    /// answer to HEAD, it tells what GET would have brought.
    private func bodyLength(
        _ input: Span<UInt8>,
        _ version: HTTPVersion,
        _ method: HTTPMethod,
        _ limits: HTTPResponseLimits
    ) throws(HTTPError) -> HTTPResponseHead.BodyLength {
        let framing = try HTTPFraming(input, lines)
        let isChunked = try framing.checkedChunked(version)
        if status.code < 200 || status.code == 204 {
            guard !isChunked, framing.length ?? 0 == 0 else { throw .ambiguousLength }
            return .none
        }
        if method == .head || status.code == 304 { return .none }
        if isChunked { return .chunked }
        guard let length = framing.length else { return .untilEnd }
        guard length <= limits.bodyBytesMax else { throw .bodyTooLarge }
        return length == 0 ? .none : .fixed(length)
    }
}
