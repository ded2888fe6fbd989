import Glibc
import Reactor
import Testing

/// Turns `loop` until `condition` holds. A guard timer fails the test after `seconds`.
func drive(
    _ loop: EventLoop,
    within seconds: Int = 30,
    _ what: Comment,
    sourceLocation: SourceLocation = #_sourceLocation,
    until condition: () -> Bool
) {
    var isLate = false
    let timer = LoopTimer(on: loop) { isLate = true }
    timer.start(afterMilliseconds: seconds * 1_000)
    while !condition() && !isLate { loop.turn() }
    timer.close()
    if isLate { Issue.record(what, sourceLocation: sourceLocation) }
}

/// Ends the loop and expects that nothing is left on it.
func finish(_ loop: EventLoop, sourceLocation: SourceLocation = #_sourceLocation) {
    loop.stop()
    loop.run()
    #expect(loop.handleCount == 0, sourceLocation: sourceLocation)
}

/// The two ends of a connection on one loop.
struct Connection {
    let client: TCPStream
    let server: TCPStream

    init(on loop: EventLoop) throws {
        var accepted: TCPStream?
        var connected: TCPStream?
        let listener = try TCPListener(on: loop, address: try .loopback()) { accepted = $0 }
        TCPStream.connect(on: loop, to: listener.address) { connected = try? $0.get() }
        drive(loop, "the connection is made") { accepted != nil && connected != nil }
        listener.close()
        client = try #require(connected)
        server = try #require(accepted)
    }
}

extension SocketAddress {
    /// Any free port of this host.
    static func loopback() throws -> SocketAddress {
        try SocketAddress(host: "127.0.0.1", port: 0)
    }
}

/// `byteCount` bytes that look random and are the same each time. They repeat after 65,521, a prime,
/// so that a piece that is lost or swapped shows.
func pattern(_ byteCount: Int, seed: UInt64 = 1) -> [UInt8] {
    var period: [UInt8] = []
    var state = seed
    for _ in 0..<min(byteCount, 65_521) {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        period.append(UInt8(truncatingIfNeeded: state >> 56))
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    while bytes.count < byteCount {
        bytes.append(contentsOf: period.prefix(byteCount - bytes.count))
    }
    return bytes
}

/// Appends what a handler is lent.
func append(_ span: Span<UInt8>, to bytes: inout [UInt8]) {
    unsafe span.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) }
}

/// A directory of the test's own, removed with all that is in it.
func withTemporaryDirectory(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/reactor-tests-XXXXXX".utf8CString)
    let path = try #require(
        unsafe template.withUnsafeMutableBufferPointer { buffer in
            unsafe mkdtemp(buffer.baseAddress!).map { unsafe String(cString: $0) }
        }
    )
    defer { removeTree(path) }
    try body(path)
}

private func removeTree(_ path: String) {
    if let directory = unsafe opendir(path) {
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name != "." && name != ".." { removeTree(path + "/" + name) }
        }
        unsafe closedir(directory)
        unsafe rmdir(path)
    } else {
        unsafe unlink(path)
    }
}
