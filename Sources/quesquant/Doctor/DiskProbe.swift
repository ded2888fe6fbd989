internal import Glibc
internal import Reactor
internal import Trading

/// How much room there is for the journal, and how long the disk takes to have what it is given.
struct DiskProbe {
    /// Bytes of one write: a group of records.
    private static let writeByteCount = 4_096
    private static let writeCount = 16
    /// A slow disk is known after fewer writes.
    private static let probeMax = Duration.seconds(2)
    static let freeBytesMin: UInt64 = 256 << 20
    static let freeBytesLow: UInt64 = 2 << 30
    /// An emergency stop answers when its latch is on disk.
    static let syncMax = Duration.milliseconds(20)

    /// The directory, or the nearest one above it that is there.
    let path: String

    init(_ directory: String) {
        var path = directory
        while !Self.isDirectory(path) {
            guard let slash = path.lastIndex(of: "/") else {
                path = "."
                break
            }
            path = slash == path.startIndex ? "/" : String(path[..<slash])
        }
        self.path = path
    }

    func findings() -> [Finding] { [free(), speed()] }

    private func free() -> Finding {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else {
            let error = SystemError(code: errno, attempt: "ask for the room of \(path)")
            return finding("disk_space", .fail, "\(error)")
        }
        let bytes = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        let text = "\(FigureText.gibibytes(bytes)) free in \(path)"
        if bytes < Self.freeBytesMin {
            return finding("disk_space", .fail, text, "quoting stops when the journal has no room")
        }
        return bytes < Self.freeBytesLow
            ? finding("disk_space", .warn, text, "a busy day writes a few hundred megabytes")
            : finding("disk_space", .pass, text)
    }

    /// Writes to a file that has no name any more, so that nothing is left whatever happens.
    private func speed() -> Finding {
        let name = "\(path)/.doctor-\(getpid())"
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        let descriptor = unsafe open(name, flags, 0o600)
        guard descriptor >= 0 else {
            let error = SystemError(code: errno, attempt: "write in \(path)")
            return finding("disk_sync", .fail, "\(error)", "--data-dir names a directory of yours")
        }
        defer { close(descriptor) }
        unsafe unlink(name)
        let bytes = [UInt8](repeating: 0x20, count: Self.writeByteCount)
        var times: [Int64] = []
        let begin = MonotonicClock.now()
        while times.count < Self.writeCount
            && MonotonicClock.now() - begin < Self.probeMax.nanoseconds
        {
            let start = MonotonicClock.now()
            // write(2) reads the array's bytes.
            let count = unsafe bytes.withUnsafeBytes {
                unsafe write(descriptor, $0.baseAddress, $0.count)
            }
            guard count == bytes.count, fdatasync(descriptor) == 0 else {
                let error = SystemError(code: errno, attempt: "write and sync in \(path)")
                return finding("disk_sync", .fail, "\(error)")
            }
            times.append(MonotonicClock.now() - start)
        }
        times.sort()
        let median = Duration(nanoseconds: times[times.count / 2])
        let worst = Duration(nanoseconds: times[times.count - 1])
        let text =
            "a write is on disk after \(FigureText.milliseconds(median)), at worst "
            + "\(FigureText.milliseconds(worst))"
        var found =
            median > Self.syncMax
            ? finding("disk_sync", .warn, text, "an emergency stop answers that much later")
            : finding("disk_sync", .pass, text)
        found.figures = [FigureText.figure("median", median), FigureText.figure("max", worst)]
        return found
    }

    private func finding(
        _ name: String,
        _ verdict: Finding.Verdict,
        _ text: String,
        _ advice: String? = nil
    ) -> Finding {
        Finding(area: .host, name: name, verdict: verdict, text: text, advice: advice)
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
