internal import CDashboard
internal import Trading
internal import Wire

/// The pages that are part of the program: as they were embedded when it was built, with the table
/// of actions as the program knows it.
enum Page: CaseIterable {
    /// `GET /`: the operator's dashboard.
    case dashboard
    /// `GET /docs`: the API reference for people.
    case docs
    /// `GET /openapi.json`: the API reference for programs.
    case openAPI

    var contentType: StaticString {
        switch self {
        case .dashboard, .docs: "text/html; charset=utf-8"
        case .openAPI: "application/json"
        }
    }

    var isHTML: Bool { self != .openAPI }

    /// The page as it is served.
    var content: SharedBytes {
        switch self {
        case .dashboard: Self.dashboardContent
        case .docs: Self.docsContent
        case .openAPI: Self.openAPIContent
        }
    }

    private static let dashboardContent = dashboard.withTemplate { SharedBytes(copying: $0) }
    private static let docsContent = docs.filled("<!--ACTIONS-->") { action, _ in
        "<tr><td><code>\(action.text)</code></td><td>\(action.meaning)</td></tr>\n"
    }
    private static let openAPIContent = openAPI.filled("\"@ACTIONS@\"") { action, isLast in
        "\"\(action.text)\"\(isLast ? "" : ", ")"
    }

    /// The page with a row for every action in the one place that is marked.
    private func filled(_ mark: String, row: (Action, Bool) -> String) -> SharedBytes {
        let template = withTemplate { bytes in
            String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
        }
        let parts = template.split(separator: mark, omittingEmptySubsequences: false)
        let rows = Action.allCases.map { row($0, $0 == Action.allCases.last) }.joined()
        return SharedBytes(parts.joined(separator: rows))
    }

    /// Lends the page's bytes as they were embedded.
    private func withTemplate<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
        // Each pointer is to as many constant bytes as its count says, for the life of the process
        // (CDashboard.h).
        let bytes: UnsafeBufferPointer<UInt8> =
            switch self {
            case .dashboard:
                unsafe UnsafeBufferPointer(
                    start: quesquant_dashboard_html(),
                    count: quesquant_dashboard_html_count()
                )
            case .docs:
                unsafe UnsafeBufferPointer(
                    start: quesquant_docs_html(),
                    count: quesquant_docs_html_count()
                )
            case .openAPI:
                unsafe UnsafeBufferPointer(
                    start: quesquant_openapi_json(),
                    count: quesquant_openapi_json_count()
                )
            }
        return unsafe body(bytes.span)
    }
}
