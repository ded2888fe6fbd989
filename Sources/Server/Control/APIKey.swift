internal import Crypto

/// The key of the control endpoints. Kept and compared as its SHA-256, so that neither the time of
/// a comparison nor a dump of the process tells anything of it.
struct APIKey {
    enum Verdict: Equatable {
        case granted
        case refused
        /// The operator has set no key: nobody is granted anything.
        case notConfigured
    }

    private let digest: InlineArray<32, UInt8>?

    /// - Parameter text: `nil` or empty when the operator has set none.
    init(_ text: String?) {
        guard let text, !text.isEmpty else {
            digest = nil
            return
        }
        let bytes = Array(text.utf8)
        digest = SHA256.hash(bytes.span)
    }

    /// - Parameter presented: the value of the first `X-API-KEY`; `nil` without one.
    func check(_ presented: Span<UInt8>?) -> Verdict {
        guard let digest else { return .notConfigured }
        guard let presented else { return .refused }
        // Digests are of one length: the time tells nothing of the key's own.
        let other = SHA256.hash(presented)
        return constantTimeEqual(digest.span, other.span) ? .granted : .refused
    }

    /// What the audit log knows a presented key by: the first eight hexadecimal digits of its
    /// SHA-256; empty without one.
    static func fingerprint(of presented: Span<UInt8>?) -> String {
        guard let presented else { return "" }
        let digest = SHA256.hash(presented)
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for index in 0..<4 {
            text.append(digits[Int(digest[index] >> 4)])
            text.append(digits[Int(digest[index] & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
