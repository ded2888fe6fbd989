/// Why a file is no journal, or not a sound one any more.
public struct JournalError: Error, Equatable, Sendable {
    public var reason: Reason
    /// Where in the file, in bytes from its start: the first byte of the record in question. All
    /// records before it are sound and have been handed out.
    public var offset: Int64

    public enum Reason: Equatable, Sendable {
        /// The file does not begin as a journal does.
        case notAJournal
        /// Written by another version of this program.
        case unsupportedVersion(UInt32)
        /// The header does not match its checksum.
        case headerDamaged
        /// No record has this length, or its two copies differ.
        case lengthDamaged
        /// A record does not match its checksum.
        case recordDamaged
        /// A sound record of a kind that this version does not know.
        case unknownKind(UInt8)
        /// A sound record whose fields say what cannot be, such as a price above one dollar.
        case malformed
    }

    public init(_ reason: Reason, offset: Int64) {
        self.reason = reason
        self.offset = offset
    }
}

extension JournalError: CustomStringConvertible {
    public var description: String {
        switch reason {
        case .notAJournal: "this file is not a journal"
        case .unsupportedVersion(let version):
            "the journal has format \(version); this program reads formats "
                + "\(JournalFormat.versionsRead.lowerBound) to "
                + "\(JournalFormat.versionsRead.upperBound)"
        case .headerDamaged: "the journal's header is damaged"
        case .lengthDamaged: "at byte \(offset) there is no record: its length is damaged"
        case .recordDamaged: "the record at byte \(offset) is damaged: its checksum is wrong"
        case .unknownKind(let kind): "the record at byte \(offset) is of an unknown kind (\(kind))"
        case .malformed: "the record at byte \(offset) holds a value that cannot be"
        }
    }
}
