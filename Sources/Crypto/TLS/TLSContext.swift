internal import COpenSSL

/// Whom a client trusts to name servers.
public enum TLSTrust: Equatable, Sendable {
    /// The roots that the system keeps (`SSL_CERT_FILE` and `SSL_CERT_DIR` point elsewhere).
    case system
    /// The certificates of this PEM file, and nobody else.
    case file(String)
}

/// Why there is no context: what was to be read, and OpenSSL's reason.
public struct TLSContextError: Error, Equatable, Sendable, CustomStringConvertible {
    public let description: String
}

/// What all connections of one kind share: versions, ciphers, trust, and the sessions that were
/// made before. Made once, then used by every `TLSSession`.
///
/// It belongs to one thread, as the sessions do: the sessions kept here are not locked.
///
/// Why the unsafe calls are sound: `pointer` is valid from `init` to `deinit`, OpenSSL copies what it
/// is given, and each reference to a kept session is given back exactly once.
@safe public final class TLSContext {
    /// Servers whose last session is kept, to be resumed by the next connection to them.
    public static let keptSessionCountMax = 64

    /// Forward secrecy and authenticated encryption only (TLS 1.2).
    private static let ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!eNULL"
    /// TLS 1.3 has no other; the quickest first.
    private static let suites =
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256"

    /// An `SSL_CTX *`, ours until `deinit`; sessions hold references of their own.
    let pointer: OpaquePointer
    let isServer: Bool

    /// The session that a server gave last, an `SSL_SESSION *` each, of which one reference is ours.
    @safe private struct Kept {
        let pointer: OpaquePointer
    }

    private var kept: [String: Kept] = [:]

    /// The context of clients: TLS 1.2 and 1.3, servers verified.
    /// - Throws: when the trust cannot be read, with path and reason.
    public init(trust: TLSTrust) throws(TLSContextError) {
        isServer = false
        unsafe pointer = try Self.make(TLS_client_method())
        unsafe SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        ERR_clear_error()
        switch trust {
        case .system:
            guard unsafe SSL_CTX_set_default_verify_paths(pointer) == 1 else {
                throw Self.failure("the system's certificates")
            }
        case .file(let path):
            guard unsafe SSL_CTX_load_verify_file(pointer, path) == 1 else {
                throw Self.failure(path)
            }
        }
    }

    /// The context of servers, for tests and probes.
    /// - Parameters:
    ///   - certificateFile: PEM: the server's certificate, then those between it and the root.
    ///   - keyFile: PEM: the private key, without a passphrase.
    public convenience init(
        certificateFile: String,
        keyFile: String
    ) throws(TLSContextError) {
        try self.init(server: TLSServerPolicy(certificateFile: certificateFile, keyFile: keyFile))
    }

    /// A server that is worse than any that we want to meet, if the policy says so.
    init(server policy: TLSServerPolicy) throws(TLSContextError) {
        isServer = true
        unsafe pointer = try Self.make(TLS_server_method())
        ERR_clear_error()
        if let level = policy.securityLevel { unsafe SSL_CTX_set_security_level(pointer, level) }
        if let ciphers = policy.ciphers {
            guard unsafe SSL_CTX_set_cipher_list(pointer, ciphers) == 1 else {
                throw Self.failure(ciphers)
            }
        }
        guard
            unsafe ques_ssl_ctx_set_versions(
                pointer,
                policy.lowestVersion,
                policy.highestVersion
            ) == 1
        else { throw Self.failure("the versions") }
        unsafe ques_ssl_ctx_select_http(pointer)
        if let path = policy.certificateFile {
            guard unsafe SSL_CTX_use_certificate_chain_file(pointer, path) == 1 else {
                throw Self.failure(path)
            }
        }
        if let path = policy.keyFile {
            guard unsafe SSL_CTX_use_PrivateKey_file(pointer, path, SSL_FILETYPE_PEM) == 1 else {
                throw Self.failure(path)
            }
        }
    }

    deinit {
        for session in kept.values { unsafe SSL_SESSION_free(session.pointer) }
        unsafe SSL_CTX_free(pointer)
    }

    /// Keeps a session for the next connection to `name`. Takes the reference over.
    func keep(_ session: OpaquePointer, for name: String) {
        if let old = kept.removeValue(forKey: name) {
            unsafe SSL_SESSION_free(old.pointer)
        } else if kept.count >= Self.keptSessionCountMax, let other = kept.first?.key {
            if let old = kept.removeValue(forKey: other) { unsafe SSL_SESSION_free(old.pointer) }
        }
        unsafe kept[name] = Kept(pointer: session)
    }

    /// Offers the session kept for `name`, if there is one, in the handshake of `ssl`.
    func offer(to ssl: OpaquePointer, for name: String) {
        guard let session = kept[name] else { return }
        // OpenSSL takes a reference of its own.
        _ = unsafe SSL_set_session(ssl, session.pointer)
    }

    /// Forgets the session kept for `name`: its server did not want it, or worse.
    func forget(_ name: String) {
        if let old = kept.removeValue(forKey: name) { unsafe SSL_SESSION_free(old.pointer) }
    }

    private static func make(_ method: OpaquePointer?) throws(TLSContextError) -> OpaquePointer {
        ERR_clear_error()
        guard let context = unsafe SSL_CTX_new(method) else { throw failure("OpenSSL") }
        unsafe ques_ssl_ctx_set_options(context)
        unsafe SSL_CTX_set_security_level(context, 2)
        guard unsafe ques_ssl_ctx_set_versions(context, TLS1_2_VERSION, TLS1_3_VERSION) == 1,
            unsafe SSL_CTX_set_cipher_list(context, ciphers) == 1,
            unsafe SSL_CTX_set_ciphersuites(context, suites) == 1
        else {
            unsafe SSL_CTX_free(context)
            throw failure("the ciphers")
        }
        return unsafe context
    }

    private static func failure(_ object: String) -> TLSContextError {
        let code = ERR_get_error()
        // A constant text, or none for a number that OpenSSL does not know.
        let reason = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
        return TLSContextError(description: "cannot use \(object) for TLS: \(reason ?? "unknown")")
    }
}

@available(*, unavailable)
extension TLSContext: Sendable {}

/// How a server of the tests behaves.
struct TLSServerPolicy {
    var certificateFile: String?
    var keyFile: String?
    var lowestVersion = TLS1_2_VERSION
    var highestVersion = TLS1_3_VERSION
    /// OpenSSL's list of ciphers up to TLS 1.2.
    var ciphers: String?
    /// OpenSSL's security level; 0 allows everything.
    var securityLevel: Int32?
}
