internal import Trading
internal import Wire

/// The bodies of the control endpoints: bytes in, a validated value or the exact answer out. Pure.
///
/// Existing frontends were written against a FastAPI server, so what is taken and what is said of
/// the rest is what its validation (pydantic, lax mode) says, byte for byte. Where we differ it is
/// on purpose:
///
/// | sent                                      | that server       | here                       |
/// | ----------------------------------------- | ----------------- | -------------------------- |
/// | 1. `NaN`, `Infinity`, `1e400`, `"nan"`    | 500, some stored  | 422 `finite_number`        |
/// | 2. a value outside its field's range      | stored            | 422 `less_than_equal`, ... |
/// | 3. what is no finite number, as `input`   | 500               | a string, `"Infinity"`     |
/// | 4. half a surrogate pair, echoed          | 500               | U+FFFD                     |
/// | 5. a stop with no body, blanks, `null`    | 422               | stops, default reason      |
/// | 6. a reason over `reasonByteCountMax`     | kept whole        | stops, reason cut          |
/// | 7. nesting over `JSONReader.depthMax`     | taken up to 1,000 | 400                        |
/// | 8. UTF-16, UTF-32                         | taken             | 422 or 400                 |
/// | 9. surrogates encoded in UTF-8            | taken             | 400                        |
/// | 10. no UTF-8, of another content type     | 500               | 400                        |
/// | 11. `"2_0"`, blanks that are not ASCII    | taken             | 422 `int_parsing`, ...     |
///
/// 1: a spread that is no number is a hazard. 2: a slip of the hand must not become an order; the
/// ranges are those of `Parameters`. 3, 4, 10: an answer is JSON in UTF-8. 5, 6: a stop never fails
/// for want of a body or for its reason's text. 7: bounded work. 8: RFC 8259 section 8.1. 9: RFC
/// 3629 section 3. 11: nobody writes a size so on purpose.
enum ControlBody {
    /// What a stop is called when nobody says why.
    static let defaultReason = "Emergency Stop Triggered by User"
    /// UTF-8 bytes of a reason that are kept.
    static let reasonByteCountMax = 4_096

    enum PatchVerdict {
        /// All fields that were sent are sound; there may be none.
        case accepted(ParameterPatch)
        /// Nothing may change, and this is the answer, `application/json`.
        case refused(status: Int, body: SharedBytes)
    }

    enum StopVerdict {
        /// Stop. The reason is at most `reasonByteCountMax` bytes.
        case accepted(reason: String)
        /// The request is no stop, and this is the answer, `application/json`.
        case refused(status: Int, body: SharedBytes)
    }

    /// Judges the body of `PATCH /api/v1/control/parameters`.
    ///
    /// - Parameters:
    ///   - contentType: the header's value; `nil` without one, which is taken as JSON.
    ///   - body: the whole body, its transfer coding undone.
    static func patch(contentType: Span<UInt8>?, body: Span<UInt8>) -> PatchVerdict {
        do throws(BodyRefusal) {
            guard let object = try object(contentType: contentType, body: body) else {
                throw BodyRefusal([BodyIssue(.missing, input: .null)])
            }
            return .accepted(try ParameterPatch(validating: object))
        } catch {
            return .refused(status: error.status, body: error.body)
        }
    }

    /// Judges the body of `POST /api/v1/control/emergency-stop`, in doubt for the stop.
    ///
    /// - Parameters: as for `patch`.
    static func stop(contentType: Span<UInt8>?, body: Span<UInt8>) -> StopVerdict {
        if isBlank(body) { return .accepted(reason: defaultReason) }
        do throws(BodyRefusal) {
            guard let object = try object(contentType: contentType, body: body),
                let sent = object["reason"]
            else { return .accepted(reason: defaultReason) }
            guard case .string(let text) = sent else {
                throw BodyRefusal([BodyIssue(.stringType, field: "reason", input: sent)])
            }
            return .accepted(reason: reason(text.utf8))
        } catch {
            return .refused(status: error.status, body: error.body)
        }
    }

