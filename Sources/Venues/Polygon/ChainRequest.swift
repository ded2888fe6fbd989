internal import Crypto
public import Wire

/// A batch of questions to a node, as the body of one POST (JSON-RPC 2.0 section 6), and the reading
/// of what comes back. Sans-IO: who sends it, and when, is not its business.
public struct ChainRequest: Sendable {
    /// Questions of one batch. Providers allow less than a hundred to those who do not pay.
    public static let readsMax = 48
    /// The longest answer that is worth reading, in bytes: an HTTP client's limit.
    public static let answerBytesMax = 256 * 1_024

    /// The questions, in order.
    public let reads: [ChainRead]
    /// The first one's id; the others follow.
    public let firstID: UInt32

    /// - Parameter firstID: another for every request, so that an answer to another one is not
    ///   taken for this one's: `firstID + reads.count` after it.
    /// - Precondition: 1 to `readsMax` questions.
    public init(_ reads: [ChainRead], firstID: UInt32) {
        precondition((1...Self.readsMax).contains(reads.count), "1 to 48 questions at once")
        self.reads = reads
        self.firstID = firstID
    }

    /// Appends the body, compact JSON.
    public func appendBody(to body: inout ByteBuffer) {
        for (index, read) in reads.enumerated() {
            body.append(index == 0 ? "[" : ",")
            body.append("{\"jsonrpc\":\"2.0\",\"id\":")
            body.append(upTo: 20) { DecimalText.append(UInt64(id(index)), to: &$0) }
            body.append(",")
            read.appendMembers(to: &body)
            body.append("}")
        }
        body.append("]")
    }

    func id(_ index: Int) -> Int64 { Int64(firstID) + Int64(index) }
}
