import Foundation
import TestSupport
import Testing

@testable import Wire

/// The recorded answers of the original backend to raw requests, as far as syntax and handshake
/// decide them.
@Suite(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absenceMessage)))
struct RecordedTransportTests {
    private struct Case: Decodable {
        let `case`: String
        let section: String
        let request: String
        let status: String
        let headers: [String]
    }

    /// Where this server answers otherwise on purpose: case, status, why.
    private static let differences: [String: (status: Int, reason: String)] = [
        "T06": (505, "HTTP/2.0 in a request line is no HTTP/1 (RFC 9110 section 15.6.6)"),
        "T13": (400, "a folded field is refused (RFC 9112 section 5.2)"),
        "T23": (400, "a length beside chunks is request smuggling (RFC 9112 section 6.1)"),
        "WH12": (426, "no version is answered like a wrong one, with the right one named"),
        "WH13": (426, "the version that is spoken here is named (RFC 6455 section 4.4)"),
        "WH15": (400, "a key is 16 bytes (RFC 6455 section 4.2.1)"),
    ]

    private static func cases(_ section: String) throws -> [Case] {
        let bytes = try #require(SharedData.bytes("fixtures/api/cases.jsonl"))
        return try bytes.split(separator: UInt8(ascii: "\n")).map {
            try JSONDecoder().decode(Case.self, from: Data($0))
        }
        // Two long requests are recorded shortened.
        .filter { $0.section == section && !$0.request.contains("chars in all]") }
    }

    private static func expectedStatus(_ recorded: Case) -> Int? {
        differences[recorded.case]?.status
            ?? recorded.status.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    }

    @Test("requests are served or refused as recorded, but for the differences in the table")
    func transport() throws {
        let cases = try Self.cases("Transport")
        #expect(cases.count == 15)
        for recorded in cases {
            let status = try #require(Self.expectedStatus(recorded))
            let isRefused = [400, 413, 414, 431, 501, 505].contains(status)
            for pieces in DripFeed.ways(Array(recorded.request.utf8)) {
                let trace = HTTPTrace(pieces)
                #expect(
                    trace.error?.status.code == (isRefused ? status : nil),
                    "\(recorded.case): \(trace)"
                )
                #expect(isRefused || trace.events.last == "end", "\(recorded.case)")
            }
            guard !isRefused else { continue }
            let head = try #require(requestHead(recorded.request))
            #expect(head.expectsContinue == (status == 100), "\(recorded.case)")
            let keeps = !recorded.headers.contains("Connection: close")
            #expect(head.keepsAlive == keeps, "\(recorded.case)")
        }
    }

    @Test("handshakes are granted or refused as recorded, but for the differences in the table")
    func handshake() throws {
        let cases = try Self.cases("WebSocket handshake")
        #expect(cases.count == 11)
        for recorded in cases {
            let status = try #require(Self.expectedStatus(recorded))
            // Path and origin are the server's business: here every path has a WebSocket.
            let expected = status == 403 ? 101 : status
            #expect(try answer(recorded.request) == expected, "\(recorded.case)")
        }
    }

    /// The status of the answer to a handshake; 404 stands for "not a handshake at all".
    private func answer(_ request: String) throws -> Int {
        if let error = HTTPTrace([Array(request.utf8)]).error { return error.status.code }
        let head = try #require(requestHead(request))
        guard WebSocketHandshake.isRequested(by: head) else { return 404 }
        let granted: SharedBytes
        do {
            granted = try WebSocketHandshake.accept(head, date: Span())
        } catch {
            return error.response.status.code
        }
        let answer = text(granted.span)
        #expect(answer.contains("\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"))
        #expect(!answer.contains("sec-websocket-extensions"))
        #expect(!answer.contains("sec-websocket-protocol"))
        return 101
    }
}
