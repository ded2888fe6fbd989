/// Compressed recordings: the tool that packed them unpacks them.
enum CompressedInput {
    /// What a tool's output begins with (RFC 8878 section 3.1.1, RFC 1952 section 2.3.1).
    private static let beginnings: [(bytes: [UInt8], tool: String)] = [
        ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), ([0x1F, 0x8B], "gzip"),
    ]

    /// - Parameters:
    ///   - bytes: the first that were read.
    ///   - name: of where they come from.
    /// - Throws: when they are compressed; the sentence says how to unpack them.
    static func refuse(_ bytes: Span<UInt8>, name: String) throws(UsageError) {
        for (beginning, tool) in beginnings where bytes.begins(with: beginning) {
            throw UsageError(
                description: "\(name) is compressed: \(tool) -dc FILE | quesquant replay -"
            )
        }
    }
}

extension Span<UInt8> {
    fileprivate func begins(with beginning: [UInt8]) -> Bool {
        guard count >= beginning.count else { return false }
        return beginning.indices.allSatisfy { self[$0] == beginning[$0] }
    }
}
