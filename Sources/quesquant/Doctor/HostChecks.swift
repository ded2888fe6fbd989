internal import Trading

/// Whether a host is fit for trading, from what it tells. No I/O.
enum HostChecks {
    /// Connections of a busy API, and some: `serve` raises its limit to what is allowed.
    static let openFilesMin: UInt64 = 16_384
    static let acceptQueueMin = 1_024
    static let availableKibibytesMin = 512 * 1_024
    /// Clocks that are read without a system call.
    private static let quickClocks = [
        "tsc", "kvm-clock", "hyperv_clocksource_tsc_page", "arch_sys_counter",
    ]

    static func findings(_ facts: HostFacts) -> [Finding] {
        [
            cpus(facts), governor(facts), isolation(facts), clockSource(facts), timeService(facts),
            hugePages(facts), memory(facts), swap(facts), openFiles(facts), acceptQueue(facts),
        ]
    }

    private static func finding(
        _ name: String,
        _ verdict: Finding.Verdict,
        _ text: String,
        _ advice: String? = nil
    ) -> Finding {
        Finding(area: .host, name: name, verdict: verdict, text: text, advice: advice)
    }

    private static func unknown(_ name: String) -> Finding {
        finding(name, .skip, "this system does not tell")
    }

    private static func cpus(_ facts: HostFacts) -> Finding {
        let text = facts.cpuCount == 1 ? "1 CPU" : "\(facts.cpuCount) CPUs"
        guard facts.cpuCount >= 4 else {
            return finding(
                "cpus",
                .warn,
                "\(text) for the trading, the API and the journal thread",
                "4 or more keep the trading thread to itself"
            )
        }
        return finding("cpus", .pass, text)
    }

    private static func governor(_ facts: HostFacts) -> Finding {
        guard !facts.governors.isEmpty else { return unknown("governor") }
        let text = facts.governors.sorted().joined(separator: ", ")
        guard facts.governors == ["performance"] else {
            return finding(
                "governor",
                .warn,
                "CPU frequency governor: \(text): a sleeping CPU wakes slowly",
                "cpupower frequency-set -g performance"
            )
        }
        return finding("governor", .pass, "CPU frequency governor: performance")
    }

    private static func isolation(_ facts: HostFacts) -> Finding {
        guard let isolated = facts.isolatedCPUs else { return unknown("isolated_cpus") }
        guard isolated.isEmpty else {
            return finding(
                "isolated_cpus",
                .pass,
                "isolated: \(isolated)",
                "serve --trading-cpu N --spin with one of them"
            )
        }
        return finding(
            "isolated_cpus",
            .pass,
            "no CPU is isolated; the trading thread shares with everything",
            facts.cpuCount >= 4
                ? "boot with isolcpus=N nohz_full=N, then serve --trading-cpu N --spin" : nil
        )
    }

    private static func clockSource(_ facts: HostFacts) -> Finding {
        guard let source = facts.clockSource, !source.isEmpty else {
            return unknown("clock_source")
        }
        guard quickClocks.contains(source) else {
            return finding(
                "clock_source",
                .warn,
                "clock source \(source): reading the clock is a system call",
                "echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource, "
                    + "if tsc is available there"
            )
        }
        return finding("clock_source", .pass, "clock source \(source)")
    }

    private static func timeService(_ facts: HostFacts) -> Finding {
        guard !facts.timeServices.isEmpty else {
            return finding(
                "time_service",
                .warn,
                "no service that sets the clock is seen here",
                "run chronyd; in a container the host's counts, and the clock checks judge"
            )
        }
        return finding("time_service", .pass, facts.timeServices.joined(separator: ", "))
    }

    private static func hugePages(_ facts: HostFacts) -> Finding {
        guard let mode = facts.hugePages else { return unknown("huge_pages") }
        guard mode != "always" else {
            return finding(
                "huge_pages",
                .warn,
                "transparent huge pages: always: the kernel may stop us to make some",
                "echo madvise > /sys/kernel/mm/transparent_hugepage/enabled"
            )
        }
        return finding("huge_pages", .pass, "transparent huge pages: \(mode)")
    }

    private static func memory(_ facts: HostFacts) -> Finding {
        guard let available = facts.availableKibibytes else { return unknown("memory") }
        let text = "\(FigureText.gibibytes(UInt64(max(available, 0)) * 1_024)) of memory available"
        guard available >= availableKibibytesMin else {
            return finding("memory", .warn, text, "512 MiB or more")
        }
        return finding("memory", .pass, text)
    }

    private static func swap(_ facts: HostFacts) -> Finding {
        guard let hasSwap = facts.hasSwap else { return unknown("swap") }
        guard hasSwap else { return finding("swap", .pass, "no swap") }
        return finding(
            "swap",
            .warn,
            "swap is on: a page that is fetched from it stops the trading thread",
            "swapoff -a, or vm.swappiness=0"
        )
    }

    private static func openFiles(_ facts: HostFacts) -> Finding {
        guard let limit = facts.openFiles else { return unknown("open_files") }
        let text =
            limit.hard == .max ? "unlimited" : "up to \(limit.hard), \(limit.soft) to begin with"
        guard limit.hard >= openFilesMin else {
            return finding(
                "open_files",
                .warn,
                "open files: \(text)",
                "LimitNOFILE=65536 in the service, or ulimit -Hn 65536"
            )
        }
        return finding("open_files", .pass, "open files: \(text)")
    }

    private static func acceptQueue(_ facts: HostFacts) -> Finding {
        guard let length = facts.acceptQueueMax else { return unknown("somaxconn") }
        guard length >= acceptQueueMin else {
            return finding(
                "somaxconn",
                .warn,
                "net.core.somaxconn is \(length): dashboards that come at once are refused",
                "sysctl -w net.core.somaxconn=4096"
            )
        }
        return finding("somaxconn", .pass, "net.core.somaxconn is \(length)")
    }
}
