internal import Crypto
internal import TestSupport
internal import Testing
internal import Venues

/// The golden vectors, made by the venue's own two clients.
@Suite(.enabled(if: SharedData.isPresent, "\(SharedData.absenceMessage)"))
struct RecordedOrderTests {
    @Test("every recorded order comes out to the last byte: hashes, id, signatures")
    func orders() throws {
        let vectors = try OrderVector.all
        #expect(vectors.count == 27)
        for vector in vectors {
            let order = try vector.exchangeOrder()
            let exchange = try vector.exchange()
            let signer = try vector.orderSigner()
            #expect(try privateKey(vector.privateKey).address.description == vector.eoa)
            #expect(order.structHash.description == vector.structHash, "\(vector.name)")
            #expect(exchange.domain.separator.description == vector.domainSeparator)
            let signed = signer.sign(order, for: exchange)
            #expect(signed.id.description == vector.orderId, "\(vector.name)")
            #expect(signed.signature.text == vector.signature, "\(vector.name)")
            let inner = written { output in
                output.append(UInt8(ascii: "0"))
                output.append(UInt8(ascii: "x"))
                signed.signature.inner.appendHexadecimal(to: &output)
            }
            #expect(inner == vector.innerSignature, "\(vector.name)")
            let digest = try word(vector.signedDigest)
            #expect(signed.signature.inner.signer(of: digest)?.address == signer.key.address)
            #expect(signer.isNamed(in: order), "\(vector.name)")
            // What is signed is what the order id says, but for a deposit wallet.
            #expect((digest == signed.id) == (order.signatureType != .depositWallet))
        }
    }

    private struct ClobAuthFile: Decodable {
        struct Vector: Decodable {
            let privateKey: String
            let chainId: UInt64
            let timestamp: String
            let nonce: UInt64
            let domainSeparator, structHash, digest, signature: String
            let headers: [String: String]
        }
        let vectors: [Vector]
    }

    @Test("every recorded proof of an account comes out to the last byte")
    func clobAuth() throws {
        let vectors = try signingFixture("clob_auth.json", as: ClobAuthFile.self).vectors
        #expect(vectors.count == 6)
        for vector in vectors {
            let key = try privateKey(vector.privateKey)
            let auth = ClobAuth(
                address: key.address,
                timestamp: try #require(UInt64(vector.timestamp)),
                nonce: vector.nonce
            )
            let domain = ClobAuth.domain(chainID: vector.chainId)
            #expect(domain.separator.description == vector.domainSeparator)
            #expect(auth.structHash.description == vector.structHash)
            #expect(auth.digest(chainID: vector.chainId).description == vector.digest)
            let signature = auth.sign(with: key, chainID: vector.chainId)
            let text = "0x" + written { signature.appendHexadecimal(to: &$0) }
            #expect(text == vector.signature)
            #expect(text == vector.headers["POLY_SIGNATURE"])
            #expect(key.address.description == vector.headers["POLY_ADDRESS"])
        }
    }

    private struct HMACFile: Decodable {
        struct Vector: Decodable {
            let secret, timestamp, method, path: String
            let body: String?
            let signature: String
        }
        let vectors: [Vector]
    }

    @Test("every recorded signature of a request comes out")
    func requests() throws {
        let vectors = try signingFixture("l2_hmac.json", as: HMACFile.self).vectors
        #expect(vectors.count == 11)
        for vector in vectors {
            let text = try requestSignature(
                secret: vector.secret,
                timestamp: try #require(UInt64(vector.timestamp)),
                method: vector.method,
                path: vector.path,
                body: vector.body ?? ""
            )
            #expect(text == vector.signature)
        }
    }

    private struct WalletFile: Decodable {
        struct Vector: Decodable {
            let privateKey, eoa, eoaLowercase, proxy, safe, depositBeacon, depositUups: String
        }
        let vectors: [Vector]
    }

    @Test("the recorded accounts have their wallets where they are")
    func wallets() throws {
        let vectors = try signingFixture("wallets.json", as: WalletFile.self).vectors
        #expect(vectors.count == 4)
        for vector in vectors {
            let owner = try privateKey(vector.privateKey).address
            #expect(owner.description == vector.eoa)
            #expect(try address(vector.eoaLowercase) == owner)
            #expect(WalletAddress.proxy(of: owner).description == vector.proxy)
            #expect(WalletAddress.safe(of: owner).description == vector.safe)
            #expect(WalletAddress.deposit(of: owner).description == vector.depositBeacon)
            #expect(WalletAddress.earlierDeposit(of: owner).description == vector.depositUups)
        }
    }
}
