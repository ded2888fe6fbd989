internal import CDashboard

/// The pages that are part of the program, as they were embedded when it was built.
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

    /// Lends the page's bytes.
    func withBytes<Result>(_ body: (Span<UInt8>) -> Result) -> Result {
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
