import Foundation
import Server
import TestSupport
import Testing
import Trading

/// Request and answer of the original backend, as recorded.
struct RecordedCase: Decodable {
    let id: String
    let name: String
    let request: String
    let status: String
    let headers: [String]
    let body: String
    let then: String?

    enum CodingKeys: String, CodingKey {
        case id = "case"
        case name, request, status, headers, body, then
    }

    var statusCode: Int { Int(status.split(separator: " ")[1]) ?? 0 }

    /// The request; two of them were recorded with their middle left out.
    var wholeRequest: String {
        switch id {
        case "T17":
            let fields = (0..<200).map { "x-a\($0): a\r\n" }.joined()
            return "GET /health HTTP/1.1\r\nhost: localhost:8002\r\n\(fields)\r\n"
        case "T18":
            let path = String(repeating: "a", count: 10_000)
            return "GET /\(path) HTTP/1.1\r\nhost: localhost:8002\r\n\r\n"
        default: return request
        }
    }

    static let all: [RecordedCase] = {
        guard let bytes = SharedData.bytes("fixtures/api/cases.jsonl") else { return [] }
        return bytes.split(separator: 0x0A).compactMap {
            try? JSONDecoder().decode(RecordedCase.self, from: Data($0))
        }
    }()
}

@Suite(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absenceMessage)))
struct CompatibilityTests {
    @Test("every recorded request is answered as the original backend did, but for the table")
    func recorded() throws {
        #expect(RecordedCase.all.count == 160)
        let server = try LiveServer()
        for recorded in RecordedCase.all {
            try server.perform { $0.control.parameters = Parameters() }
            let client = try RawClient(port: server.port)
            client.send(recorded.wholeRequest)
            let isHead = recorded.request.hasPrefix("HEAD ")
            var response = try client.response(isHead: isHead)
            var expectation = Expectation(recorded)
            if recorded.statusCode == 100 {
                #expect(response.status == 100, "\(recorded.id)")
                response = try client.response()
                expectation = Expectation(afterContinue: recorded)
            }
            if let difference = IntendedDifferences.table[recorded.id] {
                expectation.apply(difference)
            }
            let context = Comment(
                rawValue: "\(recorded.id) \(recorded.name): \(response.status) "
                    + "\(response.body.prefix(300))"
            )
            #expect(response.status == expectation.status, context)
            if let body = expectation.body, !isHead {
                // Not spelled out by the macro: a page has 50 KB.
                let isSame = response.body == body
                #expect(isSame, context)
            }
            for (name, value) in expectation.fields {
                #expect(response[name] == value, "\(name) of \(recorded.id)")
            }
            if recorded.then == "closed" {
                #expect(try client.readToEnd().isEmpty, context)
            }
        }
        try server.stop()
    }

    @Test("the table of intended differences names only recorded cases that really differ")
    func table() {
        let ids = Set(RecordedCase.all.map(\.id))
        for id in IntendedDifferences.table.keys { #expect(ids.contains(id), "\(id)") }
    }

    @Test("what a recorded request changed is changed here, unless the table refuses it")
    func state() throws {
        let server = try LiveServer()
        for recorded in RecordedCase.all where recorded.statusCode == 200 {
            guard recorded.request.hasPrefix("PATCH"),
                IntendedDifferences.table[recorded.id] == nil,
                let shown = try JSONSerialization.jsonObject(with: Data(recorded.body.utf8))
                    as? [String: Any],
                let state = shown["current_state"] as? [String: Any]
            else { continue }
            try server.perform { $0.control.parameters = Parameters() }
            let client = try RawClient(port: server.port)
            client.send(recorded.wholeRequest)
            _ = try client.response()
            let parameters = try server.perform { $0.control.parameters }
            #expect(parameters.orderSize == state["order_size"] as? Int64, "\(recorded.id)")
            #expect(parameters.maxPosition == state["max_position"] as? Int64, "\(recorded.id)")
            #expect(parameters.spreadOffset == state["spread_offset"] as? Double, "\(recorded.id)")
            #expect(parameters.minLiquidity == state["min_liquidity"] as? Double, "\(recorded.id)")
            #expect(parameters.isRunning == state["is_running"] as? Bool, "\(recorded.id)")
        }
        try server.stop()
    }
}

/// What an answer must be: what a client can see or depend on.
private struct Expectation {
    var status: Int
    /// `nil` where the content is our own.
    var body: String?
    var fields: [(String, String?)]

    private static let compared: Set<String> = [
        "allow", "location", "content-type", "content-length", "connection", "upgrade",
        "sec-websocket-accept", "sec-websocket-extensions", "sec-websocket-protocol",
        "access-control-allow-origin", "access-control-allow-credentials",
        "access-control-allow-methods", "access-control-allow-headers", "access-control-max-age",
    ]

    init(_ recorded: RecordedCase) {
        status = recorded.statusCode
        body = recorded.body
        fields = []
        read(recorded.headers)
    }

    init(afterContinue recorded: RecordedCase) {
        let parts = recorded.body.components(separatedBy: "\r\n\r\n")
        let lines = parts[0].components(separatedBy: "\r\n")
        status = Int(lines[0].split(separator: " ")[1]) ?? 0
        body = parts[1]
        fields = []
        read(Array(lines.dropFirst()))
    }

    private mutating func read(_ lines: [String]) {
        for name in Self.compared.sorted() {
            let line = lines.first { $0.lowercased().hasPrefix(name + ": ") }
            fields.append((name, line.map { String($0.dropFirst(name.count + 2)) }))
        }
    }

    mutating func apply(_ difference: IntendedDifferences.Difference) {
        let bodyDiffers = difference.status != nil || difference.body != nil
        if let status = difference.status { self.status = status }
        if bodyDiffers { body = difference.body?.text }
        fields = fields.compactMap { name, value in
            if let field = difference.fields[name] { return (name, field) }
            // Another content has another length and type, which the content's own check covers.
            if bodyDiffers && (name == "content-length" || name == "content-type") { return nil }
            return (name, value)
        }
    }
}
