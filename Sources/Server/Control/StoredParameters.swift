public import Trading
public import Wire

/// The parameters as a file keeps them between two runs: the same JSON object that the API speaks.
public enum StoredParameters {
    /// The file's text.
    public static func text(of parameters: Parameters) -> SharedBytes {
        var text = ByteBuffer(capacity: 256)
        AuditLine.append(parameters: parameters, to: &text)
        text.append("\n")
        return SharedBytes(copying: text.span)
    }

    /// What the text says, by the same rules as a PATCH; `nil` when it breaks one of them.
    public static func parse(_ text: Span<UInt8>) -> Parameters? {
        switch ControlBody.patch(contentType: nil, body: text) {
        case .accepted(let patch): Parameters().applying(patch)
        case .refused: nil
        }
    }
}
