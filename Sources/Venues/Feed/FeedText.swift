/// Comparing bytes with words.
enum FeedText {
    static func equals(_ bytes: Span<UInt8>, _ word: StaticString) -> Bool {
        guard bytes.count == word.utf8CodeUnitCount else { return false }
        return word.withUTF8Buffer { expected in
            for index in bytes.indices where unsafe expected[index] != bytes[index] {
                return false
            }
            return true
        }
    }
}
