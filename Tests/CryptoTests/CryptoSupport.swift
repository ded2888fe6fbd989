internal import Crypto
internal import Testing

/// The bytes that hexadecimal digits stand for, with or without `0x`.
func bytes(_ text: String) -> [UInt8] {
    let digits = Array(text.hasPrefix("0x") ? text.dropFirst(2) : Substring(text))
    return stride(from: 0, to: digits.count, by: 2).map { index in
        UInt8(String(digits[index...(index + 1)]), radix: 16) ?? 0
    }
}

// Spans cannot be arguments inside `#expect`; arrays and texts can.

func hexadecimalWord(_ text: String) -> Word256? {
    Word256(hexadecimal: Array(text.utf8).span)
}

func word(_ text: String) throws -> Word256 {
    try #require(hexadecimalWord(text), "\(text)")
}

func word(_ bytes: [UInt8]) -> Word256 { Word256(bytes.span) }

func decimalWord(_ text: String) -> Word256? { Word256(decimal: Array(text.utf8).span) }

func keccak256(_ bytes: [UInt8]) -> Word256 { Keccak256.hash(bytes.span) }

func hexadecimal(_ word: Word256) -> String { hexadecimal(word.span) }

func recoverable(_ bytes: [UInt8]) -> RecoverableSignature? { RecoverableSignature(bytes.span) }

func address(_ text: String) throws -> EthereumAddress {
    try EthereumAddress(hexadecimal: Array(text.utf8).span)
}

func privateKey(_ text: String) throws -> PrivateKey {
    try PrivateKey(hexadecimal: Array(text.utf8).span)
}

func privateKey(_ bytes: [UInt8]) throws -> PrivateKey { try PrivateKey(bytes.span) }

/// What a writer of text writes.
func written(
    upTo capacity: Int = 1_024,
    _ write: (inout OutputSpan<UInt8>) -> Void
) -> String {
    let bytes = [UInt8](capacity: capacity) { output in write(&output) }
    return String(decoding: bytes, as: UTF8.self)
}
