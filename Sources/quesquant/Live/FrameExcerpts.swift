/// Beginnings of messages that were not understood, for the log: who connects for the first time
/// must see what is different. The first few only, so that a venue cannot fill a disk.
struct FrameExcerpts {
    static let countMax = 8
    /// Bytes of a message that are shown.
    static let byteCountMax = 400

    private var count = 0

    /// `, "…"`; empty when enough have been shown.
    mutating func next(_ bytes: Span<UInt8>) -> String {
        guard count < Self.countMax else { return "" }
        count += 1
        var text = ", \""
        for index in 0..<min(bytes.count, Self.byteCountMax) {
            // What could move a terminal's cursor, or begin a line of its own, is not shown.
            let isPrintable = (0x20...0x7E).contains(bytes[index])
            text.unicodeScalars.append(isPrintable ? Unicode.Scalar(bytes[index]) : "?")
        }
        return text + (bytes.count > Self.byteCountMax ? "…\"" : "\"")
    }
}
