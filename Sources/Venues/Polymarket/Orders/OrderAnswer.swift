public import Crypto
internal import Trading
internal import Wire

/// Answers to orders.
public enum OrderAnswer {
    /// What the answer to one order says of it.
    ///
    /// Accepted is only what says so in every way: success, no error text, the id of the order that
    /// was sent, and a status that is known or not told (risk 2.5: refusals have come with
    /// `"success":true`).
    ///
    /// - Parameters:
    ///   - status: of HTTP.
    ///   - retryAfter: the field `Retry-After` in seconds from now.
    ///   - id: of the order sent.
    public static func outcome(
        status: Int,
        body: Span<UInt8>,
        retryAfter: Int64? = nil,
        of id: Word256
    ) -> OrderOutcome {
        guard status == 200 else { return outcome(of: complaint(status, body, retryAfter)) }
        var fields = AnswerFields()
        do { try fields.read(body) } catch { return .unknown(.unreadable) }
        return judge(fields, in: body, id)
    }

    /// What the answer to a batch says of each order, in the order in which they were sent. They
    /// are independent: some may be accepted and some refused.
    /// - Parameter ids: of the orders sent.
    public static func outcomes(
        status: Int,
        body: Span<UInt8>,
        retryAfter: Int64? = nil,
        of ids: [Word256]
    ) -> [OrderOutcome] {
        func all(_ outcome: OrderOutcome) -> [OrderOutcome] {
            [OrderOutcome](repeating: outcome, count: ids.count)
        }
        guard status == 200 else { return all(outcome(of: complaint(status, body, retryAfter))) }
        do {
            let elements = try readBatch(body, count: ids.count)
            return zip(elements, ids).map { judge($0, in: body, $1) }
        } catch {
            return all(.unknown(.unreadable))
        }
    }

    private static func complaint(
        _ status: Int,
        _ body: Span<UInt8>,
        _ retryAfter: Int64?
    ) -> VenueComplaint {
        VenueComplaint(status: status, body: body, headerRetryAfter: retryAfter)
    }

    /// - Throws: also when there are more or fewer results than orders: it would not be clear which
    ///   is whose.
    private static func readBatch(
        _ body: Span<UInt8>,
        count: Int
    ) throws(ClobAnswerError) -> [AnswerFields] {
        var reader = JSONReader(body)
        guard try ClobReader.token(&reader) == .beginArray else { throw .malformed }
        var elements: [AnswerFields] = []
        while true {
            let token = try ClobReader.token(&reader)
            if token == .endArray { break }
            guard token == .beginObject, elements.count < count else { throw .malformed }
            var fields = AnswerFields()
            try fields.readMembers(&reader)
            elements.append(fields)
        }
        try ClobReader.end(&reader)
        guard elements.count == count else { throw .incomplete }
        return elements
    }

    private static func outcome(of complaint: VenueComplaint) -> OrderOutcome {
        complaint.refusal.map { .refused($0) } ?? .unknown(complaint.uncertainty)
    }

    private static func judge(
        _ fields: AnswerFields,
        in body: Span<UInt8>,
        _ id: Word256
    ) -> OrderOutcome {
        let error = fields.errorText(in: body)
        guard let idRange = fields.orderID else {
            // No id: not accepted. With words of the venue it is refused by them.
            guard !error.isEmpty || fields.success == false else { return .unknown(.unreadable) }
            let code = fields.text(fields.code, in: body)
            return outcome(
                of: VenueComplaint(
                    status: 200,
                    text: error,
                    code: code,
                    retryAfter: fields.retryAfter
                )
            )
        }
        guard error.isEmpty, fields.success == true else { return .unknown(.unreadable) }
        guard let told = InlineText(body.extracting(idRange)) else { return .unknown(.unreadable) }
        guard let word = Word256(hexadecimal: body.extracting(idRange)), word == id else {
            return .unknown(.otherOrder(told))
        }
        guard let status = status(fields, in: body) else { return .unknown(.unreadable) }
        return .accepted(
            OrderAcceptance(
                id: told,
                status: status,
                makingAmount: fields.makingAmount,
                takingAmount: fields.takingAmount,
                trades: fields.trades
            )
        )
    }

    /// `nil` for a word that is not known.
    private static func status(
        _ fields: AnswerFields,
        in body: Span<UInt8>
    ) -> OrderAcceptance.Status? {
        switch fields.text(fields.status, in: body).lowercased() {
        case "": .untold
        case "live": .live
        case "matched": .matched
        case "delayed": .delayed
        case "unmatched": .unmatched
        default: nil
        }
    }
}
