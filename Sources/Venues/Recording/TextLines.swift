internal import Wire

/// Cuts a file that arrives in pieces into lines. Sans-IO.
///
///     lines.receive(chunk)                        // until the file ends, then finish()
///     while true {
///         switch lines.next() {
///         case .line: use(lines.line)
///         ...
///
/// A line ends with a line feed, the last one also with the file; a carriage return before it is
/// left out. Whoever reads on takes the line's bytes away.
struct TextLines: ~Copyable {
    enum Step: Equatable {
        /// `line` is the next line.
        case line
        /// A line was longer than allowed; it is told once and skipped.
        case tooLong
        case needMore
        case end
    }

    /// Lines told so far, so that the first one is number 1.
    private(set) var number = 0

    private let byteCountMax: Int
    private var buffer = ByteBuffer(capacity: 1 << 16)
    /// Bytes of `line` at the beginning of the buffer, and of what ends it.
    private var lineBytes = 0
    private var endBytes = 0
    /// Bytes at the beginning of the buffer that hold no line feed.
    private var scanned = 0
    /// Whether what comes up to the next line feed belongs to a line that was too long.
    private var isSkipping = false
    private var isFinished = false

    /// - Parameter byteCountMax: the longest line, without what ends it.
    init(byteCountMax: Int) { self.byteCountMax = byteCountMax }

    /// The line that the last `next()` told of.
    var line: Span<UInt8> {
        @_lifetime(borrow self) get { buffer.span.extracting(0..<lineBytes) }
    }

    mutating func receive(_ bytes: Span<UInt8>) {
        precondition(!isFinished, "a finished file has no more bytes")
        buffer.append(bytes)
    }

    /// There are no more bytes.
    mutating func finish() { isFinished = true }

    mutating func next() -> Step {
        buffer.consume(lineBytes + endBytes)
        (lineBytes, endBytes) = (0, 0)
        while true {
            if let lineFeed = LineFeed.first(in: buffer.span, from: scanned) {
                scanned = 0
                if isSkipping || lineFeed > byteCountMax + 1 {
                    buffer.consume(lineFeed + 1)
                    if !isSkipping { return tell(.tooLong) }
                    isSkipping = false
                    continue
                }
                return tell(lineFeed, ending: 1)
            }
            scanned = buffer.count
            if isSkipping || scanned > byteCountMax + 1 {
                buffer.removeAll()
                scanned = 0
                if !isSkipping {
                    isSkipping = true
                    return tell(.tooLong)
                }
            }
            guard isFinished else { return .needMore }
            guard !buffer.isEmpty else { return .end }
            scanned = 0
            return tell(buffer.count, ending: 0)
        }
    }

    private mutating func tell(_ step: Step) -> Step {
        number += 1
        return step
    }

    private mutating func tell(_ byteCount: Int, ending: Int) -> Step {
        let hasReturn = byteCount > 0 && buffer.span[byteCount - 1] == 0x0D
        lineBytes = hasReturn ? byteCount - 1 : byteCount
        endBytes = byteCount - lineBytes + ending
        guard lineBytes <= byteCountMax else {
            buffer.consume(lineBytes + endBytes)
            (lineBytes, endBytes) = (0, 0)
            return tell(.tooLong)
        }
        return tell(.line)
    }
}
