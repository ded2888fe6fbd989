import Glibc
import Reactor
import Testing

@Suite struct DurableFileTests {
    @Test("a replaced file has the new content, mode 0600, and no temporary file beside it")
    func replace() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/latch"
            #expect(try DurableFile.read(path, byteCountMax: 10) == nil)
            for content in [pattern(1), pattern(200_000), [], pattern(10)] {
                try DurableFile.replace(path, with: content.span)
                #expect(try DurableFile.read(path, byteCountMax: 200_000) == content)
                #expect(try DurableFile.read(path + ".new", byteCountMax: 1) == nil)
            }
            var status = stat()
            #expect(unsafe stat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
        }
    }

    @Test("when it cannot be replaced the old content stays and nothing is left beside it")
    func failedReplace() throws {
        try withTemporaryDirectory { directory in
            // A directory cannot be replaced by a file.
            let path = directory + "/occupied"
            try DurableFile.createDirectory(path)
            let error = #expect(throws: SystemError.self) {
                try DurableFile.replace(path, with: [1].span)
            }
            #expect(error?.attempt == "rename \(path).new to \(path)")
            #expect(try DurableFile.read(path + ".new", byteCountMax: 1) == nil)
            #expect(throws: SystemError.self) {
                try DurableFile.replace(directory + "/no/where", with: [1].span)
            }
        }
    }

    @Test("remove says whether the file was there, and that it is not is no error")
    func remove() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/latch"
            try DurableFile.replace(path, with: [1].span)
            #expect(try DurableFile.remove(path))
            #expect(try !DurableFile.remove(path))
            #expect(try DurableFile.read(path, byteCountMax: 1) == nil)
            #expect(throws: SystemError.self) { try DurableFile.remove(directory) }
        }
    }

    @Test("a file larger than the limit is refused, one of exactly the limit is read")
    func limit() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/file"
            for size in [0, 1, 65_535, 65_536, 65_537, 131_072] {
                let content = pattern(size)
                try DurableFile.replace(path, with: content.span)
                #expect(try DurableFile.read(path, byteCountMax: size) == content)
                guard size > 0 else { continue }
                let error = #expect(throws: SystemError.self) {
                    _ = try DurableFile.read(path, byteCountMax: size - 1)
                }
                #expect(error?.name == "EFBIG")
            }
        }
    }

    @Test("directories are created with those above them, and may be there already")
    func directories() throws {
        try withTemporaryDirectory { directory in
            for path in ["/a/b/c", "/a/b/c", "/a/b/d/", "/a"] {
                try DurableFile.createDirectory(directory + path)
            }
            try DurableFile.replace(directory + "/a/b/c/file", with: [1].span)
            let error = #expect(throws: SystemError.self) {
                try DurableFile.createDirectory(directory + "/a/b/c/file")
            }
            #expect(error?.name == "EEXIST")
            #expect(throws: SystemError.self) {
                try DurableFile.createDirectory(directory + "/a/b/c/file/below")
            }
        }
    }

    @Test("a held lock is refused with the holder's name, and is free after its release")
    func lock() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/lock"
            for _ in 0..<2 {
                let lock = try InstanceLock(path: path)
                let error = #expect(throws: SystemError.self) {
                    try InstanceLock(path: path).release()
                }
                #expect(error?.attempt == "lock \(path) (held by process \(getpid()))")
                #expect(error?.code == EAGAIN)
                lock.release()
                lock.release()
            }
            #expect(throws: SystemError.self) {
                try InstanceLock(path: directory + "/no/lock").release()
            }
        }
    }

    @Test("a lock is not taken through a link, and what the link points to stays as it is")
    func lockThroughLink() throws {
        try withTemporaryDirectory { directory in
            let (target, path) = (directory + "/precious", directory + "/lock")
            let content = Array("content".utf8)
            try DurableFile.replace(target, with: content.span)
            #expect(unsafe symlink(target, path) == 0)
            #expect(throws: SystemError.self) { try InstanceLock(path: path).release() }
            #expect(try DurableFile.read(target, byteCountMax: 64) == content)
        }
    }
}
