internal import Foundation

/// Certificates made for one test run by the `openssl` program, in a directory of their own that
/// is removed with the object. Nobody outside trusts any of them.
public final class ThrowawayCA {
    /// What a skipped test says.
    public static let absenceMessage = "the openssl program is not here; it makes the certificates"

    /// Whether the program is there.
    public static let isPresent = (try? run(["version"])) != nil

    /// A certificate and its key, as PEM files.
    public struct Identity: Sendable {
        public let certificateFile: String
        public let keyFile: String
    }

    /// Why a certificate could not be made.
    public struct Failure: Error {
        public let text: String
    }

    /// The root's certificate: what a client has to trust.
    public let rootFile: String
    private let directory: String
    private var count = 0

    /// Makes a directory and a root in it.
    public init() throws {
        let name = "quesquant-ca-\(UUID().uuidString)"
        directory = NSTemporaryDirectory() + "/" + name
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        rootFile = directory + "/root.pem"
        try makeKey("root.key")
        try Self.run(
            [
                "req", "-x509", "-key", directory + "/root.key", "-out", rootFile, "-days", "30",
                "-subj", "/CN=QuesQuant test root", "-addext", "basicConstraints=critical,CA:TRUE",
            ]
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// A server's certificate, signed by the root.
    ///
    /// - Parameters:
    ///   - names: the subjectAltName in OpenSSL's words: `DNS:localhost,IP:127.0.0.1`; empty
    ///     leaves it out.
    ///   - commonName: the subject's.
    ///   - days: how long it is valid from now on; below zero it has expired so long ago.
    public func issue(
        names: String,
        commonName: String = "server",
        days: Int = 30
    ) throws -> Identity {
        count += 1
        let base = directory + "/server\(count)"
        try makeKey("server\(count).key")
        try Self.run(
            [
                "req", "-new", "-key", base + ".key", "-out", base + ".csr",
                "-subj", "/CN=" + commonName,
            ]
        )
        var extensions = "basicConstraints=CA:FALSE\n"
        if !names.isEmpty { extensions += "subjectAltName=\(names)\n" }
        try extensions.write(toFile: base + ".ext", atomically: false, encoding: .utf8)
        try Self.run(
            [
                "x509", "-req", "-in", base + ".csr", "-CA", rootFile,
                "-CAkey", directory + "/root.key", "-CAcreateserial", "-days", "\(days)",
                "-extfile", base + ".ext", "-out", base + ".pem",
            ]
        )
        return Identity(certificateFile: base + ".pem", keyFile: base + ".key")
    }

    /// A certificate that signed itself.
    public func issueSelfSigned(names: String) throws -> Identity {
        count += 1
        let base = directory + "/server\(count)"
        try makeKey("server\(count).key")
        try Self.run(
            [
                "req", "-x509", "-key", base + ".key", "-out", base + ".pem", "-days", "30",
                "-subj", "/CN=self", "-addext", "subjectAltName=" + names,
            ]
        )
        return Identity(certificateFile: base + ".pem", keyFile: base + ".key")
    }

    private func makeKey(_ name: String) throws {
        try Self.run(
            [
                "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-out", directory + "/" + name,
            ]
        )
    }

    /// - Returns: nothing; what the program says is only wanted when it fails.
    private static func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(text: String(decoding: text, as: UTF8.self))
        }
    }
}

/// Tests may pass it between their threads; only `issue` changes anything, and a test calls it from
/// one place.
extension ThrowawayCA: @unchecked Sendable {}
