internal import Foundation
internal import Wire

/// A client of the stream.
final class StreamReader {
    private let socket: LoopbackSocket
    private var decoder: WebSocketDecoder
    /// Set when the backend has said farewell.
    private(set) var closeCode: Int?
    /// Everything that came.
    private(set) var seen = ""

    /// Connects and upgrades.
    init(port: UInt16) throws {
        socket = try LoopbackSocket(port: port)
        var generator = SystemRandomNumberGenerator()
        let nonce = (0..<WebSocketClientHandshake.nonceByteCount).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        var handshake = WebSocketClientHandshake(nonce: nonce.span)
        let request = handshake.request(
            host: "127.0.0.1:\(port)",
            target: "/api/v1/ws/stream"
        )
        try socket.send(request.bytes)
        let deadline = Deadline(seconds: 5)
        while true {
            let bytes = try socket.read(until: deadline)
            guard !bytes.isEmpty else { throw Missing("an answer to the handshake") }
            handshake.receive(bytes.span)
            guard let rest = try handshake.finish() else { continue }
            decoder = WebSocketDecoder(role: .client, limits: .init(), input: rest)
            return
        }
    }

    /// Goes without a farewell.
    func close() { socket.close() }

    /// The next tick; `nil` when the backend has closed the stream.
    /// - Throws: when neither comes in time.
    func next(within seconds: Double = 10) throws -> StreamTick? {
        try next(until: Deadline(seconds: seconds))
    }

    /// The first tick that is wanted, those before it left out.
    func tick(
        within seconds: Double = 10,
        where isWanted: (StreamTick) -> Bool
    ) throws -> StreamTick {
        let deadline = Deadline(seconds: seconds)
        var last: StreamTick?
        do {
            while let tick = try next(until: deadline) {
                if isWanted(tick) { return tick }
                last = tick
            }
        } catch is Missing {}
        throw Missing("the tick that was waited for; the last one: \(last?.text ?? "none")")
    }

    private func next(until deadline: Deadline) throws -> StreamTick? {
        while true {
            switch try decoder.next() {
            case .text:
                let text = String(decoding: payload(), as: UTF8.self)
                seen += text
                return StreamTick(text)
            case .ping: try socket.send(WebSocketFrame.pong(payload().span, mask: 1).bytes)
            case .pong, .binary: break
            case .close(let code):
                closeCode = code.map { Int($0.rawValue) } ?? 1_005
                // RFC 6455 section 5.5.1; the backend may be gone.
                try? socket.send(WebSocketFrame.close(code, mask: 1).bytes)
                return nil
            case nil:
                if deadline.hasPassed { throw Missing("a tick in time") }
                let bytes = try socket.read(until: deadline)
                if bytes.isEmpty { return nil }
                decoder.receive(bytes.span)
            }
        }
    }

    private func payload() -> [UInt8] {
        decoder.withPayload { payload in payload.indices.map { payload[$0] } }
    }
}

/// One message of the stream.
struct StreamTick {
    let text: String

    init(_ text: String) { self.text = text }

    /// Parsed when it is asked for: a test may have to read faster than that.
    var json: JSON { JSON(parsing: text) }

    var action: String { json["action"].text ?? "" }
    var reason: String { json["reason"].text ?? "" }
    var riskState: String { json["risk_state"].text ?? "" }
    var seq: Int { json["seq"].integer ?? -1 }
    var trades: Int { json["total_trades_count"].integer ?? -1 }
    /// Whether a quote of ours is on the book.
    var quotes: Bool { !json["own_bid"].isNull || !json["own_ask"].isNull }

    /// The keys of the message itself, in the order in which they came.
    var keys: [String] {
        var reader = JSONReader(Array(text.utf8).span)
        var keys: [String] = []
        guard case .beginObject? = try? reader.next() else { return [] }
        while case .key(let name)? = try? reader.next() {
            let bytes = reader.bytes(name)
            keys.append(String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self))
            guard (try? reader.skipValue()) != nil else { return [] }
        }
        return keys
    }

    /// Nanoseconds since 1970 by `timestamp`, which is UTC without saying so.
    var time: Int64? {
        guard let stamp = json["timestamp"].text, stamp.utf8.count == 26 else { return nil }
        let parts = stamp.split(separator: ".")
        let format = ISO8601DateFormatter()
        guard parts.count == 2, let micros = Int64(parts[1]),
            let date = format.date(from: parts[0] + "Z")
        else { return nil }
        return Int64(date.timeIntervalSince1970) * 1_000_000_000 + micros * 1_000
    }
}

extension SharedBytes {
    /// A copy.
    var bytes: [UInt8] {
        let bytes = span
        return bytes.indices.map { bytes[$0] }
    }
}
