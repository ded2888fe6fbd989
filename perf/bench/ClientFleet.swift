internal import Reactor
internal import Synchronization
internal import Wire

/// How far the clients are, for the other threads to look at.
final class ClientTally: Sendable {
    private let connectedCount = Atomic<Int>(0)
    private let messageCount = Atomic<Int>(0)

    var connected: Int { connectedCount.load(ordering: .acquiring) }
    var messages: Int { messageCount.load(ordering: .acquiring) }

    fileprivate func addConnected() { connectedCount.add(1, ordering: .releasing) }
    fileprivate func addMessages(_ count: Int) { messageCount.add(count, ordering: .releasing) }
}

/// Clients of the stream on one loop. Each message is decoded and its latency noted: from its `seq`,
/// which the bench makes the time of the tick's leaving.
final class ClientFleet {
    enum Order: Sendable {
        case reportAndEnd
    }

    /// Latencies kept; of more, the first.
    private static let latenciesMax = 200_000

    var orders: MailboxSender<Order> { mailbox.sender }

    fileprivate let loop: EventLoop
    fileprivate let tally: ClientTally
    private let address: SocketAddress
    private let mailbox: Mailbox<Order>
    private var clients: [FleetClient] = []
    private var latencies: [Int64] = []

    init(
        on loop: EventLoop,
        address: SocketAddress,
        tally: ClientTally,
        report: MailboxSender<[Int64]>
    ) {
        self.loop = loop
        self.address = address
        self.tally = tally
        latencies.reserveCapacity(Self.latenciesMax)
        var obey: () -> Void = {}
        mailbox = Mailbox(on: loop, capacity: 1) { _ in obey() }
        obey = { [unowned self] in
            _ = report.send(self.latencies)
            self.loop.stop()
        }
    }

    func run(count: Int) {
        clients = (0..<count).map { _ in FleetClient(self) }
        for client in clients { client.connect(to: address) }
        loop.run()
    }

    fileprivate func note(_ latency: Int64) {
        if latencies.count < Self.latenciesMax { latencies.append(latency) }
    }
}

private final class FleetClient {
    private unowned let fleet: ClientFleet
    private var stream: TCPStream?
    private var handshake = WebSocketClientHandshake(nonce: [UInt8](repeating: 7, count: 16).span)
    private var decoder = WebSocketDecoder(role: .client)
    private var isOpen = false

    init(_ fleet: ClientFleet) { self.fleet = fleet }

    func connect(to address: SocketAddress) {
        stream = TCPStream.connect(on: fleet.loop, to: address) { [unowned self] result in
            guard case .success(let stream) = result else { return }
            stream.onBytes = { [unowned self] in self.receive($0) }
            stream.write(
                self.handshake.request(host: "\(address)", target: "/api/v1/ws/stream")
            )
            stream.startReading()
        }
    }

    private func receive(_ bytes: Span<UInt8>) {
        do {
            if isOpen {
                decoder.receive(bytes)
            } else {
                handshake.receive(bytes)
                guard let remainder = try handshake.finish() else { return }
                decoder = WebSocketDecoder(
                    role: .client,
                    limits: WebSocketLimits(messageBytesMax: 1 << 16),
                    input: remainder
                )
                isOpen = true
                fleet.tally.addConnected()
            }
            var count = 0
            while let event = try decoder.next() {
                guard case .text = event else { continue }
                count += 1
                let sentAt = decoder.withPayload { Self.sequence(in: $0) }
                fleet.note(MonotonicClock.now() - sentAt)
            }
            fleet.tally.addMessages(count)
        } catch {
            stream?.close()
        }
    }

    /// The number behind `"seq":`, which stands near the end.
    private static func sequence(in message: Span<UInt8>) -> Int64 {
        var index = message.count - 6
        while index > 0 {
            if message[index] == UInt8(ascii: "s"), message[index + 1] == UInt8(ascii: "e"),
                message[index + 2] == UInt8(ascii: "q"), message[index + 3] == UInt8(ascii: "\"")
            {
                break
            }
            index -= 1
        }
        index += 5
        var number: Int64 = 0
        while index < message.count, message[index] >= 0x30, message[index] <= 0x39 {
            number = number * 10 + Int64(message[index] - 0x30)
            index += 1
        }
        return number
    }
}
