internal import CUV

/// The C heap of this process, on which Swift's objects live.
public enum Heap {
    /// Returns free pages to the system, those of all threads. By itself glibc returns only what lies
    /// free at a heap's end. Takes 1 ms and more, in proportion to the size of the heaps; a thread
    /// that allocates meanwhile may wait for that long.
    public static func trim() { _ = malloc_trim(0) }
}
