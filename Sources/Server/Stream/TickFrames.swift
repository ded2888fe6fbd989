public import Trading
public import Wire

/// Makes frames of ticks: WebSocket header and JSON in one piece, allocated exactly as long as they
/// are. The two allocations of that (the object and its bytes) are all that a tick costs, however many clients
/// there are. Public for the bench
/// that measures it.
public struct TickFrames: ~Copyable {
    /// Where a tick's text is written before its length is known.
    private var scratch = ByteBuffer(capacity: TickEncoder.byteCountMax)

    public init() {}

    /// The tick as a text message.
    public mutating func frame(_ tick: Tick) -> SharedBytes {
        scratch.removeAll()
        scratch.append(upTo: TickEncoder.byteCountMax) { TickEncoder.encode(tick, into: &$0) }
        return Self.frame(scratch.span)
    }

    private static func frame(_ text: Span<UInt8>) -> SharedBytes {
        WebSocketFrame.text(capacity: text.count) { $0.append(copying: text) }
    }
}
