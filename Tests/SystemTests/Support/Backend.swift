internal import Foundation
internal import Testing

/// A running `quesquant serve` on loopback, on a port of its own.
final class Backend {
    static let key = "a key that nobody guesses"

    let child: Child
    let port: UInt16

    /// Waits until it listens.
    /// - Parameter key: of the environment; `nil` for none.
    init(
        _ scratch: Scratch,
        _ arguments: [String] = [],
        key: String? = Backend.key
    ) throws {
        child = try Child(
            ["serve", "--bind", "127.0.0.1", "--port", "0", "--data-dir", "data"] + arguments,
            environment: key.map { ["DASHBOARD_API_KEY": $0] } ?? [:],
            directory: scratch.path
        )
        let line = try child.line(within: 10) { $0.hasPrefix("LISTENING ") }
        let prefix = "LISTENING 127.0.0.1:"
        guard line.hasPrefix(prefix), let port = UInt16(line.dropFirst(prefix.count)) else {
            throw Missing("a port in \(line)")
        }
        self.port = port
    }

    func request(
        _ method: String,
        _ path: String,
        _ body: String? = nil,
        key: String? = nil,
        fields: [String] = []
    ) throws -> Response {
        var head = ["\(method) \(path) HTTP/1.1", "host: 127.0.0.1:\(port)", "connection: close"]
        head += fields
        if let key { head.append("x-api-key: \(key)") }
        if let body {
            head += ["content-type: application/json", "content-length: \(body.utf8.count)"]
        }
        let socket = try LoopbackSocket(port: port)
        try socket.send((head + ["", body ?? ""]).joined(separator: "\r\n"))
        return try Response(try socket.readToEnd(within: 10))
    }

    func patch(_ body: String, key: String? = Backend.key) throws -> Response {
        try request("PATCH", "/api/v1/control/parameters", body, key: key)
    }

    func stop(_ body: String? = nil, key: String? = Backend.key) throws -> Response {
        try request("POST", "/api/v1/control/emergency-stop", body, key: key)
    }

    func stream() throws -> StreamReader { try StreamReader(port: port) }

    /// Ends it as an operator does, and expects that it ends well.
    func end(_ signal: Int32 = SIGTERM) throws {
        child.send(signal)
        let code = try child.exitCode(within: 10)
        #expect(code == 0, "\(child.complained)")
    }
}

/// An answer of HTTP.
struct Response {
    let status: Int
    let body: String
    private let fields: [String: String]

    init(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { throw Missing("an answer in \(text)") }
        let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
        let words = lines[0].split(separator: " ")
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw Missing("a status line in \(lines[0])")
        }
        self.status = status
        var fields: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw Missing("a colon in \(line)") }
            let value = line[line.index(after: colon)...]
            fields[line[..<colon].lowercased()] = value.trimmingCharacters(in: .whitespaces)
        }
        self.fields = fields
        body = String(text[end.upperBound...])
    }

    subscript(field: String) -> String? { fields[field] }

    var json: JSON { JSON(parsing: body) }
}

/// A value of JSON, for a look at one member after the other.
struct JSON {
    let value: Any?

    init(_ value: Any?) { self.value = value is NSNull ? nil : value }

    init(parsing text: String) {
        self.init(
            try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
        )
    }

    subscript(key: String) -> JSON { JSON((value as? [String: Any])?[key]) }

    var isNull: Bool { value == nil }
    var text: String? { value as? String }
    var number: Double? { (value as? NSNumber)?.doubleValue }
    var integer: Int? { (value as? NSNumber)?.intValue }
    var bool: Bool? { (value as? NSNumber)?.boolValue }
    var keys: Set<String> { Set((value as? [String: Any] ?? [:]).keys) }
    var elements: [JSON] { (value as? [Any] ?? []).map { JSON($0) } }
}
