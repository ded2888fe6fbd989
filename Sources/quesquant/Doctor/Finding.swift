internal import Wire

/// What one check has found.
struct Finding {
    enum Verdict: String, CaseIterable {
        /// In order.
        case pass
        /// It works, and could go wrong or better.
        case warn
        /// Trading would not work, or not safely.
        case fail
        /// Not checked, and why.
        case skip
    }

    /// What the checks are about, in the order in which they are told.
    enum Area: String, CaseIterable {
        case configuration, host, services, clock, venue, feeds, account, chain
    }

    /// A number for programs.
    struct Figure {
        let name: String
        /// In millionths of the unit that `name` ends with.
        let millionths: Int64
    }

    let area: Area
    /// A word, the same in every run: programs go by it.
    let name: String
    let verdict: Verdict
    /// What is so, in a few words.
    let text: String
    /// What to do; `nil` when nothing is to be done.
    var advice: String?
    var figures: [Figure] = []
}

/// Everything that was found.
struct DoctorReport {
    private(set) var findings: [Finding] = []

    mutating func add(_ finding: Finding) { findings.append(finding) }

    func count(_ verdict: Finding.Verdict) -> Int {
        findings.count { $0.verdict == verdict }
    }

    /// 1 when anything has failed.
    var exitCode: Int32 { count(.fail) == 0 ? 0 : 1 }

    /// By area, each in the order of the findings.
    private var ordered: [(area: Finding.Area, findings: [Finding])] {
        Finding.Area.allCases.map { area in (area, findings.filter { $0.area == area }) }
            .filter { !$0.1.isEmpty }
    }

    // MARK: - For people

    /// - Parameter hasColor: whether the verdicts are coloured, for a terminal.
    func text(hasColor: Bool) -> String {
        let nameWidth = findings.map(\.name.count).max() ?? 0
        var lines: [String] = []
        for (area, findings) in ordered {
            if !lines.isEmpty { lines.append("") }
            lines.append(area.rawValue)
            for finding in findings {
                let word = Self.word(finding.verdict, hasColor: hasColor)
                lines.append("  \(word)  \(padded(finding.name, nameWidth))  \(finding.text)")
                if let advice = finding.advice {
                    lines.append(String(repeating: " ", count: nameWidth + 10) + "-> \(advice)")
                }
            }
        }
        let counts = [
            Self.counted(count(.pass), "passed"), Self.counted(count(.warn), "warned"),
            Self.counted(count(.fail), "failed"), Self.counted(count(.skip), "skipped"),
        ]
        return (lines + ["", counts.joined(separator: ", ")]).joined(separator: "\n")
    }

    private static func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)" }

    private static func word(_ verdict: Finding.Verdict, hasColor: Bool) -> String {
        guard hasColor else { return verdict.rawValue }
        // ECMA-48 section 8.3.117: green, yellow, red, and faint.
        let code =
            switch verdict {
            case .pass: "32"
            case .warn: "33"
            case .fail: "31"
            case .skip: "2"
            }
        return "\u{1B}[\(code)m\(verdict.rawValue)\u{1B}[0m"
    }

    // MARK: - For programs

    /// One object. Keys are only ever added.
    var json: String {
        var object = JSONObjectText()
        object.add("ok", exitCode == 0)
        object.open("counts")
        for verdict in Finding.Verdict.allCases { object.add(verdict.rawValue, count(verdict)) }
        object.close()
        object.openArray("findings")
        for (area, findings) in ordered {
            for finding in findings {
                object.openElement()
                object.add("area", area.rawValue)
                object.add("name", finding.name)
                object.add("verdict", finding.verdict.rawValue)
                object.add("text", escaped(finding.text))
                object.add("advice", finding.advice.map(escaped))
                object.open("figures")
                for figure in finding.figures {
                    object.add(figure.name, decimal: figure.millionths)
                }
                object.close()
                object.close()
            }
        }
        object.closeArray()
        return object.finished
    }

    /// What stands between the quotes of a JSON string.
    private func escaped(_ text: String) -> String {
        var buffer = ByteBuffer()
        JSONWriter.append(string: text, to: &buffer)
        let bytes = buffer.span
        var inner: [UInt8] = []
        for index in 1..<bytes.count - 1 { inner.append(bytes[index]) }
        return String(decoding: inner, as: UTF8.self)
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
