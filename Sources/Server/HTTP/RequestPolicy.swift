internal import Wire

/// Decides from a request's head alone what is done about it, in the order in which existing
/// clients know the refusals: handshake elsewhere (403), preflight, slashes too many (307), path
/// (404), method (405), key not configured (500), key (403). What is wrong with a body is found out
/// only by whoever holds the key.
struct RequestPolicy {
    let key: APIKey
    let cors: CORS
    /// Whether a handshake of a page from another origin is refused.
    let checksStreamOrigin: Bool

    enum Verdict {
        /// To be given at once; a body is read and thrown away.
        case answer(Answer)
        case showHealth
        case showMetrics
        /// A WebSocket handshake for the stream.
        case openStream
        /// To be noted in the audit log and then answered.
        case refuseKey(ControlEndpoint, Answer)
        /// The key is right: the body decides.
        case takeBody(ControlEndpoint)
    }

    func judge(_ head: HTTPRequestHead) -> Verdict {
        let route = Route(path: head.path)
        if WebSocketHandshake.isRequested(by: head) { return judgeHandshake(head, route) }
        if let preflight = Preflight(head) { return .answer(cors.preflight(preflight)) }
        switch route {
        case .unknown, .endpoint(.stream): return .answer(.notFound)
        case .redirect(let endpoint):
            let answer = Answer.redirect(
                to: endpoint,
                host: head.text(of: "host"),
                query: String(head.targetText.drop { $0 != "?" })
            )
            return .answer(answer)
        case .endpoint(let endpoint):
            guard endpoint.takes(head.method) else {
                return .answer(.methodNotAllowed(allow: endpoint.allow))
            }
            return serve(endpoint, head)
        }
    }

    private func serve(_ endpoint: Endpoint, _ head: HTTPRequestHead) -> Verdict {
        switch endpoint {
        case .dashboard: .answer(Answer(page: .dashboard))
        case .docs: .answer(Answer(page: .docs))
        case .openAPI: .answer(Answer(page: .openAPI))
        case .health: .showHealth
        case .metrics: .showMetrics
        case .parameters: judgeKey(.parameters, head)
        case .emergencyStop: judgeKey(.emergencyStop, head)
        case .stream: .answer(.notFound)
        }
    }

    private func judgeKey(_ endpoint: ControlEndpoint, _ head: HTTPRequestHead) -> Verdict {
        switch key.check(head.value(of: "x-api-key")) {
        case .granted: .takeBody(endpoint)
        case .refused: .refuseKey(endpoint, .keyRefused)
        case .notConfigured: .refuseKey(endpoint, .keyNotConfigured)
        }
    }

    private func judgeHandshake(_ head: HTTPRequestHead, _ route: Route) -> Verdict {
        var isGranted = route == .endpoint(.stream)
        // Only browsers send an origin; other programs are not what the check is about.
        if checksStreamOrigin, let origin = head.text(of: "origin") {
            isGranted = isGranted && cors.allowed.allows(origin)
        }
        guard isGranted else {
            var answer = Answer(.forbidden)
            answer.closes = true
            return .answer(answer)
        }
        return .openStream
    }
}
