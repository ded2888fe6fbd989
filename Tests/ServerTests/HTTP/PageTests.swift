import Testing
import Trading

@testable import Server

@Suite struct PageTests {
    @Test("every action that a tick may carry is in both references", arguments: Action.allCases)
    func actions(action: Action) {
        for page in [Page.docs, .openAPI] {
            let text = page.withBytes { bytes in
                String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
            }
            #expect(text.contains(action.rawValue), "\(page)")
        }
    }
}
