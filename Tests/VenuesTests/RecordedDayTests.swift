internal import Foundation
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues

/// The recorded day of settlement prices and markets.
@Suite(
    .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)"),
    .enabled(
        if: FileManager.default.isExecutableFile(atPath: "/usr/bin/gzip"),
        "gzip, which opens the recorded files, is not here"
    )
)
struct RecordedDayTests {
    private func unpacked(_ name: String) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/gzip")
        process.arguments = ["-dc", SharedData.path("data/\(name)")]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Array(data)
    }

    @Test("every price is read, and each comes within 80 seconds of its stamp")
    func prices() throws {
        let bytes = try unpacked("polymarket_chainlink_btcusd_20260724.csv.gz")
        var reader = SettlementPriceReader()
        reader.receive(bytes.span)
        reader.finish()
        var count = 0
        while let item = reader.next() {
            guard case .price(let price) = item else {
                Issue.record("\(item)")
                continue
            }
            count += 1
            #expect(price.received > price.stamp && price.received - price.stamp < .seconds(80))
            #expect(price.value.dollars > 60_000 && price.value.dollars < 70_000)
        }
        #expect(count == 78_515 && reader.damagedCount == 0)
    }

    @Test("every market is read: 140 up, 152 down, 18 of them without a strike")
    func markets() throws {
        let bytes = try unpacked("polymarket_gamma_markets_btc-5m_20260724.jsonl.gz")
        var reader = SettledMarketReader()
        reader.receive(bytes.span)
        reader.finish()
        var up = 0
        var down = 0
        var withoutStrike = 0
        while let item = reader.next() {
            guard case .market(let market) = item else {
                Issue.record("\(item)")
                continue
            }
            if market.winner == .yes { up += 1 }
            if market.winner == .no { down += 1 }
            if market.strike == nil { withoutStrike += 1 }
        }
        #expect(up == 140 && down == 152 && withoutStrike == 18)
    }
}
