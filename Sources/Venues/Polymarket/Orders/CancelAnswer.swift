public import Crypto
public import Trading
internal import Wire

/// What has become of a request to cancel.
public enum CancelOutcome: Equatable, Sendable {
    /// The venue told of each order. That one was not cancelled is not a failure of the request.
    case done(CancelResult)
    /// Nothing was cancelled.
    case refused(VenueRefusal)
    /// It is not known what was cancelled: ask for the open orders.
    case unknown(VenueUncertainty)
}

public struct CancelResult: Equatable, Sendable {
    /// Why an order was not cancelled.
    public struct Failure: Equatable, Sendable {
        public enum Reason: Equatable, Sendable {
            /// It is not there any more: cancelled before, or matched, and then a fill is on its
            /// way.
            case gone
            /// Any other: it may still be open.
            case other
        }

        public let id: InlineText
        public let reason: Reason
        /// What the venue said, as in a `VenueRefusal`.
        public let text: String
    }

    public let cancelled: [InlineText]
    public let failures: [Failure]

    /// Whether every order that the answer names is gone. An order that was to be cancelled and is
    /// not named may still be open.
    public var leavesNothing: Bool { failures.allSatisfy { $0.reason == .gone } }

    /// What the answer says of one order.
    public enum Standing: Equatable, Sendable {
        /// This request cancelled it.
        case cancelled
        /// It was gone before: cancelled, or matched, and then a fill is on its way.
        case gone
        /// Not cancelled, or not named: it may still be open.
        case perhapsOpen
    }

    public func standing(of id: Word256) -> Standing {
        if cancelled.contains(where: { Word256(hexadecimal: $0.span) == id }) {
            return .cancelled
        }
        let failure = failures.first { Word256(hexadecimal: $0.id.span) == id }
        return failure?.reason == .gone ? .gone : .perhapsOpen
    }
}

/// Answers to cancels of one order, of many, of a market and of all.
public enum CancelAnswer {
    /// Orders that one answer tells of, cancelled or not.
    public static let ordersMax = 10_000

    /// - Parameters: as of `OrderAnswer.outcome`.
    public static func outcome(
        status: Int,
        body: Span<UInt8>,
        retryAfter: Int64? = nil
    ) -> CancelOutcome {
        guard status == 200 else {
            let complaint = VenueComplaint(
                status: status,
                body: body,
                headerRetryAfter: retryAfter
            )
            return complaint.refusal.map { .refused($0) } ?? .unknown(complaint.uncertainty)
        }
        do {
            return .done(try read(body))
        } catch {
            return .unknown(.unreadable)
        }
    }

    private static func read(_ body: Span<UInt8>) throws(ClobAnswerError) -> CancelResult {
        var cancelled: [InlineText]?
        var failures: [CancelResult.Failure]?
        var reader = JSONReader(body)
        try ClobReader.beginObject(&reader)
        while case .key(let name) = try ClobReader.token(&reader) {
            if reader.matches(name, "canceled") {
                cancelled = try readCancelled(&reader)
            } else if reader.matches(name, "not_canceled") {
                failures = try readFailures(&reader, body)
            } else {
                try ClobReader.skipValue(&reader)
            }
        }
        try ClobReader.end(&reader)
        // An answer that tells of nothing at all is not this answer.
        guard cancelled != nil || failures != nil else { throw .incomplete }
        return CancelResult(cancelled: cancelled ?? [], failures: failures ?? [])
    }

    @_lifetime(reader: copy reader)
    private static func readCancelled(
        _ reader: inout JSONReader
    ) throws(ClobAnswerError) -> [InlineText] {
        switch try ClobReader.token(&reader) {
        case .null: return []
        case .beginArray: break
        default: throw .malformed
        }
        var ids: [InlineText] = []
        while true {
            switch try ClobReader.token(&reader) {
            case .endArray: return ids
            case .string(let text):
                guard let id = InlineText(reader.bytes(text)) else { throw .malformed }
                guard ids.count < ordersMax else { throw .tooMany }
                ids.append(id)
            default: throw .malformed
            }
        }
    }

    @_lifetime(reader: copy reader)
    private static func readFailures(
        _ reader: inout JSONReader,
        _ body: Span<UInt8>
    ) throws(ClobAnswerError) -> [CancelResult.Failure] {
        switch try ClobReader.token(&reader) {
        case .null: return []
        case .beginObject: break
        default: throw .malformed
        }
        var failures: [CancelResult.Failure] = []
        while case .key(let name) = try ClobReader.token(&reader) {
            guard let id = InlineText(reader.bytes(name)) else { throw .malformed }
            guard failures.count < ordersMax else { throw .tooMany }
            let text = AnswerFields().text(try ClobReader.scalar(&reader), in: body)
            let words = text.lowercased()
            let isGone =
                words.contains("already cancel") || words.contains("already matched")
                || words.contains("canceled or matched") || words.contains("not found")
            failures.append(
                CancelResult.Failure(id: id, reason: isGone ? .gone : .other, text: text)
            )
        }
        return failures
    }
}
