internal import ArgumentParser
internal import Crypto
internal import Reactor
internal import Venues
internal import Wire

struct SignOrderCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign-order",
        abstract: "Print the hash and the signature of orders given as JSON.",
        discussion: """
            For support and for checking against other clients. Reads one object a line, from a \
            file or, with -, from standard input:

              {"privateKey":"0x...","chainId":137,"verifyingContract":"0x...","domainVersion":"2",
               "order":{"salt":"1","maker":"0x...","signer":"0x...","tokenId":"...",
               "makerAmount":"...","takerAmount":"...","side":0,"signatureType":0,"timestamp":"...",
               "metadata":"0x...","builder":"0x..."}}

            and prints {"orderId":"0x...","signature":"0x..."} a line. A deposit wallet's order \
            (signatureType 3) is signed with sessionPrivateKey if there is one. Other members are \
            not looked at.

            A line that cannot be signed is named on standard error with its number, and the exit \
            code is 1. An order that does not name the key's account is signed and remarked on. \
            Nothing is sent anywhere. Keys are never printed; do not leave them in shell histories \
            or files either.
            """
    )

    @Argument(help: "The orders; - for standard input.")
    var file: String

    private static let chunkBytes = 1 << 16

    func run() throws {
        let refused: Int
        do {
            refused = try sign()
        } catch {
            fail("\(error)", code: 1)
        }
        // Each has been named already.
        if refused > 0 { throw ExitCode.failure }
    }

    /// - Returns: how many lines were refused.
    private func sign() throws(SystemError) -> Int {
        let source = try ByteSource(path: file)
        defer { source.close() }
        var reader = SigningRequestReader()
        var chunk = ByteBuffer(capacity: Self.chunkBytes)
        var refused = 0
        var isAtEnd = false
        while !isAtEnd {
            isAtEnd = try source.read(into: &chunk, upTo: Self.chunkBytes) == 0
            if isAtEnd { reader.finish() } else { reader.receive(chunk.span) }
            var used = chunk.mutableSpan
            wipe(&used)
            chunk.removeAll()
            while let item = reader.next() {
                switch item {
                case .request(let line, let request):
                    if !request.signer.isNamed(in: request.order) {
                        Console.complain(
                            "\(source.name), line \(line): the order does not name the key's "
                                + "account; the venue will refuse this signature"
                        )
                    }
                    Console.say(request.sign().json)
                case .refused(let line, let error):
                    refused += 1
                    Console.complain("\(source.name), line \(line): \(error)")
                }
            }
        }
        return refused
    }
}

extension SignedOrder {
    fileprivate var json: String {
        let signatureText = [UInt8](capacity: OrderSignature.textByteCountMax) { output in
            signature.appendText(to: &output)
        }
        let text = String(decoding: signatureText, as: UTF8.self)
        return "{\"orderId\":\"\(id)\",\"signature\":\"\(text)\"}"
    }
}
