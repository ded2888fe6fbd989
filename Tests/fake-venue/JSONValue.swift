/// JSON to be written, its members in the order in which they stand.
enum JSONValue {
    case text(String)
    /// A number, as it is to be written.
    case number(String)
    case truth(Bool)
    case nothing
    case list([JSONValue])
    case object([(String, JSONValue)])

    /// Compact, as the venue writes it.
    var written: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .number(let digits): digits
        case .truth(let isTrue): isTrue ? "true" : "false"
        case .nothing: "null"
        case .list(let elements): "[" + elements.map(\.written).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { Self.quoted($0) + ":" + $1.written }.joined(separator: ",") + "}"
        }
    }

    /// This object with more members behind its own.
    /// - Precondition: it is an object.
    func adding(_ more: JSONValue) -> JSONValue {
        guard case .object(let members) = self, case .object(let others) = more else {
            preconditionFailure("only objects have members")
        }
        return .object(members + others)
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension JSONValue: ExpressibleByStringInterpolation, ExpressibleByDictionaryLiteral,
    ExpressibleByArrayLiteral, ExpressibleByBooleanLiteral, ExpressibleByNilLiteral
{
    init(stringLiteral text: String) { self = .text(text) }
    init(dictionaryLiteral members: (String, JSONValue)...) { self = .object(members) }
    init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
    init(booleanLiteral isTrue: Bool) { self = .truth(isTrue) }
    init(nilLiteral: ()) { self = .nothing }

    static func number(_ number: some BinaryInteger) -> JSONValue { .number("\(number)") }
    static func texts(_ texts: [String]) -> JSONValue { .list(texts.map { .text($0) }) }
}
