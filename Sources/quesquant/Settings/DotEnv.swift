internal import Glibc
internal import Reactor

/// The settings of a `.env` file: `NAME=value` lines, `#` comments, an optional `export`, values in
/// single or double quotes or bare. No expansion of any kind.
struct DotEnv {
    /// The largest file that is read, in bytes.
    static let byteCountMax = 64 * 1_024

    private var values: [String: String] = [:]

    /// - Throws: `UsageError` that names the line.
    init(_ text: String, name: String) throws(UsageError) {
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            var line = Substring(raw).trimmedBlanks
            if line.isEmpty || line.first == "#" { continue }
            if line.hasPrefix("export ") { line = line.dropFirst(7).trimmedBlanks }
            guard let equals = line.firstIndex(of: "=") else {
                throw UsageError(description: "\(name), line \(index + 1): expected NAME=value")
            }
            let key = line[..<equals].trimmedBlanks
            guard !key.isEmpty, key.utf8.allSatisfy(\.isNameByte) else {
                throw UsageError(
                    description: "\(name), line \(index + 1): a name is letters, digits and _"
                )
            }
            let value = Self.unquoted(line[line.index(after: equals)...].trimmedBlanks)
            guard let value else {
                throw UsageError(description: "\(name), line \(index + 1): a quote is not closed")
            }
            values[String(key)] = value
        }
    }

    /// The file at `path`; empty when there is none.
    static func read(_ path: String) throws(UsageError) -> DotEnv {
        let bytes: [UInt8]?
        do {
            bytes = try DurableFile.read(path, byteCountMax: byteCountMax)
        } catch {
            throw UsageError(description: "\(error)")
        }
        return try DotEnv(String(decoding: bytes ?? [], as: UTF8.self), name: path)
    }

    subscript(name: String) -> String? { values[name] }

    /// `nil` when a quote is not closed.
    private static func unquoted(_ text: Substring) -> String? {
        guard let quote = text.first, quote == "\"" || quote == "'" else {
            // A comment may follow a bare value after a blank.
            let end = text.range(ofBlankAndHash: ()) ?? text.endIndex
            return String(text[..<end].trimmedBlanks)
        }
        let inner = text.dropFirst()
        guard let end = inner.firstIndex(of: quote) else { return nil }
        return String(inner[..<end])
    }
}

/// The process's environment.
enum Environment {
    static subscript(name: String) -> String? {
        // getenv's text is copied before anything could change the environment; nothing here does.
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}

extension Substring {
    fileprivate var trimmedBlanks: Substring {
        var text = self
        while let first = text.first, first == " " || first == "\t" || first == "\r" {
            text.removeFirst()
        }
        while let last = text.last, last == " " || last == "\t" || last == "\r" {
            text.removeLast()
        }
        return text
    }

    fileprivate func range(ofBlankAndHash: Void) -> Index? {
        var previous: Character?
        for index in indices {
            if self[index] == "#" && (previous == " " || previous == "\t") { return index }
            previous = self[index]
        }
        return nil
    }
}

extension UInt8 {
    fileprivate var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
