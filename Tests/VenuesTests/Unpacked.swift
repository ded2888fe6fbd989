internal import Foundation
internal import TestSupport
internal import Wire

/// The recorded files, unpacked by the tools that packed them.
enum Unpacked {
    static var hasGzip: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/gzip") }
    static var hasZstd: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/zstd") }

    /// The whole file, or its first lines.
    static func bytes(_ name: String, lines: Int? = nil) throws -> [UInt8] {
        let tool = name.hasSuffix(".zst") ? "/usr/bin/zstd -dcq" : "/usr/bin/gzip -dc"
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c",
            "\(tool) \"$0\" 2>/dev/null" + (lines.map { " | head -n \($0)" } ?? ""),
            SharedData.path("data/\(name)"),
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Array(data)
    }

    static func lines(_ name: String, lines: Int? = nil) throws -> [[UInt8]] {
        try bytes(name, lines: lines).split(separator: UInt8(ascii: "\n")).map(Array.init)
    }
}

/// A line of the recorded sessions of several feeds: what came, when, and from whom.
struct SessionLine {
    let source: String
    /// When it was received, in milliseconds since 1970.
    let received: Int64
    let payload: [UInt8]

    init(_ line: [UInt8]) throws {
        var reader = JSONReader(line.span)
        _ = try reader.next()
        var source = ""
        var received: Int64 = 0
        var payload: [UInt8] = []
        while case .key(let name) = try reader.next() {
            let token = try reader.next()
            if reader.matches(name, "source"), case .string(let text) = token {
                source = String(decoding: line[text], as: UTF8.self)
            } else if reader.matches(name, "recv_wall_ts"), case .number(let text) = token {
                received = Int64(String(decoding: line[text], as: UTF8.self)) ?? 0
            } else if reader.matches(name, "payload"), case .string(let text) = token {
                var buffer = ByteBuffer(capacity: text.count + 1)
                try buffer.append(upTo: text.count) { output throws(JSONError) in
                    try JSONText.decode(line.span.extracting(text), into: &output)
                }
                let bytes = buffer.span
                payload = bytes.indices.map { bytes[$0] }
            }
        }
        self.source = source
        self.received = received
        self.payload = payload
    }
}
