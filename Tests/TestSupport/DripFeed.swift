/// The ways in which a network may cut a message: whole, byte by byte, and in two at every point.
///
/// Every example of a decoder runs through all of them.
public enum DripFeed {
    /// For each way, the pieces in order; joined they are `bytes`.
    public static func ways(_ bytes: [UInt8]) -> [[[UInt8]]] {
        var ways: [[[UInt8]]] = [[bytes], bytes.map { [$0] }]
        if bytes.count > 1 {
            for cut in 1..<bytes.count {
                ways.append([Array(bytes[..<cut]), Array(bytes[cut...])])
            }
        }
        return ways
    }
}
