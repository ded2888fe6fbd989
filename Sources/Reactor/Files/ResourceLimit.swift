internal import Glibc

/// What the operating system allows this process.
public enum ResourceLimit {
    /// Raises the number of descriptors that may be open (RLIMIT_NOFILE) to `wanted`, as far as the
    /// hard limit allows. It is never lowered.
    /// - Returns: the limit that holds now.
    @discardableResult
    public static func raiseOpenFiles(to wanted: Int) throws(SystemError) -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw .last("read the limit of open files")
        }
        let target = min(rlim_t(clamping: wanted), limit.rlim_max)
        if target > limit.rlim_cur {
            limit.rlim_cur = target
            guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
                throw .last("raise the limit of open files to \(target)")
            }
        }
        return Int(clamping: limit.rlim_cur)
    }
}
