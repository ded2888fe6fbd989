internal import Foundation
internal import Testing
internal import Wire

/// Somebody who trades at the fake venue and writes every byte himself. Orders are signed by
/// `quesquant sign-order`, HMACs made by the openssl program.
final class VenueTrader {
    static let apiKey = "f6fadfa7-e5c1-4b62-a362-da5cc13da58a"
    /// Made up.
    static let secret = "gwnx7UB9RzvAYOzrL5vHOFFVbcLxj_vnvQoN4iMWAVU="
    static let passphrase = "a-passphrase"
    static let credentials = ["--api-key", apiKey, "--secret", secret, "--passphrase", passphrase]

    let venue: LiveVenue
    let address: String
    private let privateKey: String
    private let scratch: Scratch
    private var salt = 1_000

    /// Starts a venue whose account is the trader's. Nobody takes by chance.
    init(_ scratch: Scratch, _ arguments: [String] = []) throws {
        self.scratch = scratch
        venue = try LiveVenue(
            scratch,
            ["--print-env", "--takers", "0"] + Self.credentials + arguments
        )
        address = try venue.printed("POLYMARKET_FUNDER")
        privateKey = try venue.printed("POLYMARKET_PRIVATE_KEY")
    }

    /// Somebody whose orders have been signed by others.
    init(owner: String, key: String, _ arguments: [String]) throws {
        scratch = try Scratch()
        address = owner
        privateKey = ""
        venue = try LiveVenue(
            scratch,
            [
                "--owner", owner, "--api-key", key, "--secret", Self.secret, "--passphrase",
                Self.passphrase,
            ] + arguments
        )
    }

    /// The start of the window of four hours that is open now.
    static var start: Int {
        let now = Int(Date().timeIntervalSince1970)
        return now - now % 14_400
    }

    static var slug: String { "btc-updown-4h-\(start)" }
    static var up: String { "\(start)144001" }
    static var down: String { "\(start)144002" }

    // MARK: - Requests

    /// What a call proves itself with.
    struct Proof {
        var address = ""
        var key = VenueTrader.apiKey
        var secret = VenueTrader.secret
        var passphrase = VenueTrader.passphrase
        /// Seconds that the timestamp is away from the clock.
        var offset = 0
        /// Signed instead of what is sent.
        var body: String?
        var path: String?
    }

    func call(
        _ method: String,
        _ target: String,
        _ body: String = "",
        proof: Proof = Proof()
    ) throws -> Response {
        let timestamp = "\(Int(Date().timeIntervalSince1970) + proof.offset)"
        let path = proof.path ?? String(target.prefix { $0 != "?" })
        let message = timestamp + method + path + (proof.body ?? body)
        return try venue.request(
            method,
            target,
            fields: [
                "POLY_ADDRESS: \(proof.address.isEmpty ? address : proof.address)",
                "POLY_API_KEY: \(proof.key)", "POLY_PASSPHRASE: \(proof.passphrase)",
                "POLY_TIMESTAMP: \(timestamp)",
                "POLY_SIGNATURE: \(try Self.hmac(proof.secret, message, scratch))",
            ],
            body: body
        )
    }

    private static func hmac(_ secret: String, _ message: String, _ scratch: Scratch) throws
        -> String
    {
        let standard = secret.replacingOccurrences(of: "-", with: "+")
            .replacingOccurrences(of: "_", with: "/")
        let key = Data(base64Encoded: standard).map { Array($0) } ?? []
        let digits = key.map { String(format: "%02x", $0) }.joined()
        let child = try Child(
            ["dgst", "-sha256", "-mac", "HMAC", "-macopt", "hexkey:\(digits)"],
            program: "openssl",
            directory: scratch.path,
            input: Array(message.utf8)
        )
        guard try child.exitCode(within: 10) == 0, let hash = child.said.split(separator: " ").last
        else { throw Missing("an HMAC in \(child.said)\(child.complained)") }
        let text = hash.trimmingCharacters(in: .whitespacesAndNewlines)
        let bytes = stride(from: 0, to: text.count, by: 2).map { index in
            UInt8(text.dropFirst(index).prefix(2), radix: 16) ?? 0
        }
        return Data(bytes).base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_")
    }

    // MARK: - Orders

    /// An order and the body that places it.
    struct Signed {
        let id: String
        let body: String
    }

