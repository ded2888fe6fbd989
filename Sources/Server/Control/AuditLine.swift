public import Trading
public import Wire

/// One line of `audit.ndjson`: a control request that was accepted or refused for its key, who sent
/// it, and what it changed. JSON, one object a line, never the key itself.
///
/// ```
/// {"time":"2026-11-24T15:00:00.000000Z","control":"parameters","status":200,
///  "before":{…},"after":{…},"reason":null,"peer":"127.0.0.1:53412","key":"9f86d081"}
/// ```
public enum AuditLine {
    /// Reasons are cut here, in bytes of UTF-8; the API allows no longer ones.
    public static let reasonBytesMax = 4_096

    /// - Parameters:
    ///   - wallTime: nanoseconds since 1970, UTC.
    ///   - status: of the HTTP answer.
    ///   - before: with `after`, what the request changes; `nil` for a refusal.
    public static func make(
        wallTime: Int64,
        control: ControlEndpoint,
        status: Int,
        before: Parameters?,
        after: Parameters?,
        reason: String?,
        origin: ControlOrigin
    ) -> SharedBytes {
        var line = ByteBuffer(capacity: 512)
        line.append("{\"time\":")
        appendTime(wallTime, to: &line)
        line.append(",\"control\":")
        JSONWriter.append(string: control.rawValue, to: &line)
        line.append(",\"status\":")
        append(Int64(status), to: &line)
        line.append(",\"before\":")
        append(before, to: &line)
        line.append(",\"after\":")
        append(after, to: &line)
        line.append(",\"reason\":")
        if let reason {
            JSONWriter.append(string: reason.cut(toUTF8: reasonBytesMax), to: &line)
        } else {
            line.append("null")
        }
        line.append(",\"peer\":")
        JSONWriter.append(string: origin.peer, to: &line)
        line.append(",\"key\":")
        JSONWriter.append(string: origin.keyFingerprint, to: &line)
        line.append("}\n")
        return SharedBytes(copying: line.span)
    }

    /// The contents of `kill.latch`: why the stop is latched, for the operator who finds it.
    public static func latch(
        wallTime: Int64,
        reason: String,
        origin: ControlOrigin
    ) -> SharedBytes {
        var text = ByteBuffer(capacity: 256)
        text.append("{\"state\":\"KILLED\",\"time\":")
        appendTime(wallTime, to: &text)
        text.append(",\"reason\":")
        JSONWriter.append(string: reason.cut(toUTF8: reasonBytesMax), to: &text)
        text.append(",\"peer\":")
        JSONWriter.append(string: origin.peer, to: &text)
        text.append("}\n")
        return SharedBytes(copying: text.span)
    }

    /// The five parameters as the API writes them.
    public static func append(parameters: Parameters, to buffer: inout ByteBuffer) {
        buffer.append("{\"spread_offset\":")
        append(parameters.spreadOffset, to: &buffer)
        buffer.append(",\"order_size\":")
        append(parameters.orderSize, to: &buffer)
        buffer.append(",\"max_position\":")
        append(parameters.maxPosition, to: &buffer)
        buffer.append(",\"min_liquidity\":")
        append(parameters.minLiquidity, to: &buffer)
        buffer.append(parameters.isRunning ? ",\"is_running\":true}" : ",\"is_running\":false}")
    }

    private static func append(_ parameters: Parameters?, to buffer: inout ByteBuffer) {
        guard let parameters else { return buffer.append("null") }
        append(parameters: parameters, to: &buffer)
    }

    private static func append(_ value: Double, to buffer: inout ByteBuffer) {
        buffer.append(upTo: DoubleText.byteCountMax) { DoubleText.append(value, to: &$0) }
    }

    private static func append(_ value: Int64, to buffer: inout ByteBuffer) {
        buffer.append(upTo: DecimalText.byteCountMax) { DecimalText.append(value, to: &$0) }
    }

    private static func appendTime(_ nanoseconds: Int64, to buffer: inout ByteBuffer) {
        buffer.append("\"")
        buffer.append(upTo: DateText.timestampByteCount) {
            DateText.appendTimestamp(nanoseconds: nanoseconds, to: &$0)
        }
        buffer.append("Z\"")
    }
}

extension String {
    /// The longest beginning of whole characters that fits.
    fileprivate func cut(toUTF8 byteCountMax: Int) -> String {
        guard utf8.count > byteCountMax else { return self }
        var result = ""
        var byteCount = 0
        for character in self {
            byteCount += character.utf8.count
            if byteCount > byteCountMax { break }
            result.append(character)
        }
        return result
    }
}
