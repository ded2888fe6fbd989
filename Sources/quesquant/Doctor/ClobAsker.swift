internal import Crypto
internal import Reactor
internal import Trading
internal import Venues
internal import Wire

/// Questions to Polymarket's order service, authenticated as each of them wants it.
final class ClobAsker {
    let asker: Asker
    /// How far the venue's clock is ahead, as far as it is known: signatures bear its time.
    var offset = Duration.zero
    private let key: PrivateKey?
    private var request = ClobRequest()

    init(_ asker: Asker, key: PrivateKey?) {
        self.asker = asker
        self.key = key
    }

    /// - Parameters:
    ///   - credentials: for what is authenticated by them.
    ///   - build: makes the request.
    /// - Precondition: there is a key, or credentials, where the request needs them.
    func ask(
        with credentials: APICredentials? = nil,
        _ build: (inout ClobRequest) -> Void,
        completion: @escaping Asker.Completion
    ) {
        build(&request)
        let seconds = UInt64(max(0, (Asker.now + offset).nanoseconds / 1_000_000_000))
        var target: [UInt8] = []
        for index in request.target.indices { target.append(request.target[index]) }
        var body: [UInt8] = []
        for index in request.body.indices { body.append(request.body[index]) }
        asker.ask(
            String(decoding: target, as: UTF8.self),
            request.method,
            body: body.span,
            fields: { (writer) throws(HTTPRequestWriter.Failure) in
                try authenticate(&writer, credentials, at: seconds)
            },
            completion: completion
        )
    }

    private func authenticate(
        _ writer: inout HTTPRequestWriter,
        _ credentials: APICredentials?,
        at seconds: UInt64
    ) throws(HTTPRequestWriter.Failure) {
        switch request.authentication {
        case .none: return
        case .key:
            guard let key else { preconditionFailure("a key's request needs the key") }
            let auth = ClobAuth(address: key.address, timestamp: seconds)
            try request.forEachHeader(auth, auth.sign(with: key)) {
                (name, value) throws(HTTPRequestWriter.Failure) in
                try writer.add(name, value)
            }
        case .credentials:
            guard let credentials else { preconditionFailure("a private call needs credentials") }
            try request.forEachHeader(credentials, at: seconds) {
                (name, value) throws(HTTPRequestWriter.Failure) in
                try writer.add(name, value)
            }
        }
    }
}

@available(*, unavailable)
extension ClobAsker: Sendable {}
