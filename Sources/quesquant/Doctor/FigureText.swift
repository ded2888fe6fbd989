internal import Trading
internal import Wire

/// Numbers for people.
enum FigureText {
    /// Millionths, with at most `decimals` digits behind the point, the rest cut.
    static func decimal(_ millionths: Int64, decimals: Int) -> String {
        var power: Int64 = 1
        for _ in decimals..<6 { power *= 10 }
        let bytes = [UInt8](capacity: DecimalText.byteCountMax) { output in
            DecimalText.append(
                millionths / power,
                decimals: decimals,
                minimumDecimals: 0,
                to: &output
            )
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Of a length of time, at a tenth of a millisecond.
    static func milliseconds(_ duration: Duration) -> String {
        "\(decimal(duration.nanoseconds, decimals: 1)) ms"
    }

    static func dollars(_ money: Money) -> String { "\(decimal(money.raw, decimals: 2)) pUSD" }

    static func gibibytes(_ bytes: UInt64) -> String {
        "\(decimal(Int64(clamping: bytes / 1_024 * 1_000_000 / (1_024 * 1_024)), decimals: 1)) GiB"
    }

    static func figure(_ name: String, _ duration: Duration) -> Finding.Figure {
        Finding.Figure(name: "\(name)_ms", millionths: duration.nanoseconds)
    }

    static func figure(_ name: String, count: Int) -> Finding.Figure {
        Finding.Figure(name: name, millionths: Int64(count) * 1_000_000)
    }
}
