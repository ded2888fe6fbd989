import Foundation
import Testing
import Trading
import Wire

@testable import Server

@Suite struct PageTests {
    private func text(_ page: Page) -> String {
        let span = page.content.span
        return String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
    }

    @Test("the reference for people has a row for every action", arguments: Action.allCases)
    func docs(action: Action) {
        let row = "<td><code>\(action.rawValue)</code></td><td>\(action.meaning)</td>"
        #expect(text(.docs).contains(row))
        #expect(!text(.docs).contains("<!--ACTIONS-->"))
    }

    @Test("the reference for programs is JSON and lists every action once, in order")
    func openAPI() throws {
        let object = try JSONSerialization.jsonObject(with: Data(text(.openAPI).utf8))
        let listed = Self.lists(in: object).filter { $0.contains("HEARTBEAT") }
        #expect(listed == [Action.allCases.map(\.rawValue)])
    }

    /// Every array of texts, wherever it stands.
    private static func lists(in object: Any) -> [[String]] {
        switch object {
        case let texts as [String]: [texts]
        case let items as [Any]: items.flatMap(lists)
        case let members as [String: Any]: members.values.flatMap(lists)
        default: []
        }
    }
}
