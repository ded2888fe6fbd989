internal import Crypto

/// The settings of a `.env` file: `NAME=value` lines, `#` comments, an optional `export`, values in
/// single or double quotes or bare. No expansion of any kind.
///
/// Secrets (`SettingName.Secret`) go from the file's bytes into `SecretBytes` and never become a
/// `String`.
struct DotEnv {
    /// The largest file that is read, in bytes.
    static let byteCountMax = 64 * 1_024

    let name: String
    /// In the order of the file, each once.
    private(set) var names: [String] = []
    /// Names that stand in the file more than once. The last one counts.
    private(set) var repeatedNames: [String] = []
    /// Why what is secret in the file is none; such secrets are not used.
    let exposure: GuardedFile.Exposure?
    private var values: [String: String] = [:]
    private var secrets: [SettingName.Secret: SecretBytes] = [:]

    /// A file without settings.
    static var empty: DotEnv { DotEnv(name: ".env") }

    private init(name: String) {
        self.name = name
        exposure = nil
    }

    /// - Throws: `UsageError` that names the line.
    init(
        _ text: Span<UInt8>,
        name: String,
        exposure: GuardedFile.Exposure?
    ) throws(UsageError) {
        self.name = name
        self.exposure = exposure
        var lineStart = 0
        var lineNumber = 0
        while lineStart <= text.count {
            var lineEnd = lineStart
            while lineEnd < text.count && text[lineEnd] != UInt8(ascii: "\n") { lineEnd += 1 }
            lineNumber += 1
            let line = Self.trimmed(text, lineStart..<lineEnd)
            lineStart = lineEnd + 1
            if line.isEmpty || text[line.lowerBound] == UInt8(ascii: "#") { continue }
            try readLine(text, line, number: lineNumber)
        }
    }

    /// The file at `path`; empty when there is none.
    static func read(_ path: String) throws(UsageError) -> DotEnv {
        let file = try GuardedFile.read(path, byteCountMax: byteCountMax) {
            (bytes, exposure) throws(UsageError) in
            try DotEnv(bytes, name: path, exposure: exposure)
        }
        return file ?? DotEnv(name: path)
    }

    /// A value that is no secret.
    subscript(name: String) -> String? { values[name] }

    /// Whether the file holds a secret: then it must be guarded.
    var hasSecrets: Bool { !secrets.isEmpty }

    func has(_ name: SettingName.Secret) -> Bool { secrets[name] != nil }

    /// - Throws: `UsageError` when the secret is there and others could read the file.
    func secret(_ name: SettingName.Secret) throws(UsageError) -> SecretBytes? {
        guard let secret = secrets[name] else { return nil }
        if let exposure {
            throw UsageError(
                description: "\(name.rawValue) is not used: \(exposure.sentence(self.name))"
            )
        }
        return secret
    }

    private mutating func readLine(
        _ text: Span<UInt8>,
        _ whole: Range<Int>,
        number: Int
    ) throws(UsageError) {
        var line = whole
        if Self.hasExport(text, line) {
            line = Self.trimmed(text, line.lowerBound + 7..<line.upperBound)
        }
        guard let equals = line.first(where: { text[$0] == UInt8(ascii: "=") }) else {
            throw UsageError(description: "\(name), line \(number): expected NAME=value")
        }
        let keyRange = Self.trimmed(text, line.lowerBound..<equals)
        guard !keyRange.isEmpty, keyRange.allSatisfy({ text[$0].isNameByte }) else {
            throw UsageError(
                description: "\(name), line \(number): a name is letters, digits and _"
            )
        }
        let key = String(decoding: keyRange.map { text[$0] }, as: UTF8.self)
        let rest = Self.trimmed(text, equals + 1..<line.upperBound)
        guard let value = Self.unquoted(text, rest) else {
            throw UsageError(description: "\(name), line \(number): a quote is not closed")
        }
        if names.contains(key) {
            if !repeatedNames.contains(key) { repeatedNames.append(key) }
        } else {
            names.append(key)
        }
        guard let secret = SettingName.Secret(rawValue: key) else {
            values[key] = String(decoding: value.map { text[$0] }, as: UTF8.self)
            return
        }
        guard value.count <= SecretBytes.byteCountMax else {
            throw UsageError(description: "\(name), line \(number): \(key) is too long")
        }
        secrets[secret] =
            value.isEmpty ? nil : SecretBytes(copying: text.extracting(value))
    }

    private static func hasExport(_ text: Span<UInt8>, _ line: Range<Int>) -> Bool {
        let word: StaticString = "export "
        guard line.count >= word.utf8CodeUnitCount else { return false }
        return (0..<word.utf8CodeUnitCount).allSatisfy { index in
            text[line.lowerBound + index] == word.withUTF8Buffer { unsafe $0[index] }
        }
    }

    /// `nil` when a quote is not closed.
    private static func unquoted(_ text: Span<UInt8>, _ value: Range<Int>) -> Range<Int>? {
        guard let first = value.first else { return value }
        let quote = text[first]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            let inner = first + 1..<value.upperBound
            guard let end = inner.first(where: { text[$0] == quote }) else { return nil }
            return inner.lowerBound..<end
        }
        // A comment may follow a bare value after a blank.
        let end = value.first { index in
            index > value.lowerBound && text[index] == UInt8(ascii: "#")
                && text[index - 1].isBlank
        }
        return trimmed(text, value.lowerBound..<(end ?? value.upperBound))
    }

    private static func trimmed(_ text: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var (start, end) = (range.lowerBound, range.upperBound)
        while start < end && text[start].isBlank { start += 1 }
        while end > start && text[end - 1].isBlank { end -= 1 }
        return start..<end
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

    fileprivate var isBlank: Bool {
        self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") || self == UInt8(ascii: "\r")
    }
}
