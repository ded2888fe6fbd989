import Glibc
import Reactor
import Testing
import Wire

@Suite struct FileAppenderTests {
    @Test("what is appended is in the file, in order, also after it is opened again")
    func appended() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/journal"
            var expected: [UInt8] = []
            for round in 0..<3 {
                let file = try FileAppender(path: path)
                #expect(file.byteCount == Int64(expected.count))
                for size in [0, 1, 100, 200_000] {
                    let bytes = pattern(size, seed: UInt64(round))
                    try file.append(bytes.span)
                    expected += bytes
                }
                try file.sync()
                #expect(file.byteCount == Int64(expected.count))
                file.close()
                file.close()
                #expect(throws: SystemError.self) { try file.append([1].span) }
            }
            #expect(try DurableFile.read(path, byteCountMax: 1 << 20) == expected)
            var status = stat()
            #expect(unsafe stat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
        }
    }

    @Test("a full disk is an error that says so")
    func fullDisk() throws {
        let file = try FileAppender(path: "/dev/full")
        for _ in 0..<2 {
            let error = #expect(throws: SystemError.self) { try file.append([1, 2, 3].span) }
            #expect(
                error?.description == "write to /dev/full: no space left on device (ENOSPC)"
            )
        }
        #expect(file.byteCount == 0)
        file.close()
    }

    @Test("a write that stops midway leaves no half record, and the file goes on afterwards")
    func halfWrite() throws {
        try withTemporaryDirectory { directory in
            // As in a full disk, the kernel takes some bytes and then refuses: here at the largest
            // size that the file system allows, reached by a hole.
            let path = directory + "/large"
            let largest = try largestFile(path)
            let start = largest - 40
            #expect(unsafe truncate(path, off_t(start)) == 0)
            let file = try FileAppender(path: path)
            #expect(file.byteCount == start)
            try file.append(pattern(10).span)
            for _ in 0..<3 {
                let error = #expect(throws: SystemError.self) { try file.append(pattern(100).span) }
                #expect(error?.name == "EFBIG" || error?.name == "EOVERFLOW")
                var status = stat()
                #expect(unsafe stat(path, &status) == 0)
                #expect(Int64(status.st_size) == start + 10)
                #expect(file.byteCount == start + 10)
            }
            try file.append(pattern(30).span)
            #expect(file.byteCount == largest)
            file.close()
        }
    }

    @Test("a file that cannot be opened is an error that names it")
    func missingDirectory() {
        let error = #expect(throws: SystemError.self) {
            try FileAppender(path: "/nonexistent/journal").close()
        }
        #expect(error?.attempt == "open /nonexistent/journal")
        #expect(error?.code == ENOENT)
    }

    @Test("a source gives a file's bytes in chunks and then zero")
    func byteSource() throws {
        try withTemporaryDirectory { directory in
            let bytes = pattern(100_000)
            try DurableFile.replace(directory + "/a", with: bytes.span)
            for chunk in [1_000, 7_919, 200_000] {
                let source = try ByteSource(path: directory + "/a")
                var buffer = ByteBuffer()
                var total = 0
                while case let count = try source.read(into: &buffer, upTo: chunk), count > 0 {
                    #expect(count <= chunk)
                    total += count
                }
                #expect(total == bytes.count && buffer.count == bytes.count)
                var copy: [UInt8] = []
                append(buffer.span, to: &copy)
                #expect(copy == bytes)
                source.close()
                source.close()
                #expect(throws: SystemError.self) { _ = try source.read(into: &buffer, upTo: 1) }
            }
            #expect(throws: SystemError.self) { try ByteSource(path: directory + "/b").close() }
            let folder = try ByteSource(path: directory)
            var buffer = ByteBuffer()
            let error = #expect(throws: SystemError.self) {
                _ = try folder.read(into: &buffer, upTo: 1)
            }
            #expect(error?.name == "EISDIR")
            folder.close()
        }
    }
}

/// The largest size that a file at `path` may have, found by halving.
private func largestFile(_ path: String) throws -> Int64 {
    let descriptor = unsafe open(path, O_CREAT | O_WRONLY, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var (low, high): (Int64, Int64) = (0, .max)
    while low < high {
        let middle = low + (high - low) / 2 + 1
        if ftruncate(descriptor, off_t(middle)) == 0 { low = middle } else { high = middle - 1 }
    }
    return low
}
