import TestSupport
import Testing

@testable import Wire

@Suite struct HTTPLimitsTests {
    /// The error of these bytes, which must be the same whole and byte by byte.
    private func error(_ bytes: String, _ limits: HTTPLimits = HTTPLimits()) -> HTTPError? {
        let bytes = Array(bytes.utf8)
        let whole = HTTPTrace([bytes], limits: limits)
        #expect(HTTPTrace(bytes.map { [$0] }, limits: limits) == whole)
        return whole.error
    }

    private func letters(_ count: Int) -> String { String(repeating: "a", count: count) }

    @Test("the default limits are the documented ones")
    func defaults() {
        let limits = HTTPLimits()
        #expect(limits.targetBytesMax == 12_288)
        #expect(limits.headBytesMax == 16_384)
        #expect(limits.fieldCountMax == 256)
        #expect(limits.bodyBytesMax == 65_536)
    }

    @Test("a target of 12 KiB is taken, one byte more is 414")
    func target() {
        func request(_ count: Int) -> String {
            "GET /\(letters(count - 1)) HTTP/1.1\r\nhost: a\r\n\r\n"
        }
        #expect(error(request(12_288)) == nil)
        #expect(error(request(12_289)) == .targetTooLong)
        #expect(HTTPError.targetTooLong.status.code == 414)
        #expect(error("GET /\(letters(80_000))") == .targetTooLong)
    }

    @Test("a head of 16 KiB is taken, one byte more is 431")
    func head() {
        func request(_ count: Int) -> String {
            let rest = "GET / HTTP/1.1\r\nhost: a\r\nx: \r\n\r\n"
            return "GET / HTTP/1.1\r\nhost: a\r\nx: \(letters(count - rest.utf8.count))\r\n\r\n"
        }
        #expect(error(request(16_384)) == nil)
        #expect(error(request(16_385)) == .headTooLarge)
        #expect(HTTPError.headTooLarge.status.code == 431)
        // Empty lines before it and requests behind it are no part of it.
        #expect(error("\r\n" + request(16_384) + request(16_384)) == nil)
        #expect(error("GET / HTTP/1.1\r\nx: \(letters(16_384))") == .headTooLarge)
    }

    @Test("256 fields are taken, one more is 431")
    func fieldCount() {
        func request(_ count: Int) -> String {
            let lines = String(repeating: "x: y\r\n", count: count - 1)
            return "GET / HTTP/1.1\r\nhost: a\r\n" + lines + "\r\n"
        }
        #expect(error(request(256)) == nil)
        #expect(error(request(257)) == .headTooLarge)
    }

    @Test("a body of 64 KiB is taken; a longer one is 413 before its first byte")
    func bodyLength() {
        func head(_ count: Int) -> String {
            "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: \(count)\r\n\r\n"
        }
        #expect(error(head(65_536) + letters(65_536)) == nil)
        #expect(error(head(65_537)) == .bodyTooLarge)
        #expect(HTTPTrace([Array(head(65_537).utf8)]).events.isEmpty)
        #expect(HTTPError.bodyTooLarge.status.code == 413)
    }

    @Test("chunks of 64 KiB together are taken, one byte more is 413")
    func chunkedBody() {
        let head = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
        let chunk = "8000\r\n" + letters(32_768) + "\r\n"
        #expect(error(head + chunk + chunk + "0\r\n\r\n") == nil)
        #expect(error(head + chunk + chunk + "1\r\n") == .bodyTooLarge)
        #expect(error(head + "10001\r\n") == .bodyTooLarge)
    }

    @Test("the size line and the trailer of chunks are limited")
    func chunkFraming() {
        let head = "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n"
        func line(_ count: Int) -> String { "1;" + letters(count - 4) + "\r\n" }
        #expect(error(head + line(256) + "a\r\n0\r\n\r\n") == nil)
        #expect(error(head + line(257) + "a\r\n0\r\n\r\n") == .malformedChunk)
        #expect(error(head + "1;" + letters(300)) == .malformedChunk)
        func trailer(_ count: Int) -> String { "0\r\nx:" + letters(count - 6) + "\r\n\r\n" }
        #expect(error(head + trailer(4_096)) == nil)
        #expect(error(head + trailer(4_097)) == .headTooLarge)
        let lines = String(repeating: "x:\r\n", count: 257)
        #expect(error(head + "0\r\n" + lines + "\r\n") == .headTooLarge)
    }
}