    /// - Parameters:
    ///   - price: hundredths of a dollar.
    ///   - more: members of the body behind the order.
    func sign(
        _ side: String = "BUY",
        _ token: String = VenueTrader.up,
        price: Double = 45,
        shares: Int = 10,
        terms more: String = #""orderType":"GTC","postOnly":true"#
    ) throws -> Signed {
        salt += 1
        let dollars = Int((price * 10_000).rounded()) * shares
        let (maker, taker) =
            side == "BUY" ? (dollars, shares * 1_000_000) : (shares * 1_000_000, dollars)
        let zero = "0x" + String(repeating: "0", count: 64)
        let amounts = #""makerAmount":"\#(maker)","takerAmount":"\#(taker)""#
        let rest =
            #""maker":"\#(address)","signer":"\#(address)","tokenId":"\#(token)",\#(amounts),"#
            + #""timestamp":"1795436438864","metadata":"\#(zero)","builder":"\#(zero)","#
            + #""signatureType":0"#
        let request =
            #"{"privateKey":"\#(privateKey)","chainId":137,"domainVersion":"2","#
            + #""verifyingContract":"0xE111180000d2663C0091e4f400237545B87B996B","#
            + #""order":{"salt":"\#(salt)","side":\#(side == "BUY" ? 0 : 1),\#(rest)}}"#
        let child = try Child(
            ["sign-order", "-"],
            directory: scratch.path,
            input: Array((request + "\n").utf8)
        )
        guard try child.exitCode(within: 10) == 0,
            let id = JSON(parsing: child.said)["orderId"].text,
            let signature = JSON(parsing: child.said)["signature"].text
        else { throw Missing("a signature; \(child.complained)") }
        let order =
            #"{"salt":\#(salt),"side":"\#(side)","expiration":"0","signature":"\#(signature)",\#(rest)}"#
        return Signed(
            id: id,
            body: #"{"deferExec":false,"order":\#(order),"owner":"\#(Self.apiKey)",\#(more)}"#
        )
    }

    /// Places an order and expects that it is taken.
    @discardableResult
    func place(
        _ side: String = "BUY",
        _ token: String = VenueTrader.up,
        price: Double = 45,
        shares: Int = 10
    ) throws -> String {
        let signed = try sign(side, token, price: price, shares: shares)
        let answer = try call("POST", "/order", signed.body)
        #expect(answer.status == 200, "\(answer.body)")
        #expect(answer.json["orderID"].text == signed.id)
        return signed.id
    }

    func cash() throws -> Double {
        let target = "/balance-allowance?asset_type=COLLATERAL&signature_type=0"
        return Double(try call("GET", target).json["balance"].text ?? "") ?? -1
    }

    /// What the venue tells of an order.
    func state(_ id: String) throws -> String {
        try call("GET", "/data/order/\(id)").json["status"].text ?? ""
    }
}

/// A WebSocket to the fake venue.
final class VenueSocket {
    private let socket: LoopbackSocket
    private var decoder: WebSocketDecoder
    /// Set when the venue has closed it.
    private(set) var closeCode: Int?

    init(_ venue: LiveVenue, _ path: String) throws {
        socket = try LoopbackSocket(port: venue.port)
        var generator = SystemRandomNumberGenerator()
        let nonce = (0..<WebSocketClientHandshake.nonceByteCount).map { _ in
            UInt8.random(in: 0...255, using: &generator)
        }
        var handshake = WebSocketClientHandshake(nonce: nonce.span)
        try socket.send(handshake.request(host: "127.0.0.1:\(venue.port)", target: path).bytes)
        let deadline = Deadline(seconds: 5)
        while true {
            let bytes = try socket.read(until: deadline)
            guard !bytes.isEmpty else { throw Missing("an answer to the handshake") }
            handshake.receive(bytes.span)
            guard let rest = try handshake.finish() else { continue }
            decoder = WebSocketDecoder(
                role: .client,
                limits: .init(messageBytesMax: 1_000_000),
                input: rest
            )
            return
        }
    }

    /// Of the account's orders, subscribed.
    static func user(_ venue: LiveVenue, secret: String = VenueTrader.secret) throws -> VenueSocket
    {
        let socket = try VenueSocket(venue, "/ws/user")
        try socket.send(
            #"{"auth":{"apiKey":"\#(VenueTrader.apiKey)","secret":"\#(secret)","#
                + #""passphrase":"\#(VenueTrader.passphrase)"},"type":"user"}"#
        )
        return socket
    }

    func send(_ text: String) throws {
        try socket.send(WebSocketFrame.text(Array(text.utf8).span, mask: 1).bytes)
    }

    /// The next message; `nil` when the venue has closed.
    func next(within seconds: Double = 10) throws -> String? {
        let deadline = Deadline(seconds: seconds)
        while true {
            switch try decoder.next() {
            case .text:
                return decoder.withPayload { payload in
                    String(decoding: payload.indices.map { payload[$0] }, as: UTF8.self)
                }
            case .close(let code):
                closeCode = code.map { Int($0.rawValue) } ?? 1_005
                return nil
            case .ping, .pong, .binary: break
            case nil:
                if deadline.hasPassed { throw Missing("a message in time") }
                let bytes = try socket.read(until: deadline)
                if bytes.isEmpty { return nil }
                decoder.receive(bytes.span)
            }
        }
    }

    /// The first message that is wanted, those before it left out.
    func message(where isWanted: (JSON) -> Bool) throws -> JSON {
        let deadline = Deadline(seconds: 10)
        while !deadline.hasPassed, let text = try next() {
            let json = JSON(parsing: text)
            if isWanted(json) { return json }
        }
        throw Missing("the message that was waited for")
    }
}
