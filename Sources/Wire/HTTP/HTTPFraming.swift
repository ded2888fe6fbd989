/// What the fields of a head say about the length of its body (RFC 9112 section 6), for both roles.
/// Several lengths are taken when each line says the same.
struct HTTPFraming {
    /// What `Content-Length` says; one too large for any limit is `Int.max`.
    private(set) var length: Int?
    /// Lines of `Transfer-Encoding`.
    private(set) var codingCount = 0
    /// Whether all of them say exactly `chunked`.
    private(set) var isChunked = true

    init(_ input: Span<UInt8>, _ fields: [HTTPFields.Line]) throws(HTTPError) {
        for field in fields {
            let name = input.extracting(field.name)
            if HTTPSyntax.equalIgnoringCase(name, "content-length") {
                let value = try Self.length(input, field.value)
                guard length == nil || length == value else { throw .ambiguousLength }
                length = value
            } else if HTTPSyntax.equalIgnoringCase(name, "transfer-encoding") {
                codingCount += 1
                let value = input.extracting(field.value)
                isChunked = isChunked && HTTPSyntax.equalIgnoringCase(value, "chunked")
            }
        }
    }

    /// Whether the body is chunked; `false` without a transfer coding.
    ///
    /// A transfer coding in HTTP/1.0, or beside a length, is what smuggling is made of, and refused.
    func checkedChunked(_ version: HTTPVersion) throws(HTTPError) -> Bool {
        guard codingCount > 0 else { return false }
        guard length == nil, version == .http1_1 else { throw .ambiguousLength }
        guard codingCount == 1, isChunked else { throw .unsupportedTransferCoding }
        return true
    }

    /// The number in `bytes[range]`, digits only; one too large for any limit is `Int.max`.
    private static func length(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>
    ) throws(HTTPError) -> Int {
        guard !range.isEmpty else { throw .ambiguousLength }
        var value = 0
        for index in range {
            guard HTTPSyntax.isDigit(bytes[index]) else { throw .ambiguousLength }
            let (tens, tensOverflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, sumOverflow) = tens.addingReportingOverflow(Int(bytes[index] - 48))
            value = tensOverflow || sumOverflow ? .max : sum
        }
        return value
    }
}
