public import Trading
internal import Wire

/// What has become of a sign of life (polymarket 5.4).
public enum HeartbeatOutcome: Equatable, Sendable {
    /// Taken; the next one carries this id.
    case taken(next: InlineText)
    /// Not taken, because another id was expected: send this one at once. Two processes on one API
    /// key push each other out in this way.
    case wrongID(expected: InlineText)
    /// Not taken: the venue will cancel everything unless the next one is.
    case refused(VenueRefusal)
    case unknown(VenueUncertainty)
}

public enum HeartbeatAnswer {
    /// - Parameters: as of `OrderAnswer.outcome`.
    public static func outcome(
        status: Int,
        body: Span<UInt8>,
        retryAfter: Int64? = nil
    ) -> HeartbeatOutcome {
        let id = try? heartbeatID(body)
        if status == 200 {
            guard let id, !id.isEmpty else { return .unknown(.unreadable) }
            return .taken(next: id)
        }
        if status == 400, let id, !id.isEmpty { return .wrongID(expected: id) }
        let complaint = VenueComplaint(status: status, body: body, headerRetryAfter: retryAfter)
        return complaint.refusal.map { .refused($0) } ?? .unknown(complaint.uncertainty)
    }

    private static func heartbeatID(_ body: Span<UInt8>) throws(ClobAnswerError) -> InlineText {
        var id = InlineText()
        var reader = JSONReader(body)
        try ClobReader.beginObject(&reader)
        while case .key(let name) = try ClobReader.token(&reader) {
            if reader.matches(name, "heartbeat_id") {
                id = try ClobReader.text(&reader)
            } else {
                try ClobReader.skipValue(&reader)
            }
        }
        try ClobReader.end(&reader)
        return id
    }
}
