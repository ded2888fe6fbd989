/// An answer on its way to bytes: status and fields, then `encoded` puts head and body into one
/// contiguous buffer.
///
/// Every answer carries `content-length`, `date` and `server`; field names are lower case. The
/// order is content-length, the added fields, date, server, `Connection: close`.
public struct HTTPResponse: Sendable {
    public let status: HTTPStatus
    /// The added field lines, as they will be sent.
    private var lines: [UInt8] = []

    public init(_ status: HTTPStatus) {
        self.status = status
    }

    /// The answer to a request that could not be read. To be sent with `closes: true`.
    public init(_ error: HTTPError) {
        self.init(error.status)
    }

    /// The bytes that ask a client waiting with `Expect: 100-continue` for its body.
    public static func continueBytes() -> SharedBytes {
        SharedBytes("HTTP/1.1 100 Continue\r\n\r\n")
    }

    /// Adds a field line.
    ///
    /// - Parameters:
    ///   - name: a token in lower case.
    ///   - value: a byte that no field value may hold (a line end that could begin another field)
    ///     is written as a blank (RFC 9110 section 5.5).
    public mutating func add(_ name: StaticString, _ value: Span<UInt8>) {
        name.withUTF8Buffer { unsafe lines.append(contentsOf: $0) }
        lines.append(UInt8(ascii: ":"))
        lines.append(UInt8(ascii: " "))
        for index in value.indices {
            let byte = value[index]
            lines.append(HTTPSyntax.isFieldContent(byte) ? byte : UInt8(ascii: " "))
        }
        lines.append(HTTPSyntax.carriageReturn)
        lines.append(HTTPSyntax.lineFeed)
    }

    /// Adds a field line whose value is text.
    public mutating func add(_ name: StaticString, _ value: String) {
        let bytes = Array(value.utf8)
        add(name, bytes.span)
    }

    /// The whole answer.
    ///
    /// - Parameters:
    ///   - body: the content.
    ///   - date: the time of the answer as IMF-fixdate (RFC 9110 section 5.6.7), 29 bytes; empty
    ///     leaves the field out.
    ///   - closes: whether the connection is closed after this answer.
    ///   - omitsBody: for the answer to HEAD: the length of `body` is told, `body` is not sent.
    public func encoded(
        body: Span<UInt8>,
        date: Span<UInt8>,
        closes: Bool = false,
        omitsBody: Bool = false
    ) -> SharedBytes {
        let fixedByteCount = 192
        let capacity = fixedByteCount + lines.count + date.count + (omitsBody ? 0 : body.count)
        return SharedBytes(capacity: capacity) { output in
            appendStatusLine(&output)
            output.append("content-length: ")
            output.append(decimal: body.count)
            output.append("\r\n")
            appendFields(date: date, &output)
            if closes { output.append("Connection: close\r\n") }
            output.append("\r\n")
            if !omitsBody { output.append(copying: body) }
        }
    }

    /// The whole answer without content.
    public func encoded(date: Span<UInt8>, closes: Bool = false) -> SharedBytes {
        encoded(body: Span(), date: date, closes: closes)
    }

    /// The answer that ends HTTP on this connection (101): it has no content and no length of one.
    func encodedSwitch(date: Span<UInt8>) -> SharedBytes {
        SharedBytes(capacity: 128 + lines.count + date.count) { output in
            appendStatusLine(&output)
            appendFields(date: date, &output)
            output.append("\r\n")
        }
    }

    private func appendStatusLine(_ output: inout OutputSpan<UInt8>) {
        output.append("HTTP/1.1 ")
        output.append(decimal: status.code)
        output.append(" ")
        output.append(status.reason)
        output.append("\r\n")
    }

    private func appendFields(date: Span<UInt8>, _ output: inout OutputSpan<UInt8>) {
        output.append(copying: lines.span)
        if !date.isEmpty {
            output.append("date: ")
            output.append(copying: date)
            output.append("\r\n")
        }
        output.append("server: quesquant\r\n")
    }
}

extension OutputSpan<UInt8> {
    /// Appends the ASCII text of a literal.
    fileprivate mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { source in
            // A `StaticString` points at its constant bytes.
            for index in source.indices { append(unsafe source[index]) }
        }
    }

    /// Appends a number that is not negative.
    fileprivate mutating func append(decimal value: Int) {
        var divisor = 1
        while value / divisor >= 10 { divisor *= 10 }
        while divisor > 0 {
            append(UInt8(ascii: "0") + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}
