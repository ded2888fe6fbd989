internal import Trading
internal import Wire

/// How the outcome of a control request is told to the client.
extension Answer {
    /// The answer to `PATCH /api/v1/control/parameters`.
    init(_ outcome: UpdateOutcome) {
        switch outcome {
        case .applied(let parameters):
            self.init(.ok, json: Self.json(parameters))
        case .auditFailed:
            self.init(
                .internalServerError,
                detail: "Audit log could not be written; nothing was changed"
            )
        case .overtakenByStop:
            self.init(
                HTTPStatus(409),
                detail: "An emergency stop arrived first; nothing was changed"
            )
        case .unavailable:
            self.init(
                .serviceUnavailable,
                detail: "The trading loop did not answer; nothing was changed"
            )
        }
    }

    /// The answer to `POST /api/v1/control/emergency-stop`. It is 200 either way: it stopped.
    init(_ outcome: StopOutcome, reason: String) {
        var json = ByteBuffer()
        json.append(#"{"status":"EMERGENCY_STOP_ACTIVATED","reason":"#)
        JSONWriter.append(string: reason, to: &json)
        if outcome == .notDurable {
            // After the documented keys, where clients ignore what they do not know.
            json.append(
                #","warning":"Stopped, but the latch could not be written: a restart would trade""#
            )
        }
        json.append("}")
        self.init(.ok, json: json)
    }

    /// `{"status":"updated","current_state":{…}}`, floats as the original backend wrote them.
    private static func json(_ parameters: Parameters) -> ByteBuffer {
        var json = ByteBuffer()
        json.append(#"{"status":"updated","current_state":{"spread_offset":"#)
        json.append(upTo: DoubleText.byteCountMax) {
            DoubleText.append(parameters.spreadOffset, to: &$0)
        }
        json.append(#","order_size":"#)
        json.append(upTo: DecimalText.byteCountMax) {
            DecimalText.append(parameters.orderSize, to: &$0)
        }
        json.append(#","max_position":"#)
        json.append(upTo: DecimalText.byteCountMax) {
            DecimalText.append(parameters.maxPosition, to: &$0)
        }
        json.append(#","min_liquidity":"#)
        json.append(upTo: DoubleText.byteCountMax) {
            DoubleText.append(parameters.minLiquidity, to: &$0)
        }
        json.append(#","is_running":"#)
        json.append(parameters.isRunning ? "true}}" : "false}}")
        return json
    }
}

extension Answer {
    /// The answer to a body that was refused.
    init(refusal status: Int, body: SharedBytes) {
        self.init(HTTPStatus(status))
        contentType = "application/json"
        self.body = .shared(body)
    }
}
