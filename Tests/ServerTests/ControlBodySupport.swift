internal import Trading
internal import Wire

@testable internal import Server

/// A verdict that can be compared.
enum Verdict<Value: Equatable>: Equatable {
    case accepted(Value)
    case refused(Int, String)

    /// The answer of a refusal.
    var answer: String? {
        if case .refused(_, let body) = self { body } else { nil }
    }

    /// The `type` of a 422's only entry; `nil` when the body was accepted.
    var issueType: String? {
        guard case .refused(422, let body) = self else { return nil }
        return body.split(separator: "\"").dropFirst(5).first.map(String.init)
    }
}

/// What becomes of the body of a parameter update.
func patch(_ body: String, contentType: String? = nil) -> Verdict<ParameterPatch> {
    patch(bytes: Array(body.utf8), contentType: contentType)
}

func patch(bytes: [UInt8], contentType: String? = nil) -> Verdict<ParameterPatch> {
    let header = contentType.map { Array($0.utf8) }
    switch ControlBody.patch(contentType: header?.span, body: bytes.span) {
    case .accepted(let patch): return .accepted(patch)
    case .refused(let status, let body): return .refused(status, text(body))
    }
}

/// What becomes of the body of an emergency stop.
func stop(_ body: String, contentType: String? = nil) -> Verdict<String> {
    stop(bytes: Array(body.utf8), contentType: contentType)
}

func stop(bytes: [UInt8], contentType: String? = nil) -> Verdict<String> {
    let header = contentType.map { Array($0.utf8) }
    switch ControlBody.stop(contentType: header?.span, body: bytes.span) {
    case .accepted(let reason): return .accepted(reason)
    case .refused(let status, let body): return .refused(status, text(body))
    }
}

/// A patch with one thing in it.
func change(_ set: (inout ParameterPatch) -> Void) -> ParameterPatch {
    var patch = ParameterPatch()
    set(&patch)
    return patch
}

private func text(_ bytes: SharedBytes) -> String {
    let span = bytes.span
    return String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
}
