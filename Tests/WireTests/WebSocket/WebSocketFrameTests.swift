import Testing

@testable import Wire

@Suite struct WebSocketFrameTests {
    @Test("server frames are those of RFC 6455 section 5.7")
    func server() {
        let hello = Array("Hello".utf8)
        #expect(array(WebSocketFrame.text(hello.span).span) == [0x81, 0x05] + hello)
        #expect(array(WebSocketFrame.ping(hello.span).span) == [0x89, 0x05] + hello)
        #expect(array(WebSocketFrame.pong(hello.span).span) == [0x8A, 0x05] + hello)
        #expect(array(WebSocketFrame.ping().span) == [0x89, 0])
        let binary = [UInt8](repeating: 1, count: 256)
        #expect(array(WebSocketFrame.binary(binary.span).span) == [0x82, 0x7E, 1, 0] + binary)
        let large = [UInt8](repeating: 1, count: 65_536)
        #expect(
            array(WebSocketFrame.binary(large.span).span)
                == [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0] + large
        )
    }

    @Test("a masked frame is that of RFC 6455 section 5.7")
    func masked() {
        let hello = Array("Hello".utf8)
        #expect(
            array(WebSocketFrame.text(hello.span, mask: 0x3D21_FA37).span)
                == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        )
    }

    @Test("close frames hold code and reason, or nothing")
    func close() {
        #expect(array(WebSocketFrame.close(nil).span) == [0x88, 0])
        #expect(array(WebSocketFrame.close(.normal).span) == [0x88, 2, 0x03, 0xE8])
        let bytes = array(WebSocketFrame.close(.tryAgainLater, reason: "too slow").span)
        #expect(bytes == [0x88, 10, 0x03, 0xF5] + Array("too slow".utf8))
    }

    @Test("the header stands right before a payload of any length up to the capacity")
    func capacity() {
        for capacity in [0, 1, 125, 126, 300, 65_535, 65_536, 66_000] {
            for count in [0, 1, 125, 126, 299, 65_535, 65_536] where count <= capacity {
                let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0) & 0x7F }
                let frame = WebSocketFrame.text(capacity: capacity) { output in
                    #expect(output.freeCapacity == capacity)
                    for byte in payload { output.append(byte) }
                }
                #expect(array(frame.span) == clientFrame(0x81, payload, mask: nil))
            }
        }
    }

    @Test("a payload that cannot be written is no frame")
    func failure() {
        func fill() throws(Full) {
            _ = try WebSocketFrame.text(capacity: 10) { output throws(Full) in
                output.append(1)
                throw Full()
            }
        }
        #expect(throws: Full.self) { try fill() }
    }

    private struct Full: Error {}
}
