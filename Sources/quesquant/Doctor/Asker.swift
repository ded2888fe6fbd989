internal import Reactor
internal import Trading
internal import Wire

/// Questions to one service over HTTP, one after the other, each with its times.
final class Asker {
    /// How an answer came, or why there is none.
    struct Reply {
        let result: Result<HTTPResponseHead, HTTPClientError>
        /// When the question was handed over, and when all of the answer was there, by our clock.
        let sent: Timestamp
        let received: Timestamp

        var duration: Duration { received - sent }

        /// `nil` when the answer is there and is the one hoped for.
        func trouble(_ body: Span<UInt8>) -> String? {
            switch result {
            case .failure(let error): return "\(error)"
            case .success(let head) where head.status == .ok: return nil
            case .success(let head):
                return "answered with \(head.status.code) \(head.status.reason)"
                    + Self.excerpt(body)
            }
        }

        var status: Int? {
            guard case .success(let head) = result else { return nil }
            return head.status.code
        }

        /// The beginning of what came with a refusal, as it can stand in a line.
        private static func excerpt(_ body: Span<UInt8>) -> String {
            guard !body.isEmpty else { return "" }
            var bytes: [UInt8] = []
            for index in 0..<min(body.count, excerptBytesMax) {
                bytes.append(body[index] < 0x20 || body[index] == 0x7F ? 0x20 : body[index])
            }
            return ": \(String(decoding: bytes, as: UTF8.self))"
        }

        private static let excerptBytesMax = 120
    }

    typealias Completion = (Reply, Span<UInt8>) -> Void
    typealias Fields = (inout HTTPRequestWriter) throws(HTTPRequestWriter.Failure) -> Void

    /// How long an answer may take once there is a connection.
    static let answerMilliseconds = 4_000
    private static let bodyBytesMax = 2 << 20

    let url: ServiceURL
    private let client: HTTPClient

    init(_ url: ServiceURL, through connector: Connector) {
        self.url = url
        client = HTTPClient(
            to: url,
            through: connector,
            warmth: .cold,
            limits: HTTPResponseLimits(bodyBytesMax: Self.bodyBytesMax),
            timeouts: HTTPTimeouts(milliseconds: Self.answerMilliseconds)
        )
    }

    /// Who it is, for a person: without the path, which may be a password.
    var name: String { url.authority }

    /// What is wrong there, told with its name.
    func sentence(_ trouble: String) -> String {
        trouble.contains(url.host) ? trouble : "\(name): \(trouble)"
    }

    /// Asks under the path of the service's own address.
    ///
    /// - Parameters:
    ///   - path: begins with a slash; `nil` for the address as it is.
    ///   - fields: adds what the question needs in its head.
    func ask(
        _ path: String?,
        _ method: HTTPMethod = .get,
        body: Span<UInt8> = Span(),
        fields: Fields = { (_) throws(HTTPRequestWriter.Failure) in },
        completion: @escaping Completion
    ) {
        let base = url.target.hasSuffix("/") ? String(url.target.dropLast()) : url.target
        let sent = Self.now
        var request = HTTPRequestWriter()
        do throws(HTTPRequestWriter.Failure) {
            try request.begin(
                method,
                host: url.authority,
                target: path.map { base + $0 } ?? url.target
            )
            try request.add("Accept", "application/json")
            try request.add("User-Agent", "quesquant")
            try fields(&request)
        } catch {
            // Every part was checked when the settings were read.
            preconditionFailure("a question that cannot be written: \(error)")
        }
        request.finish(body: body)
        client.send(request) { result, body in
            completion(Reply(result: result, sent: sent, received: Self.now), body)
        }
    }

    func close() { client.close() }

    static var now: Timestamp { Timestamp(nanoseconds: WallClock.now()) }
}

@available(*, unavailable)
extension Asker: Sendable {}
