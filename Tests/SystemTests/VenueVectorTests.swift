internal import Foundation
internal import TestSupport
internal import Testing

/// The fake venue against what the official clients have signed.
@Suite(.enabled(if: ThrowawayCA.isPresent, "\(ThrowawayCA.absenceMessage)"))
struct VenueVectorTests {
    @Test(
        "the published proofs of a private key get an API key, twice the same; altered ones none",
        .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)")
    )
    func privateKey() async throws {
        try await onThread {
            let bytes = try #require(SharedData.bytes("fixtures/signing/clob_auth.json"))
            let vectors = JSON(parsing: String(decoding: bytes, as: UTF8.self))["vectors"].elements
            for vector in vectors where vector["chainId"].integer == 137 {
                let fields = vector["headers"]
                let address = try #require(fields["POLY_ADDRESS"].text)
                let time = try #require(Int(vector["timestamp"].text ?? ""))
                let venue = try LiveVenue(try Scratch(), ["--owner", address])
                let ahead = time - Int(Date().timeIntervalSince1970)
                try venue.control("clock?seconds=\(ahead)")
                func ask(_ method: String, _ path: String, _ signature: String) throws -> Response {
                    try venue.request(
                        method,
                        path,
                        fields: [
                            "POLY_ADDRESS: \(address)", "POLY_SIGNATURE: \(signature)",
                            "POLY_TIMESTAMP: \(time)",
                            "POLY_NONCE: \(vector["nonce"].integer ?? 0)",
                        ]
                    )
                }
                let signature = try #require(vector["signature"].text)
                let altered = signature.dropLast(2) + (signature.hasSuffix("1b") ? "1c" : "1b")
                #expect(try ask("GET", "/auth/derive-api-key", signature).status == 400)
                #expect(try ask("POST", "/auth/api-key", String(altered)).status == 401)
                let made = try ask("POST", "/auth/api-key", signature)
                #expect(made.status == 200, "\(made.body)")
                #expect(try ask("POST", "/auth/api-key", signature).status == 400)
                #expect(try ask("GET", "/auth/derive-api-key", signature).body == made.body)
                try venue.control("clock?seconds=0")
                #expect(try ask("GET", "/auth/derive-api-key", signature).status == 401)
                try venue.end()
            }
        }
    }

    @Test(
        "the published orders have good signatures here, and with another amount bad ones",
        .enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)")
    )
    func publishedOrders() async throws {
        try await onThread {
            let bytes = try #require(SharedData.bytes("fixtures/signing/orders.json"))
            let vectors = JSON(parsing: String(decoding: bytes, as: UTF8.self))["vectors"].elements
            // Session keys are not known here; the others are all signed for some exchange.
            for vector in vectors where vector["name"].text != "deposit-wallet-session-signer" {
                let body = try #require(vector["postBody"].text)
                let eoa = try #require(vector["eoa"].text)
                let type = try #require(vector["order"]["signatureType"].integer)
                let key = try #require(JSON(parsing: body)["owner"].text)
                let trader = try VenueTrader(
                    owner: eoa,
                    key: key,
                    ["--signature-type", "\(type)"]
                )
                let proof = VenueTrader.Proof(address: eoa, key: key)
                let answer = try trader.call("POST", "/order", body, proof: proof)
                let isOurs =
                    vector["verifyingContract"].text?.hasPrefix("0xE111") == true
                    && vector["chainId"].integer == 137
                let text = answer.json["error"].text ?? answer.body
                let name = vector["name"].text ?? ""
                if isOurs {
                    // The signature stands; there is no such market.
                    #expect(text.hasPrefix("No orderbook exists"), "\(name): \(text)")
                } else if name == "exchange-v3-sigtype0" {
                    #expect(text == "order_version_mismatch")
                } else {
                    #expect(text == "invalid signature", "\(name)")
                }
                let amount = try #require(vector["order"]["makerAmount"].text)
                let altered = body.replacingOccurrences(of: "\"\(amount)\"", with: "\"\(amount)0\"")
                let refused = try trader.call("POST", "/order", altered, proof: proof)
                #expect(refused.json["error"].text == "invalid signature", "\(name)")
                try trader.venue.end()
            }
        }
    }
}
