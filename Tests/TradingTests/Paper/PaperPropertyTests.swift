internal import Testing
internal import Trading

/// Random books, prints and orders against everything that the contract promises at once.
@Suite struct PaperPropertyTests {
    @Test("whatever happens, orders end once and fills are paid for by volume", arguments: 0..<60)
    func contract(seed: UInt64) {
        var session = RandomSession(seed: seed)
        session.run(pattern: .drained)
        let problems = session.problems()
        #expect(problems.isEmpty, "seed \(seed): \(problems.prefix(5))")
        #expect(!session.log.isEmpty)
    }

    @Test(
        "how the calls of next are split changes nothing, and nextDue tells when",
        arguments: 0..<30
    )
    func splits(seed: UInt64) {
        var drained = RandomSession(seed: seed)
        drained.run(pattern: .drained)
        for pattern in [RandomSession.Pattern.whenDue, .often] {
            var other = RandomSession(seed: seed)
            other.run(pattern: pattern)
            #expect(other.log == drained.log, "seed \(seed), \(pattern)")
            #expect(other.early == 0, "seed \(seed): \(other.early) answers before nextDue")
        }
    }

    @Test("the random sessions reach every kind of answer")
    func coverage() {
        var kinds: [String: Int] = [:]
        var fromBook = 0
        for seed in UInt64(0)..<60 {
            var session = RandomSession(seed: seed)
            session.run(pattern: .drained)
            for entry in session.log {
                switch entry.event {
                case .orderAccepted: kinds["accepted", default: 0] += 1
                case .orderRejected(_, let why): kinds["\(why)", default: 0] += 1
                case .orderFilled(let fill):
                    kinds[fill.isComplete ? "complete" : "partial", default: 0] += 1
                    let cause = session.causes[entry.time - session.answerLatency]
                    if case .traded? = cause {} else { fromBook += 1 }
                case .orderCancelled(_, let why): kinds["cancelled \(why)", default: 0] += 1
                case .cancelRejected: kinds["cancelRejected", default: 0] += 1
                default: kinds["unexpected", default: 0] += 1
                }
            }
        }
        for kind in [
            "accepted", "wouldCross", "offTick", "sizeTooSmall", "marketClosed", "rateLimited",
            "complete", "partial", "cancelled requested", "cancelled marketClosed",
            "cancelled tickSizeChanged", "cancelRejected",
        ] {
            #expect((kinds[kind] ?? 0) >= 20, "\(kind): \(kinds[kind] ?? 0)")
        }
        #expect(fromBook >= 20)
        #expect(kinds["unexpected"] == nil)
    }
}
