/// Which end of the connection we are. A server refuses unmasked frames and sends unmasked ones; a
/// client the other way round (RFC 6455 section 5.1).
public enum WebSocketRole: Equatable, Sendable {
    case server, client
}

/// How much of a peer is taken.
public struct WebSocketLimits: Equatable, Sendable {
    /// Bytes of a message, all its fragments together; judged on the frame's header. More is closed
    /// with 1009. The default is for clients that have nothing to say.
    public var messageBytesMax = 4 * 1_024
    /// Bytes of buffer kept between messages; what a larger message needed is given back after it.
    public var retainedBytesMax = 16 * 1_024

    public init() {}

    public init(messageBytesMax: Int) {
        self.messageBytesMax = messageBytesMax
    }
}

/// A frame's opcode (RFC 6455 section 5.2).
enum WebSocketOpcode: UInt8, Sendable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    var isControl: Bool { rawValue & 0x8 != 0 }
}

/// The status code of a close frame (RFC 6455 section 7.4).
public struct WebSocketCloseCode: RawRepresentable, Equatable, Sendable {
    public let rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The purpose is fulfilled.
    public static let normal = WebSocketCloseCode(rawValue: 1_000)
    /// The server goes down, or the page is left.
    public static let goingAway = WebSocketCloseCode(rawValue: 1_001)
    public static let protocolError = WebSocketCloseCode(rawValue: 1_002)
    public static let unsupportedData = WebSocketCloseCode(rawValue: 1_003)
    /// Text that is not UTF-8.
    public static let invalidData = WebSocketCloseCode(rawValue: 1_007)
    public static let policyViolation = WebSocketCloseCode(rawValue: 1_008)
    public static let messageTooBig = WebSocketCloseCode(rawValue: 1_009)
    public static let internalError = WebSocketCloseCode(rawValue: 1_011)
    /// The server is overloaded, or this client does not read fast enough.
    public static let tryAgainLater = WebSocketCloseCode(rawValue: 1_013)

    /// Whether the code may stand in a frame: defined by the RFC or the registry (1004, 1005, 1006
    /// and 1015 never travel), or left to libraries and applications.
    public var maySend: Bool {
        switch rawValue {
        case 1_000...1_003, 1_007...1_014, 3_000...4_999: true
        default: false
        }
    }
}

/// What a peer did wrong. The connection is failed with `closeCode` (RFC 6455 section 7.1.7).
public enum WebSocketError: Error, Equatable, Sendable {
    /// A reserved bit, though no extension was agreed on.
    case reservedBits
    case unknownOpcode
    /// A client that does not mask, or a server that does.
    case wrongMasking
    /// A length that fits a shorter form, or with its highest bit set.
    case lengthNotMinimal
    /// A control frame over 125 bytes.
    case controlTooLong
    /// A control frame in fragments.
    case controlFragmented
    /// A continuation of nothing.
    case unexpectedContinuation
    /// A new message before the fragments of the last one are complete.
    case interruptedMessage
    /// A close frame of one byte, or with a code that never travels.
    case badClose
    /// A text or a close reason that is not UTF-8.
    case invalidUTF8
    /// More than `WebSocketLimits.messageBytesMax`.
    case messageTooBig

    public var closeCode: WebSocketCloseCode {
        switch self {
        case .reservedBits, .unknownOpcode, .wrongMasking, .lengthNotMinimal, .controlTooLong,
            .controlFragmented, .unexpectedContinuation, .interruptedMessage, .badClose:
            .protocolError
        case .invalidUTF8: .invalidData
        case .messageTooBig: .messageTooBig
        }
    }
}
