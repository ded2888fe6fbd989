internal import COpenSSL

/// Why a TLS connection cannot be made or cannot be trusted any more. Its text is for a person.
public enum TLSError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The peer's certificate is signed by itself and by nobody that is trusted.
    case selfSigned
    /// The chain of certificates does not end at a trusted root.
    case unknownIssuer
    /// A certificate of the chain is over its time.
    case expired
    /// A certificate of the chain is before its time.
    case notYetValid
    /// No name in the certificate's subjectAltName is this one; its common name does not count
    /// (RFC 9525 section 6.3).
    case wrongName(expected: String)
    /// The certificate is not acceptable for another reason, in OpenSSL's words.
    case badCertificate(reason: String)
    /// The peer offers nothing from TLS 1.2 up.
    case protocolVersion
    /// The peer offers no cipher, curve or signature that is good enough; or chose one that was not
    /// offered.
    case noCommonCipher
    /// What came first is no TLS record.
    case notTLS
    /// The peer chose another application protocol than HTTP/1.1.
    case wrongApplicationProtocol
    /// The peer ended the connection with this alert (RFC 8446 section 6).
    case refusedByPeer(alert: String)
    /// The peer broke the protocol, or the bytes were changed on their way; in OpenSSL's words.
    case malformed(reason: String)
    /// The connection ended during the handshake.
    case endedInHandshake
    /// The connection ended without the peer's close_notify: bytes may be missing.
    case truncated
    /// No name that a certificate could hold.
    case badName(String)

    public var description: String {
        switch self {
        case .selfSigned: "the certificate is self-signed and not trusted"
        case .unknownIssuer: "the certificate's issuer is not trusted"
        case .expired: "the certificate has expired"
        case .notYetValid: "the certificate is not valid yet; is the clock right?"
        case .wrongName(let name): "the certificate is not for \(name)"
        case .badCertificate(let reason): "the certificate is not acceptable: \(reason)"
        case .protocolVersion: "the server offers no TLS from 1.2 up"
        case .noCommonCipher: "the server offers no cipher that is secure"
        case .notTLS: "the server does not answer with TLS; is the port right?"
        case .wrongApplicationProtocol: "the server insists on another protocol than HTTP/1.1"
        case .refusedByPeer(let alert): "the server ended TLS with an alert: \(alert)"
        case .malformed(let reason): "the TLS records are malformed: \(reason)"
        case .endedInHandshake: "the connection ended during the TLS handshake"
        case .truncated: "the connection ended without TLS's close_notify: bytes may be missing"
        case .badName(let name): "\"\(name)\" is no name of a server"
        }
    }
}

extension TLSError {
    /// The reason of a certificate that was not accepted.
    /// - Parameter result: `X509_V_ERR_…`, not `X509_V_OK`.
    init(verifyResult result: Int, name: String) {
        switch Int32(truncatingIfNeeded: result) {
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT: self = .selfSigned
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_UNTRUSTED:
            self = .unknownIssuer
        case X509_V_ERR_CERT_HAS_EXPIRED: self = .expired
        case X509_V_ERR_CERT_NOT_YET_VALID: self = .notYetValid
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            self = .wrongName(expected: name)
        default:
            // A constant text for every number.
            let text = unsafe X509_verify_cert_error_string(result)
            self = .badCertificate(reason: unsafe text.map { unsafe String(cString: $0) } ?? "")
        }
    }

    /// The reason that OpenSSL's queue of this thread holds.
    /// - Parameter code: of ERR_get_error.
    init(code: UInt) {
        let reason = Int32(truncatingIfNeeded: ERR_GET_REASON(code))
        let text = Self.text(code)
        switch reason {
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_UNSUPPORTED_SSL_VERSION, SSL_R_VERSION_TOO_LOW,
            SSL_R_VERSION_TOO_HIGH, SSL_R_WRONG_SSL_VERSION, SSL_R_NO_PROTOCOLS_AVAILABLE,
            SSL_R_BAD_PROTOCOL_VERSION_NUMBER, SSL_R_INAPPROPRIATE_FALLBACK,
            SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, SSL_R_TLSV1_ALERT_INAPPROPRIATE_FALLBACK:
            self = .protocolVersion
        case SSL_R_NO_SHARED_CIPHER, SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE,
            SSL_R_WRONG_CIPHER_RETURNED, SSL_R_UNKNOWN_CIPHER_RETURNED,
            SSL_R_NO_CIPHERS_AVAILABLE, SSL_R_TLSV1_ALERT_INSUFFICIENT_SECURITY,
            SSL_R_NO_SUITABLE_KEY_SHARE, SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
            self = .noCommonCipher
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST,
            SSL_R_UNKNOWN_PROTOCOL:
            self = .notTLS
        case let alert where alert >= SSL_AD_REASON_OFFSET:
            self = .refusedByPeer(alert: text)
        default:
            self = .malformed(reason: text)
        }
    }

    private static func text(_ code: UInt) -> String {
        // A constant text, or none for a number that OpenSSL does not know.
        let text = unsafe ERR_reason_error_string(code)
        return unsafe text.map { unsafe String(cString: $0) } ?? "error \(code)"
    }
}
