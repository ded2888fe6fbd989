internal import Wire

/// An answer that is no success: what it says, and what that means for what was asked. The body is
/// an object with `error` (or a name like it), bare text, or nothing.
struct VenueComplaint {
    let status: Int
    let text: String
    let retryAfter: Int64?
    /// What a refusal for that reason would be; `nil` when the outcome is uncertain.
    private let reason: VenueRefusal.Reason?

    /// Bytes of a body that are looked at when it is no JSON.
    private static let bareTextMax = 512

    /// - Parameters:
    ///   - status: any but 200, or 200 with words of refusal in `text`.
    ///   - code: a second text that may carry the reason.
    ///   - isVenueOwn: whether the words come in the venue's own form, so that it is the venue, and
    ///     nothing on the way to it, that complains.
    init(
        status: Int,
        text: String,
        code: String = "",
        retryAfter: Int64? = nil,
        isVenueOwn: Bool = true
    ) {
        self.status = status
        self.text = text
        self.retryAfter = retryAfter
        reason = Self.reason(status, text, code, isVenueOwn)
    }

    /// - Parameter headerRetryAfter: of the field `Retry-After`, in seconds.
    init(status: Int, body: Span<UInt8>, headerRetryAfter: Int64?) {
        var fields = AnswerFields()
        do {
            try fields.read(body)
            let text = fields.errorText(in: body)
            self.init(
                status: status,
                text: text,
                code: fields.text(fields.code, in: body),
                retryAfter: headerRetryAfter ?? fields.retryAfter,
                isVenueOwn: !text.isEmpty
            )
        } catch {
            let count = min(body.count, Self.bareTextMax)
            self.init(
                status: status,
                text: AnswerFields.plain(body.extracting(0..<count)),
                retryAfter: headerRetryAfter,
                isVenueOwn: false
            )
        }
    }

    /// `nil` when it is not known what the venue did.
    var refusal: VenueRefusal? {
        reason.map {
            VenueRefusal(reason: $0, status: status, text: text, retryAfter: retryAfter)
        }
    }

    var uncertainty: VenueUncertainty { .server(status: status, text: text) }

    private static func reason(
        _ status: Int,
        _ text: String,
        _ code: String,
        _ isVenueOwn: Bool
    ) -> VenueRefusal.Reason? {
        if VenueWords.isUncertain(text) { return nil }
        let worded = VenueWords.reason(text) ?? VenueWords.reason(code)
        switch status {
        case 200: return worded ?? .other
        case 401: return .unauthorized
        case 408: return nil
        case 425: return .restarting
        case 429: return .rateLimited
        // No order gets anywhere under a path or from an address that is not served.
        case 403, 404, 405: return worded ?? .other
        // An answer that cannot be understood leaves the outcome open (risk 2.5).
        case 400..<500: return worded ?? (isVenueOwn ? .other : nil)
        case 503:
            // These two are decided before an order gets anywhere; any other 503 may come from
            // behind.
            return worded == .postOnlyMode || worded == .cancelOnly ? worded : nil
        default: return nil
        }
    }
}
