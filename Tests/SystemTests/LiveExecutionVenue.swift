internal import Foundation
internal import TestSupport
internal import Testing

/// The venue on loopback with one account that was made up for it, and a backend that trades there.
final class LiveExecutionVenue {
    private static let program: String = {
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appendingPathComponent("fake-venue").path
    }()

    static let apiKey = "0b1c2d3e-4f50-4162-8374-95a6b7c8d9e0"
    static let secret = "c2VjcmV0LW9mLWEtdGVzdC10aGF0LW5vYm9keS1tYXktc2Vl"
    static let passphrase = "a-passphrase-that-nobody-may-see"

    let child: Child
    let port: UInt16
    private let scratch: Scratch
    /// Where it speaks TLS: the root that its controls are asked with.
    private let rootFile: String?

    /// A key that everybody knows, and its account.
    static let privateKey = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
    private static let owner = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"

    /// - Parameter hasCredentials: the account has an API key already, and the settings tell it;
    ///   otherwise the private key is made up, and the API key is asked for.
    convenience init(_ scratch: Scratch, hasCredentials: Bool = false) throws {
        try self.init(scratch, hasCredentials, [], rootFile: nil)
    }

    /// It speaks nothing but TLS, as who the certificate says.
    /// - Parameters:
    ///   - rootFile: a PEM file of who issued it.
    ///   - port: 0 for a free one.
    convenience init(
        _ scratch: Scratch,
        as identity: ThrowawayCA.Identity,
        rootFile: String,
        port: UInt16 = 0
    ) throws {
        let arguments = [
            "--port", "\(port)", "--tls", identity.certificateFile, identity.keyFile,
        ]
        try self.init(scratch, false, arguments, rootFile: rootFile)
    }

    private init(
        _ scratch: Scratch,
        _ hasCredentials: Bool,
        _ more: [String],
        rootFile: String?
    ) throws {
        self.scratch = scratch
        self.rootFile = rootFile
        var arguments = ["--takers", "0"]
        if hasCredentials {
            arguments += ["--owner", Self.owner, "--api-key", Self.apiKey]
            arguments += ["--secret", Self.secret, "--passphrase", Self.passphrase]
        } else {
            arguments += ["--env-file", ".env"]
        }
        child = try Child(arguments + more, program: Self.program, directory: scratch.path)
        let prefix = "LISTENING 127.0.0.1:"
        let line = try child.line(within: 10) { $0.hasPrefix(prefix) }
        guard let port = UInt16(line.dropFirst(prefix.count)) else {
            throw Missing("a port in \(line)")
        }
        self.port = port
        if hasCredentials { try tellSettings() }
    }

