/// The stop that only an operator lifts.
///
/// ```
///           tripped                      no order left
///   armed ──────────► cancelling ─────────────────────────► confirmed
///     ▲                  │  ▲                                   │
///     │ rearmed          │  └──────────── tripped ──────────────┤
///     └──────────────────┴──────────── rearmed ─────────────────┘
/// ```
/// Tripping it again cancels again and keeps the first cause. That it survives the process is the
/// shell's part: the latch on the disk (`isLatched` at start).
public enum KillSwitch: Equatable, Sendable {
    case armed
    /// Orders of ours may still be on a book.
    case cancelling(RiskCause)
    /// None is.
    case confirmed(RiskCause)

    public var isLatched: Bool { cause != nil }

    /// Why it was tripped first.
    public var cause: RiskCause? {
        switch self {
        case .armed: nil
        case .cancelling(let cause), .confirmed(let cause): cause
        }
    }

    /// Trips it; everything of ours is to be cancelled, each time.
    mutating func trip(_ cause: RiskCause) {
        switch self {
        case .armed: self = .cancelling(cause)
        case .cancelling: break
        case .confirmed(let first): self = .cancelling(first)
        }
    }

    /// The venue has said of every order that it is gone.
    mutating func confirm() {
        if case .cancelling(let cause) = self { self = .confirmed(cause) }
    }

    /// An operator lifted it. Orders that may still be out are the reconciliation's matter.
    mutating func rearm() { self = .armed }
}
