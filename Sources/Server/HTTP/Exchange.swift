internal import Reactor
internal import Wire

/// What is remembered of a request's head until its answer.
struct Exchange {
    /// The answer has no content, only its length.
    let isHead: Bool
    /// The client may send another request after this one.
    let keepsAlive: Bool
    /// The page on whose behalf a browser asks.
    let browserOrigin: String?
    /// For the audit log.
    let controlOrigin: ControlOrigin
    private let contentType: [UInt8]?

    init(_ head: HTTPRequestHead, peer: SocketAddress) {
        isHead = head.method == .head
        keepsAlive = head.keepsAlive
        browserOrigin = head.text(of: "origin")
        contentType = [UInt8](copying: head.value(of: "content-type"))
        controlOrigin = ControlOrigin(
            peer: peer.description,
            keyFingerprint: APIKey.fingerprint(of: head.value(of: "x-api-key"))
        )
    }

    /// Judges the body of an update.
    func judgePatch(_ body: [UInt8]) -> ControlBody.PatchVerdict {
        guard let contentType else { return ControlBody.patch(contentType: nil, body: body.span) }
        return ControlBody.patch(contentType: contentType.span, body: body.span)
    }

    /// Judges the body of a stop.
    func judgeStop(_ body: [UInt8]) -> ControlBody.StopVerdict {
        guard let contentType else { return ControlBody.stop(contentType: nil, body: body.span) }
        return ControlBody.stop(contentType: contentType.span, body: body.span)
    }
}

extension Array where Element == UInt8 {
    fileprivate init?(copying bytes: Span<UInt8>?) {
        guard let bytes else { return nil }
        self.init()
        reserveCapacity(bytes.count)
        for index in bytes.indices { append(bytes[index]) }
    }
}
