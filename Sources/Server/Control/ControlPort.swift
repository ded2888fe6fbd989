public import Trading

/// Where a control request came from, for the audit log. Never the key itself.
public struct ControlOrigin: Equatable, Sendable {
    /// The peer's address and port, such as `127.0.0.1:53412`.
    public var peer: String
    /// The first eight hexadecimal digits of the SHA-256 of the key presented; empty without one.
    public var keyFingerprint: String

    public init(peer: String, keyFingerprint: String) {
        self.peer = peer
        self.keyFingerprint = keyFingerprint
    }

    /// The session's own limits.
    public static let engine = ControlOrigin(peer: "engine", keyFingerprint: "")
}

/// Which control a request meant.
public enum ControlEndpoint: String, Sendable {
    case parameters
    case emergencyStop = "emergency-stop"
}

/// How an update of the parameters ended.
public enum UpdateOutcome: Equatable, Sendable {
    /// In force from the next decision on, and on disk.
    case applied(Parameters)
    /// Nothing changed: the audit log could not be written (a full disk, for instance).
    case auditFailed
    /// Nothing changed: an emergency stop arrived while the update was on its way.
    case overtakenByStop
    /// Nothing changed: the trading loop did not answer in time, or the process is ending.
    case unavailable
}

/// How an emergency stop ended. Whatever it says, no order leaves after it was called.
public enum StopOutcome: Equatable, Sendable {
    /// Latched on disk: it survives a crash.
    case latched
    /// In force in this process, but the latch file could not be written.
    case notDurable
}

/// What the API needs of the rest of the house to control it. Lives on the API loop; every
/// completion is called on the API loop, once, possibly before the call returns.
public protocol ControlPort: AnyObject {
    /// Applies a validated patch: written to the audit log first, then in force, then completed.
    func update(
        _ patch: ParameterPatch,
        from origin: ControlOrigin,
        completion: @escaping (UpdateOutcome) -> Void
    )

    /// Shuts the order path before it returns; completes when latch and audit line are on disk.
    func emergencyStop(
        reason: String,
        from origin: ControlOrigin,
        completion: @escaping (StopOutcome) -> Void
    )

    /// Notes a request that was refused for its key (`status` 403, or 500 without a configured
    /// key); completes when the line is on disk or could not be written.
    func recordRefusal(
        of endpoint: ControlEndpoint,
        status: Int,
        from origin: ControlOrigin,
        completion: @escaping () -> Void
    )
}
