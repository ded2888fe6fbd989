public import Crypto
public import Wire

/// Why a whole answer of a node is none.
public enum ChainAnswerError: Error, Equatable, Sendable {
    case notJSON(JSONError)
    /// A member has another type than JSON-RPC gives it, or occurs twice.
    case malformed
    /// An answer to nothing that was asked, or a second one to the same question.
    case wrongID
    /// A question has no answer.
    case incomplete
    /// The node refuses the batch as a whole.
    case refused(ChainRefusal)
}

/// What a node says when it does not answer.
public struct ChainRefusal: Error, Equatable, Sendable, CustomStringConvertible {
    /// Characters of the text that are kept.
    public static let textCountMax = 160

    /// JSON-RPC's, or the provider's own: -32005 is too many requests.
    public let code: Int64
    /// In the node's words, without control characters.
    public let text: String

    public init(code: Int64, text: String) {
        self.code = code
        self.text = text
    }

    public var description: String { "\(text) (\(code))" }
}

/// Why one question has no answer.
public enum ChainReadError: Error, Equatable, Sendable {
    case refused(ChainRefusal)
    /// There is no contract at that address on this chain.
    case noContract
    /// The result is not what the question is answered with.
    case malformed
}

/// What a node has answered to one question.
public enum ChainValue: Equatable, Sendable {
    case number(Word256)
    case truth(Bool)
    /// In the order of the ids that were asked for.
    case numbers([Word256])
}

extension ChainRequest {
    /// The answers, in the order of `reads`.
    ///
    /// They may come in any order (JSON-RPC 2.0 section 6), and each question has its own outcome.
    public func decode(
        _ body: Span<UInt8>
    ) throws(ChainAnswerError) -> [Result<ChainValue, ChainReadError>] {
        var answers = [Result<ChainValue, ChainReadError>?](repeating: nil, count: reads.count)
        var reader = JSONReader(body)
        switch try ChainReader.token(&reader) {
        case .beginArray: break
        case .beginObject:
            // A node that refuses the batch answers with one object (section 6).
            let answer = try ChainReader(&reader)
            try ChainReader.end(&reader)
            guard let refusal = answer.refusal else { throw .malformed }
            throw .refused(refusal)
        default: throw .malformed
        }
        while true {
            let token = try ChainReader.token(&reader)
            if token == .endArray { break }
            guard token == .beginObject else { throw .malformed }
            let answer = try ChainReader(&reader)
            guard let id = answer.id, id >= Int64(firstID), id < self.id(reads.count) else {
                throw .wrongID
            }
            let index = Int(id - Int64(firstID))
            guard answers[index] == nil else { throw .wrongID }
            answers[index] = answer.result(of: reads[index], in: body)
        }
        try ChainReader.end(&reader)
        var complete: [Result<ChainValue, ChainReadError>] = []
        for answer in answers {
            guard let answer else { throw .incomplete }
            complete.append(answer)
        }
        return complete
    }
}
