internal import Testing

@testable internal import Journal

@Suite struct CRC32CTests {
    /// RFC 3720 appendix B.4 (printed there in the order of the wire), and the usual check value.
    static let vectors: [(bytes: [UInt8], checksum: UInt32)] = [
        ([], 0),
        (Array("123456789".utf8), 0xE306_9283),
        (Array(repeating: 0, count: 32), 0x8A91_36AA),
        (Array(repeating: 0xFF, count: 32), 0x62A8_AB43),
        (Array(0...31), 0x46DD_794E),
        ((0...31).reversed(), 0x113F_DB5C),
        (
            [
                0x01, 0xC0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x14, 0, 0, 0, 0, 0, 0x04, 0,
                0, 0, 0, 0x14, 0, 0, 0, 0x18, 0x28, 0, 0, 0, 0, 0, 0, 0, 0x02, 0, 0, 0, 0, 0, 0, 0,
            ],
            0xD996_3A56
        ),
    ]

    @Test("the published vectors come out", arguments: vectors.indices)
    func published(index: Int) {
        let (bytes, checksum) = Self.vectors[index]
        #expect(CRC32C.checksum(of: bytes.span) == checksum)
        #expect(NaiveFrame.checksum(bytes) == checksum, "the tests' own one is right too")
    }
}
