internal import Foundation
internal import Testing

/// The venues of the live market on loopback, and a backend that is told to look for them there.
final class LiveVenue {
    private static let program: String = {
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appendingPathComponent("fake-venue").path
    }()

    private let child: Child
    let port: UInt16

    /// - Parameter arguments: of `fake-venue`.
    init(_ scratch: Scratch, _ arguments: [String] = []) throws {
        child = try Child(arguments, program: Self.program, directory: scratch.path)
        let prefix = "LISTENING 127.0.0.1:"
        let line = try child.line(within: 10) { $0.hasPrefix(prefix) }
        guard let port = UInt16(line.dropFirst(prefix.count)) else {
            throw Missing("a port in \(line)")
        }
        self.port = port
    }

    func end() throws {
        child.send(SIGTERM)
        #expect(try child.exitCode(within: 10) == 0, "\(child.complained)")
    }

    /// The setting that it printed (`--print-env`).
    func printed(_ name: String) throws -> String {
        String(try child.line(within: 5) { $0.hasPrefix(name + "=") }.dropFirst(name.count + 1))
    }

    /// The settings that point to a port of this machine.
    static func settings(port: UInt16) -> String {
        """
        POLYMARKET_GAMMA_URL=http://127.0.0.1:\(port)
        POLYMARKET_WS_URL=ws://127.0.0.1:\(port)
        POLYMARKET_RTDS_URL=ws://127.0.0.1:\(port)
        BINANCE_WS_URL=ws://127.0.0.1:\(port)
        POLYMARKET_CLOB_URL=http://127.0.0.1:\(port)
        POLYMARKET_GEOBLOCK_URL=http://127.0.0.1:\(port)/api/geoblock
        BINANCE_REST_URL=http://127.0.0.1:\(port)
        POLYGON_RPC_URL=http://127.0.0.1:\(port)/rpc

        """
    }

    /// A backend that trades here.
    func backend(_ scratch: Scratch, series: String = "btc-updown-4h") throws -> Backend {
        try scratch.write(Self.settings(port: port), to: ".env")
        return try Backend(scratch, ["--market", "live", "--series", series, "--seed", "1"])
    }

    /// Such as `stall/binance`, or `take?side=BUY&size=5`.
    func control(_ what: String) throws {
        let answer = try request("GET", "/control/\(what)")
        guard answer.status == 200 else { throw Missing("the control \(what)") }
    }

    /// Its counts.
    func summary() throws -> JSON { try request("GET", "/control/summary").json }

    /// Waits until it has been asked or told this, so many times.
    func awaits(_ line: String, count: Int = 1, within seconds: Double = 10) throws {
        let deadline = Deadline(seconds: seconds)
        var log = ""
        while !deadline.hasPassed {
            log = try request("GET", "/control/log").body
            if log.split(separator: "\n").count(where: { $0.hasPrefix(line) }) >= count { return }
        }
        throw Missing("\(line), \(count) times, in \(log)")
    }

    /// - Parameter fields: lines of the head.
    /// - Throws: when no whole answer comes.
    func request(
        _ method: String,
        _ target: String,
        fields: [String] = [],
        body: String = "",
        within seconds: Double = 5
    ) throws -> Response {
        let socket = try LoopbackSocket(port: port)
        var head = ["\(method) \(target) HTTP/1.1", "host: venue"] + fields
        if !body.isEmpty { head.append("content-length: \(body.utf8.count)") }
        try socket.send((head + ["", body]).joined(separator: "\r\n"))
        let deadline = Deadline(seconds: seconds)
        var bytes: [UInt8] = []
        while true {
            // The venue keeps the connection: the answer ends where its length says.
            let more = try socket.read(until: deadline)
            bytes += more
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let response = try Response(bytes)
                let length = response["content-length"].flatMap { Int($0) } ?? 0
                if text[end.upperBound...].utf8.count >= length { return response }
            }
            guard !more.isEmpty else { throw Missing("an answer to \(target)") }
        }
    }
}
