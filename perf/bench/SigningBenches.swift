internal import Crypto
internal import Trading
internal import Venues

/// What an order's signature costs, and its parts.
enum SigningBenches {
    static var all: [Bench] {
        let sizes = [32, 64, 128, 200]
        return sizes.map(keccak) + [hash, sign(.eoa), sign(.depositWallet), recover, request]
    }

    private static func keccak(byteCount: Int) -> Bench {
        Bench("keccak.\(byteCount)", "Keccak-256 of \(byteCount) bytes") {
            let message = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) }
            var recorder = Recorder(capacity: 2_000, warmUp: 200)
            for _ in 0..<2_000 {
                recorder.time(16) {
                    for _ in 0..<16 { blackHole(Keccak256.hash(message.span)) }
                }
            }
            return .times(recorder)
        }
    }

    private static var hash: Bench {
        Bench("order.hash", "an order's id from its fields") {
            let (_, order) = try material(.eoa)
            var recorder = Recorder(capacity: 2_000, warmUp: 200)
            for _ in 0..<2_000 {
                recorder.time(16) {
                    for _ in 0..<16 {
                        blackHole(Exchange.binary.domain.digest(ofStructHash: order.structHash))
                    }
                }
            }
            return .times(recorder)
        }
    }

    private static func sign(_ type: SignatureType) -> Bench {
        let isWallet = type == .depositWallet
        return Bench(
            isWallet ? "order.sign.wallet" : "order.sign",
            isWallet ? "a deposit wallet's order to its signature" : "an order to its signature",
            .microseconds
        ) {
            var (signer, order) = try material(type)
            var recorder = Recorder(capacity: 2_000, warmUp: 200)
            for index in 0..<2_000 {
                order.salt = Word256(UInt64(index))
                recorder.time { blackHole(signer.sign(order, for: .binary)) }
            }
            return .times(recorder)
        }
    }

    private static var recover: Bench {
        Bench("order.recover", "who signed an order", .microseconds) {
            let (signer, order) = try material(.eoa)
            let signed = signer.sign(order, for: .binary)
            var recorder = Recorder(capacity: 1_000, warmUp: 100)
            for _ in 0..<1_000 {
                recorder.time { blackHole(signed.signature.inner.signer(of: signed.id)?.address) }
            }
            return .times(recorder)
        }
    }

    private static var request: Bench {
        Bench("request.sign", "the HMAC of an order's request, 1 kB, as text") {
            let credentials = try APICredentials(
                address: .zero,
                key: Array("f6fadfa7-e5c1-4b62-a362-da5cc13da58a".utf8).span,
                secret: Array("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".utf8).span,
                passphrase: Array("passphrase".utf8).span
            )
            let method = Array("POST".utf8)
            let path = Array("/order".utf8)
            let body = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000)
            var recorder = Recorder(capacity: 4_000, warmUp: 400)
            for index in 0..<4_000 {
                recorder.time {
                    var text = InlineArray<44, UInt8>(repeating: 0)
                    var span = text.mutableSpan
                    unsafe span.withUnsafeMutableBufferPointer { buffer in
                        // The array's own 44 bytes, all of which are written.
                        var output = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
                        credentials.appendSignature(
                            timestamp: 1_795_436_438 + UInt64(index),
                            method: method.span,
                            path: path.span,
                            body: body.span,
                            to: &output
                        )
                        _ = unsafe output.finalize(for: buffer)
                    }
                    blackHole(text)
                }
            }
            return .times(recorder)
        }
    }

    /// A key that nobody should use, and an order of its account.
    private static func material(
        _ type: SignatureType
    ) throws -> (OrderSigner, ExchangeOrder) {
        let seed = Keccak256.hash("a key for benches")
        let key = try PrivateKey(seed.span)
        let wallet: TradingWallet =
            type == .depositWallet
            ? .deposit(WalletAddress.deposit(of: key.address)) : .eoa(key.address)
        var source = SystemRandomNumberGenerator()
        let order = try wallet.limitOrder(
            .buy,
            Keccak256.hash("a token"),
            price: Price(raw: 4_900),
            size: Quantity(shares: 20),
            tickSize: .hundredth,
            salt: OrderSalt.next(from: &source),
            at: Timestamp(milliseconds: 1_795_436_438_864)
        )
        return (OrderSigner(key), order)
    }
}
