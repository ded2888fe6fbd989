/// A made-up recording: one market whose best sizes change from frame to frame, four a second.
enum SampleRecording {
    private static let market = "0x" + String(repeating: "5a", count: 32)
    private static let token =
        "71321045679252212594626385532706912750332728571942532289631379312455583992563"

    /// SHA-1 of the first frames as the venue hashes them, computed by another program.
    private static let hashes = [
        "d1a82927ef0924b93f5fbee5ed35b8a9f6b917e1",
        "9dd28ec7e49d31702a97d11ba8aebf71e3edf0e2",
        "b2d49354165ceedf6529548354d777f2812e1c22",
        "5f7413b8d0f02b6387dbff67ee0da67429995dbf",
        "355f1cd178051755f3a150841c293942c6953e4d",
        "629564b39c083faa6ffbb0c99c9519b7ebac85ed",
    ]

    /// Frames whose hashes are known.
    static var hashedCount: Int { hashes.count }

    /// A line; frames past `hashedCount` carry no hash.
    static func line(_ index: Int) -> String {
        let milliseconds = 1_776_323_404_000 + 250 * index
        let hash = index < hashes.count ? "\"hash\":\"\(hashes[index])\"," : ""
        let fraction = ["0", "25", "5", "75"][index % 4]
        return "{\"recv_ts\":\(milliseconds / 1_000).\(fraction),"
            + "\"slug\":\"btc-updown-5m-1776323400\",\"raw\":{\"market\":\"\(market)\","
            + "\"asset_id\":\"\(token)\",\"timestamp\":\"\(milliseconds)\",\(hash)"
            + "\"bids\":[{\"price\":\"0.48\",\"size\":\"900\"},"
            + "{\"price\":\"0.49\",\"size\":\"1200.5\"},"
            + "{\"price\":\"0.5\",\"size\":\"\(300 + index)\"}],"
            + "\"asks\":[{\"price\":\"0.53\",\"size\":\"1000\"},"
            + "{\"price\":\"0.52\",\"size\":\"800\"},"
            + "{\"price\":\"0.51\",\"size\":\"\(420 - index)\"}],"
            + "\"tick_size\":\"0.01\",\"last_trade_price\":\"0.510\",\"event_type\":\"book\"}}"
    }

    static func lines(_ count: Int) -> [String] { (0..<count).map(line) }

    /// As a file has them.
    static func text(_ lines: [String]) -> String { lines.map { $0 + "\n" }.joined() }
}
