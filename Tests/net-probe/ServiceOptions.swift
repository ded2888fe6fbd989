internal import ArgumentParser
internal import Crypto
internal import Reactor
internal import Wire

/// What every client of one service is told.
struct ServiceOptions: ParsableArguments {
    @Option(help: "A PEM file: trust its certificates and no others.")
    var cacert: String?

    /// A connector, under TLS if the address asks for it.
    func connector(
        on loop: EventLoop,
        to url: ServiceURL,
        timeouts: ConnectTimeouts = ConnectTimeouts()
    ) throws -> Connector {
        var tls: TLSContext?
        if url.scheme.isSecure {
            tls = try TLSContext(trust: cacert.map { .file($0) } ?? .system)
        }
        return Connector(on: loop, tls: tls, timeouts: timeouts)
    }

    /// The address, if it is one of these schemes.
    static func url(_ text: String, _ schemes: Set<ServiceURL.Scheme>) throws -> ServiceURL {
        do {
            let url = try ServiceURL(text)
            guard schemes.contains(url.scheme) else { throw ServiceURL.Failure.unknownScheme }
            return url
        } catch {
            let names = schemes.map { $0.rawValue + "://HOST[:PORT]/PATH" }.sorted()
            throw ValidationError("URL is \(names.joined(separator: " or ")) (\(error))")
        }
    }
}

/// What did not work: printed on standard error, with exit code 1.
struct ProbeFailure: Error, CustomStringConvertible {
    let description: String
}
