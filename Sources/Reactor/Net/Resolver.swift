internal import CUV
internal import Glibc

/// Names to addresses, on libuv's thread pool, with a cache.
public final class Resolver {
    /// Called with the addresses in the order in which they should be tried (RFC 6724), at least
    /// one. Their port is the one asked for.
    public typealias Completion = (Result<[SocketAddress], NetError>) -> Void

    private let loop: EventLoop
    private var cache = AddressCache()
    /// Who waits for a name that is being resolved.
    private var waiting: [String: [(port: UInt16, completion: Completion)]] = [:]

    public init(on loop: EventLoop) { self.loop = loop }

    /// What is known without asking: a numeric address, or what the cache believes. `nil` when
    /// `resolve` has to be called.
    public func known(_ host: String, port: UInt16) -> Result<[SocketAddress], NetError>? {
        if let address = try? SocketAddress(host: host, port: port) { return .success([address]) }
        switch cache.answer(for: host, at: MonotonicClock.now()) {
        case nil: return nil
        case .addresses(let addresses): return .success(addresses.map { $0.with(port: port) })
        case .failure(let error): return .failure(error)
        }
    }

    /// Believes these addresses of a name for ever: for private gateways, and for tests.
    public func pin(_ addresses: [SocketAddress], for host: String) {
        cache.pin(addresses, for: host)
    }

    /// Asks the system. Those who ask for the same name at the same time share one answer.
    /// - Parameter completion: called on the loop, exactly once and never inside this call. The
    ///   system gives up by itself, after some seconds; whoever does not want to wait that long
    ///   stops waiting.
    public func resolve(_ host: String, port: UInt16, completion: @escaping Completion) {
        if waiting[host] != nil {
            waiting[host]?.append((port, completion))
            return
        }
        waiting[host] = [(port, completion)]
        NameRequest(host: host, resolver: self).start(on: loop)
    }

    fileprivate func didResolve(_ host: String, _ result: Result<[SocketAddress], NetError>) {
        let now = MonotonicClock.now()
        let answer: AddressCache.Answer
        switch result {
        case .success(let addresses):
            cache.store(addresses, for: host, at: now)
            answer = .addresses(addresses)
        case .failure(let error): answer = cache.store(error, for: host, at: now)
        }
        for (port, completion) in waiting.removeValue(forKey: host) ?? [] {
            switch answer {
            case .addresses(let addresses):
                completion(.success(addresses.map { $0.with(port: port) }))
            case .failure(let error): completion(.failure(error))
            }
        }
    }
}

@available(*, unavailable)
extension Resolver: Sendable {}

/// One question to the system: keeps the resolver alive until libuv has answered.
private final class NameRequest {
    private let host: String
    private let resolver: Resolver

    init(host: String, resolver: Resolver) {
        self.host = host
        self.resolver = resolver
    }

    func start(on loop: EventLoop) {
        let request = UnsafeMutablePointer<uv_getaddrinfo_t>.allocate(capacity: 1)
        unsafe request.pointee.data = CReference.retain(self)
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_family = AF_UNSPEC
        // No IPv6 addresses on a host that has no IPv6.
        unsafe hints.ai_flags = AI_ADDRCONFIG
        // libuv copies the name and the hints.
        let status = unsafe uv_getaddrinfo(
            loop.uv,
            request,
            { request, status, list in
                guard let request = unsafe request else { return }
                let owner = unsafe CReference.take(request.pointee.data, as: NameRequest.self)
                unsafe request.deallocate()
                let addresses = unsafe NameRequest.addresses(list)
                unsafe uv_freeaddrinfo(list)
                owner.didAnswer(status, addresses)
            },
            host,
            nil,
            &hints
        )
        guard status != 0 else { return }
        _ = unsafe CReference.take(request.pointee.data, as: NameRequest.self)
        unsafe request.deallocate()
        // A name that libuv does not even ask for. Not inside `resolve`: in the loop's next turn.
        var timer: LoopTimer?
        timer = LoopTimer(on: loop) {
            timer?.close()
            timer = nil
            self.didAnswer(status, [])
        }
        timer?.start(afterMilliseconds: 0)
    }

    private func didAnswer(_ status: Int32, _ addresses: [SocketAddress]) {
        if status == 0, !addresses.isEmpty {
            resolver.didResolve(host, .success(addresses))
        } else {
            let reason = status == 0 ? "no address" : SystemError(code: status, attempt: "").text
            resolver.didResolve(host, .failure(.unresolved(host: host, reason: reason)))
        }
    }

    /// The internet addresses of a list of getaddrinfo, each once.
    private static func addresses(_ list: UnsafeMutablePointer<addrinfo>?) -> [SocketAddress] {
        var addresses: [SocketAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            let name = unsafe entry.pointee.ai_addr
            let byteCount = unsafe entry.pointee.ai_addrlen
            let address = unsafe SocketAddress.reading { target, room in
                guard let name = unsafe name, unsafe byteCount <= room.pointee else { return false }
                // The list names `byteCount` readable bytes, and the target has room for them.
                unsafe memcpy(target, name, Int(byteCount))
                return true
            }
            if let address, !addresses.contains(address) { addresses.append(address) }
            unsafe next = entry.pointee.ai_next
        }
        return addresses
    }
}
