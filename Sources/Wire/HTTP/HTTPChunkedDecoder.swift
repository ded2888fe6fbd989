/// Takes the chunk framing off a body (RFC 9112 section 7.1). Says what the bytes at the front of the
/// input are; the caller takes them away and asks again.
struct HTTPChunkedDecoder {
    /// What is at the front of the input.
    enum Step: Equatable {
        /// Nothing that could be judged yet.
        case needMore
        /// Framing of this many bytes: to be thrown away.
        case framing(Int)
        /// This many bytes of the body.
        case piece(Int)
        /// The last this many bytes of the request.
        case end(Int)
    }

    private enum State {
        case size
        /// This many bytes of the chunk are still to come, at least one.
        case data(Int)
        case dataEnd
        case trailer
    }

    private var state = State.size
    /// Bytes of the body announced by the chunks so far.
    private var bodyByteCount = 0
    private var trailerByteCount = 0
    private var trailerFieldCount = 0

    /// - Parameter input: what has come and was not yet taken away.
    mutating func step(
        _ input: Span<UInt8>,
        _ limits: HTTPLimits
    ) throws(HTTPError) -> Step {
        if input.isEmpty { return .needMore }
        switch state {
        case .size: return try sizeLine(input, limits)
        case .data(let remaining):
            let count = min(remaining, input.count)
            state = count == remaining ? .dataEnd : .data(remaining - count)
            return .piece(count)
        case .dataEnd:
            guard input[0] == HTTPSyntax.carriageReturn else { throw .malformedChunk }
            guard input.count > 1 else { return .needMore }
            guard input[1] == HTTPSyntax.lineFeed else { throw .malformedChunk }
            state = .size
            return .framing(2)
        case .trailer: return try trailerLine(input, limits)
        }
    }

    private mutating func sizeLine(
        _ input: Span<UInt8>,
        _ limits: HTTPLimits
    ) throws(HTTPError) -> Step {
        guard let end = HTTPSyntax.lineFeedIndex(in: input, from: 0) else {
            guard input.count < limits.chunkLineBytesMax else { throw .malformedChunk }
            return .needMore
        }
        guard end < limits.chunkLineBytesMax, end > 0,
            input[end - 1] == HTTPSyntax.carriageReturn
        else { throw .malformedChunk }
        let size = try Self.size(input.extracting(0..<(end - 1)))
        guard size <= limits.bodyBytesMax - bodyByteCount else { throw .bodyTooLarge }
        bodyByteCount += size
        state = size == 0 ? .trailer : .data(size)
        return .framing(end + 1)
    }

    /// The hexadecimal size at the start of `line`; extensions are checked and ignored. A size too
    /// large for any limit is `Int.max`.
    private static func size(_ line: Span<UInt8>) throws(HTTPError) -> Int {
        var index = 0
        var size = 0
        while index < line.count, let digit = hexadecimalValue(line[index]) {
            size = size > Int.max >> 4 ? .max : size << 4 | Int(digit)
            index += 1
        }
        guard index > 0 else { throw .malformedChunk }
        if index == line.count { return size }
        // Only `;`, blanks allowed before it, may follow (RFC 9112 section 7.1.1).
        while index < line.count && HTTPSyntax.isBlank(line[index]) { index += 1 }
        guard index < line.count, line[index] == UInt8(ascii: ";") else { throw .malformedChunk }
        while index < line.count {
            guard HTTPSyntax.isFieldContent(line[index]) else { throw .malformedChunk }
            index += 1
        }
        return size
    }

    /// Trailer fields are checked like any field and dropped: none of them means anything here.
    private mutating func trailerLine(
        _ input: Span<UInt8>,
        _ limits: HTTPLimits
    ) throws(HTTPError) -> Step {
        let room = limits.trailerBytesMax - trailerByteCount
        guard let end = HTTPSyntax.lineFeedIndex(in: input, from: 0) else {
            guard input.count < room else { throw .headTooLarge }
            return .needMore
        }
        guard end < room else { throw .headTooLarge }
        guard end > 0, input[end - 1] == HTTPSyntax.carriageReturn else { throw .malformedField }
        if end == 1 { return .end(2) }
        _ = try HTTPSyntax.fieldLine(input, 0..<(end - 1))
        trailerFieldCount += 1
        guard trailerFieldCount <= limits.fieldCountMax else { throw .headTooLarge }
        trailerByteCount += end + 1
        return .framing(end + 1)
    }
}

/// The value of a hexadecimal digit in either case.
func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}
