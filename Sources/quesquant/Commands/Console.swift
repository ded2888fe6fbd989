internal import Glibc

/// Lines for people and programs, written at once: a program that waits for a line must not wait
/// for a buffer to fill.
enum Console {
    /// On standard output.
    static func say(_ line: String) { put(line, on: 1) }

    /// On standard error, under the program's name.
    static func complain(_ sentence: String) { put("quesquant: \(sentence)", on: 2) }

    /// On standard error, as it is.
    static func explain(_ message: String) { put(message, on: 2) }

    private static func put(_ line: String, on descriptor: Int32) {
        let bytes = Array((line + "\n").utf8)
        // write(2) reads the bytes it is lent. If nobody reads the other end there is nobody to
        // tell either.
        _ = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    }
}

/// Says what is wrong and ends the process.
func fail(_ sentence: String, code: Int32) -> Never {
    Console.complain(sentence)
    exit(code)
}

/// Prints a message of several lines as it is and ends the process.
func fail(message: String, code: Int32) -> Never {
    Console.explain(message)
    exit(code)
}
