internal import Trading
internal import Wire

/// Reads the messages of one frame of the user socket: a frame is one object or an array of them.
///
///     var frame = UserFrame(bytes)
///     while let message = try frame.next() { ... }
public struct UserFrame: ~Copyable, ~Escapable {
    /// Orders of makers in one trade.
    public static let makersMax = 1_024
    /// The latest time that is believed, in milliseconds: the year 2255.
    static let millisecondsMax: Int64 = 9_000_000_000_000

    private var reader: JSONReader
    private var state = State.start

    private enum State {
        case start
        case inArray
        case done
    }

    @_lifetime(copy bytes)
    public init(_ bytes: Span<UInt8>) {
        reader = JSONReader(bytes)
    }

    /// The next message; `nil` behind the last. After an error the frame is to be given up.
    @_lifetime(self: copy self)
    public mutating func next() throws(UserError) -> UserMessage? {
        guard state != .done else { return nil }
        switch try UserScalars.token(&reader) {
        case .beginObject:
            var object = UserObject()
            try object.read(&reader)
            if state == .start { try finish() }
            return try object.message()
        case .beginArray where state == .start:
            state = .inArray
            return try next()
        case .endArray where state == .inArray:
            try finish()
            return nil
        default: throw .wrongType(InlineText())
        }
    }

    @_lifetime(self: copy self)
    private mutating func finish() throws(UserError) {
        _ = try UserScalars.token(&reader)
        state = .done
    }
}
