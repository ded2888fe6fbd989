@testable import Wire

/// Frames as a client of the tests writes them, right or wrong: a straightforward reading of RFC 6455
/// section 5.2, independent of `WebSocketFrame`.
func clientFrame(
    _ first: UInt8,
    _ payload: [UInt8],
    mask: [UInt8]? = [0x37, 0xFA, 0x21, 0x3D],
    lengthForm: Int? = nil
) -> [UInt8] {
    let form = lengthForm ?? (payload.count < 126 ? 0 : payload.count < 65_536 ? 2 : 8)
    let maskBit: UInt8 = mask == nil ? 0 : 0x80
    var bytes: [UInt8] = [first]
    switch form {
    case 0: bytes.append(maskBit | UInt8(payload.count))
    case 2: bytes += [maskBit | 126]
    default: bytes += [maskBit | 127]
    }
    for shift in (0..<form).reversed() {
        bytes.append(UInt8(truncatingIfNeeded: payload.count >> (8 * shift)))
    }
    guard let mask else { return bytes + payload }
    return bytes + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
}

func clientFrame(_ first: UInt8, _ payload: String) -> [UInt8] {
    clientFrame(first, Array(payload.utf8))
}

/// The payload of a close frame.
func closePayload(_ code: UInt16, _ reason: [UInt8] = []) -> [UInt8] {
    [UInt8(code >> 8), UInt8(code & 0xFF)] + reason
}

/// What a decoder made of some bytes.
struct WebSocketTrace: Equatable, CustomStringConvertible {
    struct Item: Equatable {
        var event: WebSocketEvent
        var payload: [UInt8]

        init(_ event: WebSocketEvent, _ payload: [UInt8] = []) {
            self.event = event
            self.payload = payload
        }

        init(_ event: WebSocketEvent, _ payload: String) {
            self.init(event, Array(payload.utf8))
        }
    }

    var items: [Item] = []
    var error: WebSocketError?

    init(_ items: [Item], _ error: WebSocketError? = nil) {
        self.items = items
        self.error = error
    }

    init(
        _ pieces: [[UInt8]],
        role: WebSocketRole = .server,
        limits: WebSocketLimits = WebSocketLimits()
    ) {
        var decoder = WebSocketDecoder(role: role, limits: limits)
        do throws(WebSocketError) {
            for piece in pieces {
                decoder.receive(piece.span)
                while let event = try decoder.next() {
                    items.append(Item(event, decoder.withPayload { array($0) }))
                }
            }
        } catch {
            self.error = error
        }
    }

    var description: String {
        let list = items.map { "\($0.event)(\($0.payload.count))" }
        return "\(list) \(error.map { "\($0)" } ?? "no error")"
    }
}
