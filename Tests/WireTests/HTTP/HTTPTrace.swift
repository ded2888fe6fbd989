internal import Wire

/// What a decoder made of some bytes, as text to compare.
struct HTTPTrace: Equatable, CustomStringConvertible {
    /// `GET /path 1.1`, `body …`, `end`, in order; consecutive pieces of a body as one.
    var events: [String] = []
    var error: HTTPError?

    init(_ events: [String], _ error: HTTPError? = nil) {
        self.events = events
        self.error = error
    }

    /// Feeds the pieces and takes out everything after each of them.
    init(_ pieces: [[UInt8]], limits: HTTPLimits = HTTPLimits()) {
        var decoder = HTTPRequestDecoder(limits: limits)
        var body: [UInt8] = []
        do throws(HTTPError) {
            for piece in pieces {
                decoder.receive(piece.span)
                while let event = try decoder.next() {
                    switch event {
                    case .head(let head):
                        let method = String(decoding: array(head.methodText), as: UTF8.self)
                        let version = head.version == .http1_0 ? "1.0" : "1.1"
                        events.append("\(method) \(head.targetText) \(version)")
                    case .bodyPiece:
                        body += decoder.withBodyPiece { array($0) }
                    case .end:
                        if !body.isEmpty {
                            events.append("body \(String(decoding: body, as: UTF8.self))")
                        }
                        body = []
                        events.append("end")
                    }
                }
            }
        } catch {
            self.error = error
        }
    }

    var description: String { "\(events) \(error.map { "\($0)" } ?? "no error")" }
}

/// The head of a request; `nil` when there is none or it is refused.
func requestHead(_ text: String) -> HTTPRequestHead? {
    var decoder = HTTPRequestDecoder()
    let bytes = Array(text.utf8)
    decoder.receive(bytes.span)
    guard case .head(let head)? = try? decoder.next() else { return nil }
    return head
}

func array(_ span: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(span.count)
    for index in span.indices { bytes.append(span[index]) }
    return bytes
}

func text(_ span: Span<UInt8>) -> String { String(decoding: array(span), as: UTF8.self) }
