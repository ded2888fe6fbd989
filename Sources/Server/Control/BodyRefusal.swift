internal import Wire

/// A body that is refused: the status and the whole answer, in the shape that FastAPI gives it.
struct BodyRefusal: Error {
    var status: Int
    var body: SharedBytes

    /// 422 with one entry for every issue.
    init(_ issues: [BodyIssue]) {
        var buffer = ByteBuffer(capacity: 256)
        buffer.append(#"{"detail":["#)
        for (index, issue) in issues.enumerated() {
            if index > 0 { buffer.append(",") }
            issue.write(to: &buffer)
        }
        buffer.append("]}")
        status = 422
        body = SharedBytes(copying: buffer.span)
    }

    /// The answer to a document that could not be parsed.
    init(_ error: BodyParseError, in document: Span<UInt8>) {
        switch error {
        case .beyondLimits:
            self = .unreadable
        case .syntax(let error):
            // Clients are told characters, not bytes.
            let offset = UTF8Text.scalarCount(of: document.extracting(0..<error.offset))
            let kind = BodyIssue.Kind.jsonInvalid(error.reason, characterOffset: offset)
            self.init([BodyIssue(kind, input: .object(BodyObject()))])
        }
    }

    private init(status: Int, body: SharedBytes) {
        self.status = status
        self.body = body
    }

    /// 400: not even text, or beyond the parser's limits.
    static let unreadable = BodyRefusal(
        status: 400,
        body: SharedBytes(#"{"detail":"There was an error parsing the body"}"#)
    )
}

/// One entry of a 422's `detail`.
struct BodyIssue {
    var kind: Kind
    /// `nil` when it is the whole body.
    var field: StaticString?
    /// What was sent.
    var input: BodyValue

    init(_ kind: Kind, field: StaticString? = nil, input: BodyValue) {
        self.kind = kind
        self.field = field
        self.input = input
    }

    /// What is wrong. The names are pydantic's.
    enum Kind: Error {
        case missing
        case modelAttributesType
        case jsonInvalid(JSONError.Reason, characterOffset: Int)
        case intType
        case intParsing
        case intParsingSize
        case intFromFloat
        case floatType
        case floatParsing
        case finiteNumber
        case boolType
        case boolParsing
        case stringType
        case stringUnicode
        /// Less than the field's least value, which is given.
        case below(Bound)
        /// More than the field's greatest value, which is given.
        case above(Bound)
    }

    /// An end of a field's range.
    enum Bound {
        case integer(Int64)
        case float(Double)
    }
}

extension BodyIssue {
    func write(to buffer: inout ByteBuffer) {
        buffer.append(#"{"type":""#)
        buffer.append(kind.name)
        buffer.append(#"","loc":["body""#)
        if let field {
            buffer.append(",\"")
            buffer.append(field)
            buffer.append("\"")
        }
        if case .jsonInvalid(_, let characterOffset) = kind {
            buffer.append(",")
            BodyValue.integer(Array("\(characterOffset)".utf8)).write(to: &buffer)
        }
        buffer.append(#"],"msg":""#)
        buffer.append(kind.message)
        if case .below(let bound) = kind { bound.writePlain(to: &buffer) }
        if case .above(let bound) = kind { bound.writePlain(to: &buffer) }
        buffer.append(#"","input":"#)
        input.write(to: &buffer)
        kind.writeContext(to: &buffer)
        buffer.append("}")
    }
}

extension BodyIssue.Kind {
    fileprivate var name: StaticString {
        switch self {
        case .missing: "missing"
        case .modelAttributesType: "model_attributes_type"
        case .jsonInvalid: "json_invalid"
        case .intType: "int_type"
        case .intParsing: "int_parsing"
        case .intParsingSize: "int_parsing_size"
        case .intFromFloat: "int_from_float"
        case .floatType: "float_type"
        case .floatParsing: "float_parsing"
        case .finiteNumber: "finite_number"
        case .boolType: "bool_type"
        case .boolParsing: "bool_parsing"
        case .stringType: "string_type"
        case .stringUnicode: "string_unicode"
        case .below: "greater_than_equal"
        case .above: "less_than_equal"
        }
    }

    /// The text, which for a bound goes on with its number.
    fileprivate var message: StaticString {
        switch self {
        case .missing: "Field required"
        case .modelAttributesType:
            "Input should be a valid dictionary or object to extract fields from"
        case .jsonInvalid: "JSON decode error"
        case .intType: "Input should be a valid integer"
        case .intParsing: "Input should be a valid integer, unable to parse string as an integer"
        case .intParsingSize: "Unable to parse input string as an integer, exceeded maximum size"
        case .intFromFloat:
            "Input should be a valid integer, got a number with a fractional part"
        case .floatType: "Input should be a valid number"
        case .floatParsing: "Input should be a valid number, unable to parse string as a number"
        case .finiteNumber: "Input should be a finite number"
        case .boolType: "Input should be a valid boolean"
        case .boolParsing: "Input should be a valid boolean, unable to interpret input"
        case .stringType: "Input should be a valid string"
        case .stringUnicode:
            "Input should be a valid string, unable to parse raw data as a unicode string"
        case .below: "Input should be greater than or equal to "
        case .above: "Input should be less than or equal to "
        }
    }

    /// The `ctx` of the entries that have one.
    fileprivate func writeContext(to buffer: inout ByteBuffer) {
        switch self {
        case .jsonInvalid(let reason, _):
            buffer.append(#","ctx":{"error":""#)
            buffer.append(reason.pythonText)
            buffer.append(#""}"#)
        case .below(let bound):
            buffer.append(#","ctx":{"ge":"#)
            bound.value.write(to: &buffer)
            buffer.append("}")
        case .above(let bound):
            buffer.append(#","ctx":{"le":"#)
            bound.value.write(to: &buffer)
            buffer.append("}")
        default:
            break
        }
    }
}

extension BodyIssue.Bound {
    fileprivate var value: BodyValue {
        switch self {
        case .integer(let value): .integer(Array("\(value)".utf8))
        case .float(let value): .float(value)
        }
    }

    /// The number as the message has it: a whole one without a point.
    fileprivate func writePlain(to buffer: inout ByteBuffer) {
        if case .float(let value) = self, let whole = value.wholeNumber {
            Self.integer(whole).value.write(to: &buffer)
        } else {
            value.write(to: &buffer)
        }
    }
}

extension JSONError.Reason {
    /// What CPython's parser says, ready to stand in a JSON string.
    fileprivate var pythonText: StaticString {
        switch self {
        case .expectedValue: "Expecting value"
        case .expectedKey: "Expecting property name enclosed in double quotes"
        case .expectedColon: "Expecting ':' delimiter"
        case .expectedComma: "Expecting ',' delimiter"
        case .extraData: "Extra data"
        case .controlCharacter: "Invalid control character at"
        case .unterminatedString: "Unterminated string starting at"
        case .invalidEscape: #"Invalid \\escape"#
        case .invalidUnicodeEscape: #"Invalid \\uXXXX escape"#
        // The body is known to be UTF-8, depth is answered with 400, and the reader lets half pairs
        // pass: these do not come here.
        case .invalidUTF8, .tooDeep, .loneSurrogate: "Invalid text"
        }
    }
}
