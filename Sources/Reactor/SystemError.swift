internal import CUV
internal import Glibc

/// What the operating system answered when asked for something: `errno`, what was attempted, and
/// both as a sentence: `bind 127.0.0.1:8002: address already in use (EADDRINUSE)`.
public struct SystemError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The `errno` (positive). libuv's own codes, which have none, are kept as their magnitude.
    public let code: Int32

    /// What was attempted, with its object: `open /var/lib/quesquant/journal`.
    public let attempt: String

    /// - Parameters:
    ///   - code: an `errno` or, negative, a libuv status (on Unix `-errno`).
    ///   - attempt: what was attempted, a verb and its object.
    public init(code: Int32, attempt: String) {
        self.code = code < 0 ? -code : code
        self.attempt = attempt
    }

    /// The error of the C call that just failed. Read before anything else can change `errno`.
    static func last(_ attempt: @autoclosure () -> String) -> SystemError {
        let code = errno
        return SystemError(code: code, attempt: attempt())
    }

    /// The system's words for the code.
    public var text: String { unsafe Self.words { unsafe uv_strerror_r(-code, $0, $1) } }

    /// The code's name: `EADDRINUSE`.
    public var name: String { unsafe Self.words { unsafe uv_err_name_r(-code, $0, $1) } }

    public var description: String { "\(attempt): \(text) (\(name))" }

    private static func words(
        _ fill: (UnsafeMutablePointer<CChar>?, Int) -> UnsafeMutablePointer<CChar>?
    ) -> String {
        // libuv writes at most `count` bytes, the last of them zero.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer in
            unsafe buffer.initialize(repeating: 0)
            _ = unsafe fill(buffer.baseAddress, buffer.count)
            return unsafe String(cString: UnsafePointer(buffer.baseAddress!))
        }
    }
}
