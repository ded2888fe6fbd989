/// A frame's header, valid by itself and at its place (RFC 6455 sections 5.2 to 5.5).
struct WebSocketFrameHeader: Sendable {
    let opcode: WebSocketOpcode
    let isFinal: Bool
    /// Bytes of the payload.
    let byteCount: Int
    /// The key of a masked frame, its first byte lowest.
    let mask: UInt32?

    /// Reads a header from the front of `bytes`.
    ///
    /// - Parameters:
    ///   - role: who we are.
    ///   - openMessage: what the fragments begun are, `nil` between messages.
    /// - Returns: the header and how many bytes it took; `nil` when bytes are missing and those there
    ///   are no reason to refuse it.
    static func parse(
        _ bytes: Span<UInt8>,
        role: WebSocketRole,
        openMessage: WebSocketOpcode?
    ) throws(WebSocketError) -> (header: WebSocketFrameHeader, byteCount: Int)? {
        guard !bytes.isEmpty else { return nil }
        let opcode = try opcode(bytes[0], openMessage: openMessage)
        guard bytes.count > 1 else { return nil }
        let isMasked = bytes[1] & 0x80 != 0
        guard isMasked == (role == .server) else { throw .wrongMasking }
        let shortLength = Int(bytes[1] & 0x7F)
        guard !opcode.isControl || shortLength <= WebSocketFrame.controlBytesMax else {
            throw .controlTooLong
        }
        let lengthByteCount = shortLength == 127 ? 8 : shortLength == 126 ? 2 : 0
        guard bytes.count >= 2 + lengthByteCount else { return nil }
        var length = UInt64(shortLength)
        if lengthByteCount > 0 {
            length = 0
            for index in 2..<(2 + lengthByteCount) { length = length << 8 | UInt64(bytes[index]) }
            let shortest: UInt64 = lengthByteCount == 8 ? 65_536 : 126
            guard length >= shortest, length >> 63 == 0 else { throw .lengthNotMinimal }
        }
        var headerByteCount = 2 + lengthByteCount
        var mask: UInt32?
        if isMasked {
            guard bytes.count >= headerByteCount + 4 else { return nil }
            var key: UInt32 = 0
            for index in 0..<4 { key |= UInt32(bytes[headerByteCount + index]) << (8 * index) }
            mask = key
            headerByteCount += 4
        }
        let header = WebSocketFrameHeader(
            opcode: opcode,
            isFinal: bytes[0] & 0x80 != 0,
            byteCount: Int(length),
            mask: mask
        )
        return (header, headerByteCount)
    }

    /// What the first byte says, if it may stand here.
    private static func opcode(
        _ byte: UInt8,
        openMessage: WebSocketOpcode?
    ) throws(WebSocketError) -> WebSocketOpcode {
        guard byte & 0x70 == 0 else { throw .reservedBits }
        guard let opcode = WebSocketOpcode(rawValue: byte & 0x0F) else { throw .unknownOpcode }
        switch opcode {
        case .continuation:
            guard openMessage != nil else { throw .unexpectedContinuation }
        case .text, .binary:
            guard openMessage == nil else { throw .interruptedMessage }
        case .close, .ping, .pong:
            guard byte & 0x80 != 0 else { throw .controlFragmented }
        }
        return opcode
    }
}
