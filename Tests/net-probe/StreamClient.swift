internal import Reactor
internal import Wire

/// One client of a stream.
///
///     connecting ──► shaking hands ──101──► open ──► closed
///                                            └ a stalled one reads nothing up to `wake()`
final class StreamClient {
    /// How the connection ended, as far as the client could see.
    enum Ending: CustomStringConvertible {
        /// A close frame with this code; `nil` for an empty one.
        case closed(WebSocketCloseCode?)
        /// The end of the stream without a close frame.
        case end
        case failed(String)

        var description: String {
            switch self {
            case .closed(let code?): "closed \(code.rawValue)"
            case .closed(nil): "closed without code"
            case .end: "end without close frame"
            case .failed(let reason): "failed: \(reason)"
            }
        }
    }

    /// Messages since the last `resetCounts()`.
    private(set) var countedMessages = 0
    /// Numbers that `seq` has skipped.
    private(set) var gaps: Int64 = 0
    /// Messages whose `seq` was not above the one before.
    private(set) var disorder = 0
    /// `nil` while the connection is there.
    private(set) var ending: Ending?
    private(set) var isOpen = false
    let isStalled: Bool

    private unowned let fleet: ClientFleet
    private var stream: TCPStream?
    private var handshake: WebSocketClientHandshake
    private var decoder = WebSocketDecoder(role: .client)
    private var lastSequence: Int64?

    /// Bytes of a message that are taken: far more than a tick has.
    static let messageBytesMax = 1_024 * 1_024

    init(_ fleet: ClientFleet, isStalled: Bool) {
        self.fleet = fleet
        self.isStalled = isStalled
        var random = SystemRandomNumberGenerator()
        let nonce = (0..<WebSocketClientHandshake.nonceByteCount).map { _ in
            UInt8.random(in: 0...255, using: &random)
        }
        handshake = WebSocketClientHandshake(nonce: nonce.span)
    }

    func connect() {
        stream = TCPStream.connect(on: fleet.loop, to: fleet.address) { result in
            switch result {
            case .success(let stream): self.didConnect(stream)
            case .failure(let error): self.finish(.failed("\(error)"))
            }
        }
    }

    func resetCounts() {
        (countedMessages, gaps, disorder) = (0, 0, 0)
    }

    /// A stalled client begins to read.
    func wake() {
        stream?.startReading()
    }

    /// Begins the closing handshake.
    func leave() {
        guard isOpen, ending == nil else { return }
        stream?.write(WebSocketFrame.close(.normal, mask: Self.mask()))
    }

    func abandon() {
        stream?.close()
    }

    private func didConnect(_ stream: TCPStream) {
        stream.onBytes = { bytes in self.receive(bytes) }
        stream.onEnd = { self.finish(.end) }
        stream.onClose = { error in self.finish(error.map { .failed($0.name) } ?? .end) }
        stream.write(handshake.request(host: fleet.host, target: fleet.target))
        stream.startReading()
    }

    private func receive(_ bytes: Span<UInt8>) {
        if isOpen {
            decoder.receive(bytes)
            return decode()
        }
        handshake.receive(bytes)
        do throws(WebSocketClientHandshake.Failure) {
            guard let remainder = try handshake.finish() else { return }
            var limits = WebSocketLimits(messageBytesMax: Self.messageBytesMax)
            limits.retainedBytesMax = EventLoop.readByteCountMax
            decoder = WebSocketDecoder(role: .client, limits: limits, input: remainder)
            isOpen = true
            if isStalled { stream?.stopReading() }
            fleet.clientIsReady()
            decode()
        } catch {
            finish(.failed("handshake: \(error)"))
        }
    }

    private func decode() {
        do throws(WebSocketError) {
            while let event = try decoder.next() {
                switch event {
                case .text: count()
                case .binary, .pong: break
                case .ping:
                    stream?.write(
                        decoder.withPayload { WebSocketFrame.pong($0, mask: Self.mask()) }
                    )
                case .close(let code):
                    stream?.write(WebSocketFrame.close(code, mask: Self.mask()))
                    finish(.closed(code))
                }
            }
        } catch {
            finish(.failed("frame: \(error)"))
        }
    }

    private func count() {
        countedMessages += 1
        let (sequence, sentAt) = decoder.withPayload { payload in
            (TickText.sequence(in: payload), TickText.microseconds(in: payload))
        }
        if let sequence {
            if let last = lastSequence {
                if sequence > last { gaps += sequence - last - 1 } else { disorder += 1 }
            }
            lastSequence = sequence
        }
        if let sentAt, !isStalled {
            fleet.latencies.add(microseconds: WallClock.now() / 1_000 - sentAt)
        }
    }

    private func finish(_ ending: Ending) {
        guard self.ending == nil else { return }
        self.ending = ending
        stream?.close()
        if !isOpen { fleet.clientIsReady() }
        fleet.clientHasEnded(self)
    }

    private static func mask() -> UInt32 { UInt32.random(in: 0...UInt32.max) }
}
