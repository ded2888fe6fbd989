internal import Reactor

/// Where the checks that take time put what they find: knows which are still out, and ends the loop
/// when none is, or when the time is over.
final class DoctorBoard {
    /// For everything together.
    static let secondsMax = 15

    private struct Place: Equatable {
        let area: Finding.Area
        let name: String
    }

    private let loop: EventLoop
    private var timer: LoopTimer?
    private var missing: [Place] = []
    private(set) var findings: [Finding] = []
    private var isOver = false

    init(on loop: EventLoop) {
        self.loop = loop
        timer = LoopTimer(on: loop) { [unowned self] in self.timeIsOver() }
        timer?.start(afterMilliseconds: Self.secondsMax * 1_000)
    }

    /// A finding that is to come. Whatever becomes of it, there will be one.
    func expect(_ area: Finding.Area, _ names: String...) {
        for name in names { missing.append(Place(area: area, name: name)) }
    }

    func report(
        _ area: Finding.Area,
        _ name: String,
        _ verdict: Finding.Verdict,
        _ text: String,
        _ advice: String? = nil,
        figures: [Finding.Figure] = []
    ) {
        guard !isOver else { return }
        missing.removeAll { $0 == Place(area: area, name: name) }
        findings.append(
            Finding(
                area: area,
                name: name,
                verdict: verdict,
                text: text,
                advice: advice,
                figures: figures
            )
        )
        endIfDone()
    }

    /// What was expected and cannot be checked.
    func skip(_ area: Finding.Area, _ names: String..., because reason: String) {
        for name in names { report(area, name, .skip, reason) }
    }

    /// Ends the loop when nothing is out: to be called once everything has begun.
    func endIfDone() {
        guard missing.isEmpty else { return }
        isOver = true
        timer?.close()
        timer = nil
        loop.stop()
    }

    private func timeIsOver() {
        for place in missing {
            report(place.area, place.name, .fail, "not done after \(Self.secondsMax) seconds")
        }
    }
}

@available(*, unavailable)
extension DoctorBoard: Sendable {}