    private func tellSettings() throws {
        let lines = """
            POLYMARKET_CLOB_URL=http://127.0.0.1:\(port)
            POLYMARKET_GEOBLOCK_URL=http://127.0.0.1:\(port)/api/geoblock
            POLYMARKET_SIGNATURE_TYPE=eoa
            POLYMARKET_PRIVATE_KEY=0x\(Self.privateKey)
            POLYMARKET_API_KEY=\(Self.apiKey)
            POLYMARKET_API_SECRET=\(Self.secret)
            POLYMARKET_API_PASSPHRASE=\(Self.passphrase)

            """
        try scratch.write(LiveVenue.settings(port: port) + lines, to: ".env")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o600],
            ofItemAtPath: scratch(".env")
        )
    }

    /// A backend that trades here, with money.
    func backend(_ more: [String] = []) throws -> Backend {
        try Backend(
            scratch,
            ["--market", "live", "--execution", "live", "--series", "btc-updown-4h"] + more
        )
    }

    /// Seconds of a window of that series, and for a window's strike, the volatility's first samples
    /// and the account's look.
    private static let windowSeconds = 14_400
    private static let warmUpSeconds = 60.0

    /// The window that runs.
    static var slug: String {
        let now = Int(Date().timeIntervalSince1970)
        return "btc-updown-4h-\(now - now % windowSeconds)"
    }

    /// Waits until an order rests, in a window that has long enough to go.
    static func quoting(_ reader: StreamReader) throws {
        let left = windowSeconds - Int(Date().timeIntervalSince1970) % windowSeconds
        let patience = warmUpSeconds + (left < 300 ? Double(left) : 0)
        _ = try reader.tick(within: patience) { $0.quotes }
    }

    func end() throws {
        child.send(SIGTERM)
        #expect(try child.exitCode(within: 10) == 0, "\(child.complained)")
    }

    // MARK: What it did

    struct Order {
        let id: String
        let price: String
        let state: String
        let matched: Double
        let size: Double
    }

    func orders() throws -> [Order] {
        try get("/control/orders").split(separator: "\n").map { line in
            let json = JSON(parsing: String(line))
            return Order(
                id: json["id"].text ?? "",
                price: json["price"].text ?? "",
                state: json["state"].text ?? "",
                matched: Double(json["matched"].text ?? "") ?? -1,
                size: Double(json["size"].text ?? "") ?? -1
            )
        }
    }

    func summary() throws -> JSON { JSON(parsing: try get("/control/summary")) }

    /// Orders of ours that rest.
    func openCount() throws -> Int { try summary()["open_now"].integer ?? -1 }

    /// Such as `drop/user`, or `take?order=…`.
    func control(_ what: String) throws {
        let answer = try get("/control/\(what)")
        guard answer == "done\n" else { throw Missing("the control \(what), not \(answer)") }
    }

    /// Waits until what the venue tells of itself is so.
    func awaits(
        _ what: String,
        within seconds: Double = 10,
        _ isSo: (LiveExecutionVenue) throws -> Bool
    ) throws {
        let deadline = Deadline(seconds: seconds)
        while !deadline.hasPassed {
            if try isSo(self) { return }
            usleep(20_000)
        }
        let end = try log().split(separator: "\n").suffix(40).joined(separator: "\n")
        throw Missing("\(what); the venue: \(try get("/control/summary")); its log: \(end)")
    }

    /// A stranger takes from a resting order of ours, which stands until then.
    /// - Returns: the order.
    func take(_ shares: Int) throws -> Order {
        let deadline = Deadline(seconds: 10)
        while !deadline.hasPassed {
            // It may be replaced at any moment.
            guard let order = try orders().last(where: { $0.state == "LIVE" }),
                try get("/control/take?order=\(order.id)&size=\(shares)") == "done\n"
            else { continue }
            return order
        }
        throw Missing("an order of ours to take from")
    }

    func log() throws -> String { try get("/control/log") }

    /// How often the log has a line that begins so.
    func logCount(_ line: String) throws -> Int {
        try log().split(separator: "\n").count { $0.hasPrefix(line) }
    }

    private func get(_ path: String) throws -> String {
        if let rootFile { return try getSecurely(path, rootFile) }
        let socket = try LoopbackSocket(port: port)
        try socket.send("GET \(path) HTTP/1.1\r\nhost: venue\r\n\r\n")
        let deadline = Deadline(seconds: 5)
        var bytes: [UInt8] = []
        while true {
            // The venue keeps the connection: the answer ends where its length says.
            let more = try socket.read(until: deadline)
            bytes += more
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let response = try Response(bytes)
                let length = response["content-length"].flatMap { Int($0) } ?? 0
                if text[end.upperBound...].utf8.count >= length { return response.body }
            }
            guard !more.isEmpty else { throw Missing("an answer to \(path)") }
        }
    }

    private func getSecurely(_ path: String, _ rootFile: String) throws -> String {
        let client = try Child(
            [
                "s_client", "-quiet", "-verify_return_error", "-CAfile", rootFile,
                "-connect", "127.0.0.1:\(port)",
            ],
            program: "openssl",
            directory: scratch.path,
            input: Array("GET \(path) HTTP/1.1\r\nhost: venue\r\nconnection: close\r\n\r\n".utf8)
        )
        _ = try client.exitCode(within: 5)
        return try Response(Array(client.said.utf8)).body
    }
}

extension Backend {
    /// A number of `/metrics`; `nil` when it is not there.
    /// - Parameter name: with its labels.
    func metric(_ name: String) throws -> Double? {
        let lines = try request("GET", "/metrics").body.split(separator: "\n")
        return lines.first { $0.hasPrefix(name + " ") }.flatMap {
            Double($0.dropFirst(name.count + 1))
        }
    }

    /// Waits until it is so.
    func awaits(
        _ name: String,
        within seconds: Double = 10,
        _ isSo: (Double) -> Bool
    ) throws {
        let deadline = Deadline(seconds: seconds)
        var last: Double?
        while !deadline.hasPassed {
            last = try metric(name)
            if let last, isSo(last) { return }
            usleep(50_000)
        }
        throw Missing("\(name), which is \(last.map { "\($0)" } ?? "not there")")
    }
}