    /// The object that the body is; `nil` when there is no body or it is `null`.
    private static func object(
        contentType: Span<UInt8>?,
        body: Span<UInt8>
    ) throws(BodyRefusal) -> BodyObject? {
        guard !body.isEmpty else { return nil }
        guard UTF8Text.isValid(body) else { throw .unreadable }
        if let contentType, !isJSON(contentType) {
            let text = BodyText(utf8: body.extracting(...))
            throw BodyRefusal([BodyIssue(.modelAttributesType, input: .string(text))])
        }
        let document = withoutByteOrderMark(body)
        let value: BodyValue
        do {
            value = try BodyValue(parsing: document)
        } catch {
            throw BodyRefusal(error, in: document)
        }
        switch value {
        case .null: return nil
        case .object(let object): return object
        default: throw BodyRefusal([BodyIssue(.modelAttributesType, input: value)])
        }
    }

    /// Whether a content type says JSON: `application/json` or `application/…+json`, in any case,
    /// with any parameters. An empty one says nothing, and is taken as JSON.
    static func isJSON(_ contentType: Span<UInt8>) -> Bool {
        var type: [UInt8] = []
        for index in contentType.indices {
            let byte = contentType[index]
            if byte == UInt8(ascii: ";") { break }
            type.append((0x41...0x5A).contains(byte) ? byte | 0x20 : byte)
        }
        let name = type.trimmingBlanks()
        if contentType.isEmpty { return true }
        let prefix = Array("application/".utf8)
        guard name.starts(with: prefix) else { return false }
        let subtype = name.dropFirst(prefix.count)
        guard !subtype.contains(UInt8(ascii: "/")) else { return false }
        return subtype.elementsEqual("json".utf8) || subtype.suffix(5).elementsEqual("+json".utf8)
    }

    private static func isBlank(_ body: Span<UInt8>) -> Bool {
        for index in body.indices
        where !(body[index] == 0x20 || (0x09...0x0D).contains(body[index])) {
            return false
        }
        return true
    }

    /// RFC 8259 section 8.1 allows a parser to ignore the mark.
    @_lifetime(copy body)
    private static func withoutByteOrderMark(_ body: Span<UInt8>) -> Span<UInt8> {
        let isMarked = body.count >= 3 && body[0] == 0xEF && body[1] == 0xBB && body[2] == 0xBF
        return body.extracting((isMarked ? 3 : 0)...)
    }

    /// The text, cut between two characters when it is too long.
    private static func reason(_ utf8: [UInt8]) -> String {
        var end = min(utf8.count, reasonByteCountMax)
        while end < utf8.count && utf8[end] & 0xC0 == 0x80 { end -= 1 }
        return String(decoding: utf8[..<end], as: UTF8.self)
    }
}

extension ParameterPatch {
    /// All fields that `object` has, or every one that is bad, in the order of the model.
    fileprivate init(validating object: BodyObject) throws(BodyRefusal) {
        self.init()
        var issues: [BodyIssue] = []
        spreadOffset = object.field("spread_offset", &issues) { value throws(BodyIssue.Kind) in
            try value.float(from: 0, to: 0.5)
        }
        orderSize = object.field("order_size", &issues) { value throws(BodyIssue.Kind) in
            try value.integer(in: 1...1_000_000)
        }
        maxPosition = object.field("max_position", &issues) { value throws(BodyIssue.Kind) in
            try value.integer(in: 0...1_000_000)
        }
        minLiquidity = object.field("min_liquidity", &issues) { value throws(BodyIssue.Kind) in
            try value.float(from: 0, to: nil)
        }
        isRunning = object.field("is_running", &issues) { value throws(BodyIssue.Kind) in
            try value.bool()
        }
        guard issues.isEmpty else { throw BodyRefusal(issues) }
    }
}

extension BodyObject {
    /// The coerced value of a field; `nil` when it was not sent, or is bad and has become an issue.
    fileprivate func field<Value>(
        _ name: StaticString,
        _ issues: inout [BodyIssue],
        _ coerce: (BodyValue) throws(BodyIssue.Kind) -> Value
    ) -> Value? {
        guard let sent = self[name] else { return nil }
        do {
            return try coerce(sent)
        } catch {
            issues.append(BodyIssue(error, field: name, input: sent))
            return nil
        }
    }
}
