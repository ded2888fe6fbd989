internal import Wire

/// What a client's decoder made of some bytes, as text to compare.
struct HTTPResponseTrace: Equatable, CustomStringConvertible {
    /// `200 1.1`, `body …`, `end kept` or `end spent`, in order; consecutive pieces of a body as one.
    var events: [String] = []
    var error: HTTPResponseError?

    init(_ events: [String], _ error: HTTPResponseError? = nil) {
        self.events = events
        self.error = error
    }

    /// Sends one request after the other, feeds the pieces, and takes out everything after each.
    /// - Parameters:
    ///   - methods: of the requests; the next one is sent when the one before is answered.
    ///   - end: whether the connection ends behind the pieces, and whether cleanly.
    init(
        _ pieces: [[UInt8]],
        methods: [HTTPMethod] = [.get],
        limits: HTTPResponseLimits = HTTPResponseLimits(),
        end: Bool? = nil
    ) {
        var decoder = HTTPResponseDecoder(limits: limits)
        var methods = methods[...]
        var body: [UInt8] = []
        if let method = methods.popFirst() { decoder.expect(method) }
        do throws(HTTPResponseError) {
            for index in 0...pieces.count {
                if index < pieces.count {
                    let piece = pieces[index]
                    decoder.receive(piece.span)
                } else if let end {
                    decoder.receiveEnd(isClean: end)
                } else {
                    break
                }
                while let event = try decoder.next() {
                    switch event {
                    case .head(let head):
                        let version = head.version == .http1_0 ? "1.0" : "1.1"
                        events.append("\(head.status.code) \(version)")
                    case .bodyPiece:
                        body += decoder.withBodyPiece { array($0) }
                    case .end:
                        if !body.isEmpty {
                            events.append("body \(String(decoding: body, as: UTF8.self))")
                        }
                        body = []
                        events.append(decoder.isReusable ? "end kept" : "end spent")
                        if decoder.isReusable, let method = methods.popFirst() {
                            decoder.expect(method)
                        }
                    }
                }
            }
        } catch {
            self.error = error
        }
    }

    var description: String { "\(events) \(error.map { "\($0)" } ?? "no error")" }
}
