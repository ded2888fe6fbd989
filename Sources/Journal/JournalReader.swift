public import Trading
internal import Wire

/// Reads a journal's bytes back into records, however the file is cut into pieces:
///
/// ```
///   reader.receive(piece);  while let record = try reader.next() { ... }      until the file ends
///   reader.finish()                                                           then `tornByteCount`
/// ```
///
/// A file that ends in the middle of a record, or in zeros that a file system put there, was cut
/// by a crash while that record was being written: no error, but `tornByteCount` says so. What
/// does not match its checksum is an error at that record; the records before it are good.
public struct JournalReader: ~Copyable {
    /// The session's number, the time of its first record; `nil` until the header has been read.
    public private(set) var session: Timestamp?
    /// Records handed out.
    public private(set) var recordCount: Int64 = 0
    /// Where the next record begins: bytes of the header and of the records handed out.
    public private(set) var offset: Int64 = 0

    private var buffer: ByteBuffer
    /// Of the file; meaningful once `session` is known.
    private var version = JournalFormat.version
    /// Bytes already dropped of the zeros that follow the last record.
    private var zeroCount = 0
    private var isFinished = false
    /// A damaged file stays damaged.
    private var failure: JournalError?

    public init() { buffer = ByteBuffer(capacity: 4_096) }

    /// Bytes after the last whole record. Meaningful once `finish()` has been called and `next()`
    /// has returned `nil`; 0 for a file that ends with a whole record.
    public var tornByteCount: Int { isFinished ? zeroCount + buffer.count : 0 }

    /// Takes the next bytes of the file. What `next()` has not used is kept, so take all records
    /// out between two pieces.
    /// - Precondition: `finish()` has not been called.
    public mutating func receive(_ bytes: Span<UInt8>) {
        precondition(!isFinished, "bytes after the end of the file")
        buffer.append(bytes)
    }

    /// The file has no more bytes.
    public mutating func finish() { isFinished = true }

    /// The next record; `nil` when the bytes so far hold no further whole one.
    /// - Throws: the same error again, for ever, once it has thrown.
    public mutating func next() throws(JournalError) -> SessionRecord? {
        if let failure { throw failure }
        do {
            return try read()
        } catch {
            failure = error
            throw error
        }
    }

    private mutating func read() throws(JournalError) -> SessionRecord? {
        if session == nil { try readHeader() }
        guard session != nil, zeroCount == 0 else {
            try dropZeros()
            return nil
        }
        let frameByteCount = JournalFormat.frameByteCount
        guard buffer.count >= 4 else { return nil }
        let word = buffer.span.littleEndian(at: 0)
        if word == 0 {
            try dropZeros()
            return nil
        }
        let length = Int(word & 0xFFFF)
        guard word >> 16 == ~word & 0xFFFF, length >= JournalFormat.bodyByteCountMin,
            length <= JournalFormat.bodyByteCountMax
        else { throw JournalError(.lengthDamaged, offset: offset) }
        guard buffer.count >= frameByteCount + length else { return nil }

        let checksum = buffer.span.littleEndian(at: 4)
        let record = try Self.decode(
            buffer.span.extracting(frameByteCount..<(frameByteCount + length)),
            checksum: checksum,
            version: version,
            offset: offset
        )
        buffer.consume(frameByteCount + length)
        offset += Int64(frameByteCount + length)
        recordCount += 1
        return record
    }

    private static func decode(
        _ body: Span<UInt8>,
        checksum: UInt32,
        version: UInt32,
        offset: Int64
    ) throws(JournalError) -> SessionRecord {
        guard CRC32C.checksum(of: body) == checksum else {
            throw JournalError(.recordDamaged, offset: offset)
        }
        guard let code = RecordCode(rawValue: body[0]), code.since <= version else {
            throw JournalError(.unknownKind(body[0]), offset: offset)
        }
        do {
            var fields = RecordFields(body.extracting(1..<body.count), version: version)
            let time = try fields.time()
            let kind = try fields.kind(code)
            guard fields.isAtEnd else { throw MalformedRecord() }
            return SessionRecord(time: time, kind: kind)
        } catch {
            throw JournalError(.malformed, offset: offset)
        }
    }

    private mutating func readHeader() throws(JournalError) {
        guard let found = try Self.header(buffer.span) else { return }
        session = found.session
        version = found.version
        buffer.consume(JournalFormat.headerByteCount)
        offset = Int64(JournalFormat.headerByteCount)
    }

    /// What the header says, once it is there as a whole; what cannot become a header is refused at
    /// its first wrong byte.
    private static func header(
        _ bytes: Span<UInt8>
    ) throws(JournalError) -> (session: Timestamp, version: UInt32)? {
        let magic = JournalFormat.magic
        for index in 0..<min(bytes.count, magic.count) where bytes[index] != magic[index] {
            throw JournalError(.notAJournal, offset: 0)
        }
        let checksumStart = JournalFormat.headerByteCount - 4
        guard bytes.count >= JournalFormat.headerByteCount else { return nil }
        let version = bytes.littleEndian(at: magic.count)
        guard JournalFormat.versionsRead.contains(version) else {
            throw JournalError(.unsupportedVersion(version), offset: 0)
        }
        let checksum = CRC32C.checksum(of: bytes.extracting(0..<checksumStart))
        guard bytes.littleEndian(at: checksumStart) == checksum else {
            throw JournalError(.headerDamaged, offset: 0)
        }
        let low = UInt64(bytes.littleEndian(at: magic.count + 4))
        let high = UInt64(bytes.littleEndian(at: magic.count + 8))
        return (Timestamp(nanoseconds: Int64(bitPattern: high << 32 | low)), version)
    }

    /// Nothing but zeros may follow zeros.
    private mutating func dropZeros() throws(JournalError) {
        guard session != nil else { return }
        for index in 0..<buffer.count where buffer.span[index] != 0 {
            throw JournalError(.lengthDamaged, offset: offset)
        }
        zeroCount += buffer.count
        buffer.removeAll()
    }
}

extension Span where Element == UInt8 {
    /// - Precondition: there are four bytes at `index`.
    fileprivate func littleEndian(at index: Int) -> UInt32 {
        UInt32(self[index]) | UInt32(self[index + 1]) << 8 | UInt32(self[index + 2]) << 16
            | UInt32(self[index + 3]) << 24
    }
}
