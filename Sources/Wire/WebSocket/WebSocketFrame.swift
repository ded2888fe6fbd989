/// Frames on their way out (RFC 6455 section 5.2): header and payload in one contiguous buffer, never
/// fragmented.
///
/// `mask` is the key of a client's frame, four unpredictable bytes (section 10.3), the first one
/// lowest; a server's frames have none.
public enum WebSocketFrame {
    /// A text message whose payload `fill` writes.
    ///
    /// Room for the header is kept in front, so nothing moves once the length is known — except a
    /// payload that turns out to need a shorter header than `capacity` bytes would: it moves down.
    ///
    /// - Parameters:
    ///   - capacity: the most bytes that `fill` may write; they are allocated.
    ///   - fill: writes UTF-8.
    public static func text<Failure: Error>(
        capacity: Int,
        mask: UInt32? = nil,
        _ fill: (inout OutputSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> SharedBytes {
        try frame(.text, capacity: capacity, mask: mask, fill)
    }

    /// A text message with a copy of `payload`, which must be UTF-8.
    public static func text(_ payload: Span<UInt8>, mask: UInt32? = nil) -> SharedBytes {
        frame(.text, copying: payload, mask: mask)
    }

    /// A binary message with a copy of `payload`.
    public static func binary(_ payload: Span<UInt8>, mask: UInt32? = nil) -> SharedBytes {
        frame(.binary, copying: payload, mask: mask)
    }

    /// A ping. The peer answers with a pong of the same payload.
    /// - Parameter payload: at most 125 bytes.
    public static func ping(_ payload: Span<UInt8> = Span(), mask: UInt32? = nil) -> SharedBytes {
        precondition(payload.count <= controlBytesMax, "a ping holds at most 125 bytes")
        return frame(.ping, copying: payload, mask: mask)
    }

    /// The answer to a ping.
    /// - Parameter payload: that of the ping, at most 125 bytes.
    public static func pong(_ payload: Span<UInt8> = Span(), mask: UInt32? = nil) -> SharedBytes {
        precondition(payload.count <= controlBytesMax, "a pong holds at most 125 bytes")
        return frame(.pong, copying: payload, mask: mask)
    }

    /// A close frame; without a code it is empty.
    ///
    /// - Parameters:
    ///   - code: one that `maySend`.
    ///   - reason: at most 123 bytes of UTF-8, for the log of the other side.
    public static func close(
        _ code: WebSocketCloseCode?,
        reason: StaticString = "",
        mask: UInt32? = nil
    ) -> SharedBytes {
        precondition(code?.maySend ?? true, "a code that never travels")
        precondition(reason.utf8CodeUnitCount <= controlBytesMax - 2, "a reason of 123 bytes")
        return frame(.close, capacity: controlBytesMax, mask: mask) { output in
            guard let code else { return }
            output.append(UInt8(code.rawValue >> 8))
            output.append(UInt8(code.rawValue & 0xFF))
            reason.withUTF8Buffer { text in
                // A `StaticString` points at its constant bytes.
                for index in text.indices { output.append(unsafe text[index]) }
            }
        }
    }

    /// Bytes of a control frame's payload (RFC 6455 section 5.5).
    static let controlBytesMax = 125

    private static func frame(
        _ opcode: WebSocketOpcode,
        copying payload: Span<UInt8>,
        mask: UInt32?
    ) -> SharedBytes {
        frame(opcode, capacity: payload.count, mask: mask) { output in
            output.append(copying: payload)
        }
    }

    private static func frame<Failure: Error>(
        _ opcode: WebSocketOpcode,
        capacity: Int,
        mask: UInt32?,
        _ fill: (inout OutputSpan<UInt8>) throws(Failure) -> Void
    ) throws(Failure) -> SharedBytes {
        let room = headerByteCount(payload: capacity, isMasked: mask != nil)
        return try SharedBytes(capacity: room + capacity) { output throws(Failure) in
            try unsafe output.withUnsafeMutableBufferPointer { buffer, count throws(Failure) in
                // The whole buffer is ours until this closure ends; the payload's part of it is
                // given to `fill` through a span that checks every write.
                let region = unsafe UnsafeMutableBufferPointer(rebasing: buffer[room...])
                var payload = unsafe OutputSpan(buffer: region, initializedCount: 0)
                try fill(&payload)
                let byteCount = unsafe payload.finalize(for: region)
                let header = headerByteCount(payload: byteCount, isMasked: mask != nil)
                if header < room {
                    for index in 0..<byteCount {
                        unsafe buffer[header + index] = buffer[room + index]
                    }
                }
                count = header + byteCount
                let written = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<count])
                var frame = unsafe MutableSpan(_unsafeElements: written)
                writeHeader(opcode, payload: byteCount, mask: mask, &frame)
                if let mask {
                    WebSocketMask.apply(mask, offset: 0, to: &frame, in: header..<count)
                }
            }
        }
    }

    private static func headerByteCount(payload: Int, isMasked: Bool) -> Int {
        let length = payload < 126 ? 2 : payload < 65_536 ? 4 : 10
        return length + (isMasked ? 4 : 0)
    }

    /// Writes the header of a final frame at the front of `frame`, its length in the shortest form.
    private static func writeHeader(
        _ opcode: WebSocketOpcode,
        payload: Int,
        mask: UInt32?,
        _ frame: inout MutableSpan<UInt8>
    ) {
        let maskBit: UInt8 = mask == nil ? 0 : 0x80
        frame[0] = 0x80 | opcode.rawValue
        var lengthByteCount = 0
        if payload < 126 {
            frame[1] = maskBit | UInt8(payload)
        } else if payload < 65_536 {
            frame[1] = maskBit | 126
            lengthByteCount = 2
        } else {
            frame[1] = maskBit | 127
            lengthByteCount = 8
        }
        for index in 0..<lengthByteCount {
            let shift = 8 * (lengthByteCount - 1 - index)
            frame[2 + index] = UInt8(truncatingIfNeeded: payload >> shift)
        }
        guard let mask else { return }
        for index in 0..<4 {
            frame[2 + lengthByteCount + index] = UInt8(truncatingIfNeeded: mask >> (8 * index))
        }
    }
}
