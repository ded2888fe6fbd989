internal import Foundation
internal import TestSupport
internal import Testing
internal import Trading
internal import Wire

@testable internal import Server

/// The answers that the frontends' old backend gave, recorded request by request.
@Suite(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absenceMessage)))
struct ControlBodyRecordedTests {
    /// Where ours answers otherwise on purpose: the `type` of its only issue, or `nil` where it
    /// accepts, and why.
    private static let differences: [String: (type: String?, why: String)] = [
        "COOS07": ("int_parsing", "an underscore within a number is more likely a slip"),
        "COOS19": ("greater_than_equal", outOfRange), "COOS20": ("greater_than_equal", outOfRange),
        "COOS21": ("greater_than_equal", outOfRange), "COOS23": ("greater_than_equal", outOfRange),
        "COOS29": ("finite_number", notFinite), "COOS30": ("finite_number", notFinite),
        "COOS32": ("less_than_equal", outOfRange), "COOS33": ("less_than_equal", outOfRange),
        "COOS34": ("greater_than_equal", outOfRange), "COOS35": ("less_than_equal", outOfRange),
        "COSO13": ("greater_than_equal", outOfRange), "COSO15": ("finite_number", notFinite),
        "COSO16": ("finite_number", notFinite), "COSO18": ("less_than_equal", outOfRange),
        "COSO19": ("less_than_equal", outOfRange), "COSO24": ("finite_number", notFinite),
        "COSO30": ("less_than_equal", outOfRange), "COSO32": ("less_than_equal", outOfRange),
        "COSO33": ("less_than_equal", outOfRange), "COSO39": ("less_than_equal", outOfRange),
        "COIR32": ("bool_type", "the old backend crashed on its own answer"),
        "ES13": (nil, "a stop is not answered with a crash for the text of its reason"),
    ]
    private static let outOfRange = "a slip of the hand must not become an order"
    private static let notFinite = "a parameter that is no number is a hazard; it was a crash"

    @Test("every recorded body is answered as it was, but for the differences that are intended")
    func recorded() throws {
        var seen: Set<String> = []
        var count = 0
        for record in try Self.records() {
            count += 1
            let ours = Self.answer(to: record)
            if let difference = Self.differences[record.name] {
                seen.insert(record.name)
                #expect(ours.issueType == difference.type, "\(record.name): \(difference.why)")
                #expect(ours != record.answer, "\(record.name) does not differ")
            } else {
                #expect(ours == record.answer, "\(record.name)")
            }
        }
        #expect(count >= 90)
        #expect(seen.count == Self.differences.count)
    }

    private struct Record {
        var name: String
        var isStop: Bool
        var contentType: String?
        var body: String
        /// The whole answer, accepted or not.
        var answer: Verdict<String>
    }

    private static func records() throws -> [Record] {
        let lines = try #require(SharedData.bytes("fixtures/api/cases.jsonl")).split(separator: 10)
        return try lines.compactMap { line in
            let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
            let fields = try #require(object).compactMapValues { $0 as? String }
            let section = fields["section"] ?? ""
            let request = fields["request"] ?? ""
            guard let name = fields["case"], let status = fields["status"],
                ["PATCH bodies", "Content type", "Emergency stop"].contains(section)
                    || section.hasPrefix("Coercion of"),
                let blank = request.range(of: "\r\n\r\n")
            else { return nil }
            let head = request[..<blank.lowerBound].components(separatedBy: "\r\n")
            let contentType = head.first { $0.lowercased().hasPrefix("content-type:") }
            let code = try #require(Int(status.split(separator: " ")[1]))
            let answer = fields["body"] ?? ""
            return Record(
                name: name,
                isStop: head[0].contains("emergency-stop"),
                contentType: contentType.map {
                    $0.dropFirst(13).trimmingCharacters(in: .whitespaces)
                },
                body: String(request[blank.upperBound...]),
                answer: code == 200 ? .accepted(answer) : .refused(code, answer)
            )
        }
    }

    /// What our server would answer, the endpoint's own part included.
    private static func answer(to record: Record) -> Verdict<String> {
        if record.isStop {
            switch stop(record.body, contentType: record.contentType) {
            case .accepted(let reason):
                let reason = written { JSONWriter.append(string: reason, to: &$0) }
                return .accepted(#"{"status":"EMERGENCY_STOP_ACTIVATED","reason":\#(reason)}"#)
            case .refused(let status, let body):
                return .refused(status, body)
            }
        }
        switch patch(record.body, contentType: record.contentType) {
        case .accepted(let patch):
            let state = Parameters().applying(patch)
            return .accepted(
                #"{"status":"updated","current_state":{"spread_offset":"#
                    + "\(repr(state.spreadOffset)),"
                    + #""order_size":\#(state.orderSize),"max_position":\#(state.maxPosition),"#
                    + #""min_liquidity":\#(repr(state.minLiquidity)),"#
                    + #""is_running":\#(state.isRunning)}}"#
            )
        case .refused(let status, let body):
            return .refused(status, body)
        }
    }

    private static func repr(_ value: Double) -> String {
        written { buffer in
            buffer.append(upTo: DoubleText.byteCountMax) { DoubleText.append(value, to: &$0) }
        }
    }

    private static func written(_ write: (inout ByteBuffer) -> Void) -> String {
        var buffer = ByteBuffer()
        write(&buffer)
        let span = buffer.span
        return String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
    }
}
