internal import Crypto
internal import Glibc

/// The process's environment.
enum Environment {
    static subscript(name: String) -> String? {
        // getenv's text is copied before anything could change the environment, which only
        // `takeSecret` does, at the start.
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }

    /// Whether a secret is set and not empty. Its value is not copied.
    static func has(_ name: SettingName.Secret) -> Bool {
        guard let value = unsafe getenv(name.rawValue) else { return false }
        return unsafe value.pointee != 0
    }

    /// The value of a name, which is overwritten in place and then removed: it is in no child's
    /// environment and no longer in `/proc/PID/environ`.
    ///
    /// What this process cannot reach keeps it: the shell or the service manager that set it, its
    /// history, and the description of a container. A file with mode 0600 has none of these.
    ///
    /// Call it before the first thread is started: the environment belongs to all of them.
    /// - Returns: `nil` when it is not set or longer than a `SecretBytes`.
    static func takeSecret(_ name: SettingName.Secret) -> SecretBytes? {
        guard let value = unsafe getenv(name.rawValue) else { return nil }
        let count = unsafe strlen(value)
        // getenv's text is writable memory of this process, `count` bytes and a zero, and nobody
        // else changes it while we do.
        let buffer = unsafe UnsafeMutableRawBufferPointer(start: value, count: count)
        let secret: SecretBytes? =
            unsafe count <= SecretBytes.byteCountMax
            ? SecretBytes(copying: Span<UInt8>(_unsafeBytes: UnsafeRawBufferPointer(buffer)))
            : nil
        var bytes = unsafe MutableSpan<UInt8>(_unsafeBytes: buffer)
        wipe(&bytes)
        unsafe unsetenv(name.rawValue)
        return secret
    }
}
