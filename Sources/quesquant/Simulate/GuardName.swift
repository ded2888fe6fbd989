internal import ArgumentParser
internal import Trading

/// The guards by the names that a command line has for them.
enum GuardName: String, CaseIterable, ExpressibleByArgument {
    case referenceJump = "reference-jump"
    case sweep
    case fillBurst = "fill-burst"
    case fillRate = "fill-rate"
    case postOnlyRejects = "post-only-rejects"
    case markout

    var selection: GuardSelection {
        switch self {
        case .referenceJump: .referenceJump
        case .sweep: .sweep
        case .fillBurst: .fillBurst
        case .fillRate: .fillRate
        case .postOnlyRejects: .postOnlyRejects
        case .markout: .markout
        }
    }
}
