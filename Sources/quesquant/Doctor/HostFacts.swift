internal import Glibc
internal import Reactor
internal import Trading

/// What the operating system tells of itself, as texts and numbers; what it does not tell is `nil`.
struct HostFacts {
    /// CPUs that this process may run on.
    var cpuCount = 1
    /// Frequency governors of all CPUs, each once; empty where the system has none.
    var governors: [String] = []
    /// `isolcpus`, such as `2-3`; empty for none.
    var isolatedCPUs: String?
    /// `always`, `madvise` or `never`.
    var hugePages: String?
    var acceptQueueMax: Int?
    var clockSource: String?
    /// Whether any swap is in use.
    var hasSwap: Bool?
    /// Available memory, in KiB.
    var availableKibibytes: Int?
    /// Files that may be open: now, and after raising it.
    var openFiles: (soft: UInt64, hard: UInt64)?
    /// Services that set the clock, of those that are known, which run here.
    var timeServices: [String] = []

    private static let textBytesMax = 64 * 1_024
    private static let cpusMax = 1_024
    private static let knownTimeServices = [
        "chronyd", "ntpd", "ntpsec", "openntpd", "systemd-timesyn", "ptp4l", "phc2sys",
    ]

    static func read() -> HostFacts {
        var facts = HostFacts()
        facts.cpuCount = max(1, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        for cpu in 0..<min(facts.cpuCount, cpusMax) {
            let path = "/sys/devices/system/cpu/cpu\(cpu)/cpufreq/scaling_governor"
            if let governor = line(path), !facts.governors.contains(governor) {
                facts.governors.append(governor)
            }
        }
        facts.isolatedCPUs = line("/sys/devices/system/cpu/isolated")
        facts.hugePages = line("/sys/kernel/mm/transparent_hugepage/enabled").flatMap(chosen)
        facts.acceptQueueMax = line("/proc/sys/net/core/somaxconn").flatMap { Int($0) }
        facts.clockSource = line(
            "/sys/devices/system/clocksource/clocksource0/current_clocksource"
        )
        // The first line is the heading.
        facts.hasSwap = text("/proc/swaps").map { $0.split(separator: "\n").count > 1 }
        facts.availableKibibytes = text("/proc/meminfo").flatMap { kibibytes("MemAvailable:", $0) }
        var limit = rlimit()
        if unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            facts.openFiles = (UInt64(limit.rlim_cur), UInt64(limit.rlim_max))
        }
        facts.timeServices = runningTimeServices()
        return facts
    }

    /// The whole of a short file of the kernel.
    private static func text(_ path: String) -> String? {
        guard let bytes = try? DurableFile.read(path, byteCountMax: textBytesMax) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func line(_ path: String) -> String? {
        text(path).map { String($0.prefix { $0 != "\n" }) }
    }

    /// The word in brackets: `always [madvise] never`.
    private static func chosen(_ text: String) -> String? {
        guard let open = text.firstIndex(of: "["), let close = text.firstIndex(of: "]"),
            open < close
        else { return nil }
        return String(text[text.index(after: open)..<close])
    }

    private static func kibibytes(_ name: String, _ text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix(name) {
            return line.dropFirst(name.count).split(separator: " ").first.flatMap { Int($0) }
        }
        return nil
    }

    /// By the names of all processes. In a container the host's are not seen.
    private static func runningTimeServices() -> [String] {
        guard let directory = unsafe opendir("/proc") else { return [] }
        defer { unsafe closedir(directory) }
        var found: [String] = []
        while let entry = unsafe readdir(directory) {
            // readdir's name ends with a zero and is valid until the next call.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe String(cString: $0)
                }
            }
            guard Int(name) != nil, let command = line("/proc/\(name)/comm"),
                knownTimeServices.contains(command), !found.contains(command)
            else { continue }
            found.append(command)
        }
        return found.sorted()
    }
}
