internal import Crypto
public import Wire

/// One request to the venue's REST interface: method, target and body, in buffers that are kept
/// from request to request, so that after the first few nothing is allocated (polymarket 5).
///
///     request.cancel(order: id)
///     writer.begin(request.method, host: host, target: request.target)
///     try request.forEachHeader(credentials, at: seconds) { name, value in ... }
///     writer.finish(body: request.body)
///
/// Sans-IO: who sends it, and when, is not its business. Each call below replaces what was there.
public struct ClobRequest: ~Copyable {
    /// How the venue wants to know who asks.
    public enum Authentication: Sendable {
        /// It does not.
        case none
        /// By the key's signature (`ClobAuth`).
        case key
        /// By the API key (`APICredentials`).
        case credentials
    }

    public private(set) var method = HTTPMethod.get
    public private(set) var authentication = Authentication.none
    private var targetBuffer = ByteBuffer(capacity: 256)
    private var bodyBuffer = ByteBuffer(capacity: 2_048)
    /// Bytes of `target` in front of its query.
    private var pathByteCount = 0
    private var hasQuery = false
    /// Orders of the batch that is being built.
    var batchCount = 0

    public init() { begin(.get, "/time", .none) }

    /// Path and query.
    public var target: Span<UInt8> {
        @_lifetime(borrow self) get { targetBuffer.span }
    }

    /// The part of the target that is signed: without the query.
    public var path: Span<UInt8> {
        @_lifetime(borrow self) get { targetBuffer.span.extracting(0..<pathByteCount) }
    }

    /// Exactly what is sent and signed; empty when there is none.
    public var body: Span<UInt8> {
        @_lifetime(borrow self) get { bodyBuffer.span }
    }

    // MARK: - Building

    mutating func begin(
        _ method: HTTPMethod,
        _ path: StaticString,
        _ authentication: Authentication
    ) {
        self.method = method
        self.authentication = authentication
        targetBuffer.removeAll()
        bodyBuffer.removeAll()
        targetBuffer.append(path)
        pathByteCount = path.utf8CodeUnitCount
        hasQuery = false
        batchCount = 0
    }

    /// Appends to the path itself.
    mutating func extendPath(by word: Word256) {
        precondition(!hasQuery, "the path stands in front of the query")
        targetBuffer.append(upTo: Word256.textByteCount) { word.appendText(to: &$0) }
        pathByteCount = targetBuffer.count
    }

    mutating func addQuery(_ name: StaticString, _ value: Span<UInt8>) {
        addQueryName(name)
        targetBuffer.append(upTo: value.count * 3) { output in
            for index in value.indices { Self.append(escaped: value[index], to: &output) }
        }
    }

    mutating func addQuery(_ name: StaticString, _ value: StaticString) {
        addQueryName(name)
        targetBuffer.append(value)
    }

    /// A number in decimal digits.
    mutating func addQuery(_ name: StaticString, decimal value: Word256) {
        addQueryName(name)
        targetBuffer.append(upTo: Word256.decimalByteCountMax) { value.appendDecimal(to: &$0) }
    }

    /// A word as `0x` and its digits.
    mutating func addQuery(_ name: StaticString, word value: Word256) {
        addQueryName(name)
        targetBuffer.append(upTo: Word256.textByteCount) { value.appendText(to: &$0) }
    }

    private mutating func addQueryName(_ name: StaticString) {
        targetBuffer.append(UInt8(ascii: hasQuery ? "&" : "?"))
        targetBuffer.append(name)
        targetBuffer.append("=")
        hasQuery = true
    }

    /// RFC 3986 section 2.3: what is not unreserved is written as `%XX`.
    private static func append(escaped byte: UInt8, to output: inout OutputSpan<UInt8>) {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "~"):
            output.append(byte)
        default:
            output.append(UInt8(ascii: "%"))
            output.append(upperDigit(byte >> 4))
            output.append(upperDigit(byte & 0xF))
        }
    }

    private static func upperDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    mutating func appendBody(_ text: StaticString) { bodyBuffer.append(text) }
    mutating func appendBody(_ bytes: Span<UInt8>) { bodyBuffer.append(bytes) }

    /// A word as a JSON string.
    mutating func appendBody(quoted word: Word256) {
        bodyBuffer.append(upTo: Word256.textByteCount + 2) { output in
            output.append(UInt8(ascii: "\""))
            word.appendText(to: &output)
            output.append(UInt8(ascii: "\""))
        }
    }

    /// A number as a JSON string of digits.
    mutating func appendBody(quotedDecimal number: Word256) {
        bodyBuffer.append(upTo: Word256.decimalByteCountMax + 2) { output in
            output.append(UInt8(ascii: "\""))
            number.appendDecimal(to: &output)
            output.append(UInt8(ascii: "\""))
        }
    }
}
