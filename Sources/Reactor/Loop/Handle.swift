internal import CUV

// libuv's rule of lifetimes, and the only place that counts references for C.
//
//   A handle's memory belongs to libuv from uv_*_init until its close callback has run; a
//   request's memory from the call that starts it until its callback has run. In between libuv
//   may call back at any turn of the loop. So:
//
//   * a handle or request lives in its own allocation, never inside a Swift object that may move
//     or die, and is freed in exactly that last callback;
//   * from the start until that callback the Swift owner is retained once (+1) and its address is
//     in the `data` field. The owner can therefore drop its last Swift reference at any moment,
//     also inside one of its own handlers, and what libuv calls back into is still there;
//   * after uv_close, libuv still completes the handle's requests (UV_ECANCELED) and then calls
//     the close callback, in that order, on the loop's thread;
//   * a handle that is never closed is never freed: `EventLoop.run` closes what is left at its end.

/// An object that owns a libuv handle.
protocol HandleOwner: AnyObject {
    /// Starts closing. May be called twice, and from any of the owner's own callbacks.
    func close()

    /// The handle is gone; libuv will not call again.
    func handleDidClose()
}

/// The memory of one libuv handle. Open until `close`; the pointer is only handed out while it is
/// open, so no call can reach a handle that is closing or freed.
///
/// Not generic over the C type: libuv's structs count as unsafe types, and would make every mention
/// of the owner's handle unsafe too.
@safe struct Handle: ~Copyable {
    private var pointer: UnsafeMutableRawPointer?

    /// Nothing yet: an owner must be whole before it can be retained.
    init() { unsafe pointer = nil }

    deinit {
        let isClosed = unsafe pointer == nil
        precondition(isClosed, "the owner of an open handle is retained by it")
    }

    /// The handle while it is open, to be passed to libuv; `nil` from `close` on.
    /// - Parameter kind: the type it was opened as.
    func open<Kind>(as kind: Kind.Type) -> UnsafeMutablePointer<Kind>? {
        unsafe pointer?.assumingMemoryBound(to: kind)
    }

    /// Whether `close` has not been called yet.
    var isOpen: Bool { unsafe pointer != nil }

    /// Allocates the handle and lets `initialize` (uv_*_init) set it up, owned by `owner`.
    /// - Returns: what `initialize` answered; the handle is open when that is zero.
    mutating func open<Kind>(
        for owner: some HandleOwner,
        _ initialize: (UnsafeMutablePointer<Kind>) -> Int32
    ) -> Int32 {
        precondition(!isOpen, "a handle is opened once")
        let memory = UnsafeMutablePointer<Kind>.allocate(capacity: 1)
        let status = unsafe initialize(memory)
        guard status == 0 else {
            // libuv knows nothing of a handle whose init has failed.
            unsafe memory.deallocate()
            return status
        }
        unsafe base(memory).pointee.data = CReference.retain(owner)
        unsafe pointer = UnsafeMutableRawPointer(memory)
        return 0
    }

    /// Hands the handle back to libuv. `handleDidClose` follows at the end of this turn of the loop.
    /// - Returns: false when it was closed before.
    @discardableResult
    mutating func close() -> Bool {
        guard let handle = unsafe pointer else { return false }
        unsafe pointer = nil
        unsafe uv_close(handle.assumingMemoryBound(to: uv_handle_t.self)) { closed in
            // The last callback: the +1 comes back, and the memory is ours again. It is freed
            // before the owner is told, who may let go of everything.
            guard let closed = unsafe closed else { return }
            let owner = unsafe CReference.take(closed.pointee.data, as: AnyObject.self)
            unsafe UnsafeMutableRawPointer(closed).deallocate()
            (owner as? any HandleOwner)?.handleDidClose()
        }
        return true
    }
}

/// Every handle type of libuv starts with the fields of `uv_handle_t` (its "subclass").
func base<Kind>(_ handle: UnsafeMutablePointer<Kind>) -> UnsafeMutablePointer<uv_handle_t> {
    unsafe UnsafeMutableRawPointer(handle).assumingMemoryBound(to: uv_handle_t.self)
}

/// An object reference while C holds it as a `void *`.
enum CReference {
    /// +1: C has it now.
    static func retain(_ object: AnyObject) -> UnsafeMutableRawPointer {
        unsafe Unmanaged.passRetained(object).toOpaque()
    }

    /// The object, still held by C. The caller knows the type because it passed that object with
    /// this very handle or request.
    static func borrow<Object: AnyObject>(
        _ pointer: UnsafeMutableRawPointer?,
        as type: Object.Type
    ) -> Object {
        guard let pointer = unsafe pointer else {
            preconditionFailure("C calls back with the reference it was given")
        }
        return unsafe Unmanaged<Object>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// -1: C has called for the last time.
    static func take<Object: AnyObject>(
        _ pointer: UnsafeMutableRawPointer?,
        as type: Object.Type
    ) -> Object {
        guard let pointer = unsafe pointer else {
            preconditionFailure("C calls back with the reference it was given")
        }
        return unsafe Unmanaged<Object>.fromOpaque(pointer).takeRetainedValue()
    }
}
