import Glibc
import Reactor
import Synchronization
import Testing
import Wire

@Suite struct TCPListenerTests {
    @Test("an address in use is an error that names it, and is free again after close")
    func addressInUse() throws {
        let loop = EventLoop()
        let first = try TCPListener(on: loop, address: try .loopback()) { _ in }
        let error = #expect(throws: SystemError.self) {
            _ = try TCPListener(on: loop, address: first.address) { _ in }
        }
        #expect(
            error?.description
                == "listen at \(first.address): address already in use (EADDRINUSE)"
        )
        first.close()
        first.close()
        let second = try TCPListener(on: loop, address: first.address) { _ in }
        #expect(second.address == first.address)
        second.close()
        finish(loop)
    }

    @Test("it listens on IPv6 too, and both ends know the other's address")
    func addresses() throws {
        let loop = EventLoop()
        guard
            let listener = try? TCPListener(
                on: loop,
                address: try SocketAddress(host: "::1", port: 0),
                onConnection: { stream in
                    #expect(stream.peer.description.hasPrefix("[::1]:"))
                    stream.close()
                    loop.stop()
                }
            )
        else { return finish(loop) }  // A host without IPv6.
        #expect(listener.address.port != 0)
        TCPStream.connect(on: loop, to: listener.address) { result in
            #expect((try? result.get().peer) == listener.address)
        }
        loop.run()
        #expect(loop.handleCount == 0)
    }

    @Test("it may be closed in its own handler, with more connections waiting")
    func closeInHandler() throws {
        let loop = EventLoop()
        var accepted = 0
        var listener: TCPListener?
        listener = try TCPListener(on: loop, address: try .loopback()) { stream in
            accepted += 1
            stream.close()
            listener?.close()
            listener = nil
        }
        let address = try #require(listener?.address)
        var outcomes = 0
        for _ in 0..<5 {
            TCPStream.connect(on: loop, to: address) { result in
                outcomes += 1
                (try? result.get())?.close()
            }
        }
        drive(loop, "all is over") { outcomes == 5 && loop.handleCount == 1 }
        #expect(accepted == 1)
        finish(loop)
    }

    @Test("without descriptors it pauses instead of spinning, and then accepts what has waited")
    func outOfDescriptors() throws {
        let passed = Shared()
        // Its own descriptor table (unshare), so that the other tests keep theirs.
        let thread = try LoopThread.start(name: "no descriptors") {
            guard unshareDescriptors() else {
                return passed.counter.store(-1, ordering: .releasing)
            }
            let loop = EventLoop()
            var accepted = 0
            var pauses: [String] = []
            guard
                let address = try? SocketAddress.loopback(),
                let listener = try? TCPListener(
                    on: loop,
                    address: address,
                    onConnection: { _ in accepted += 1 }
                )
            else { return }
            listener.onPause = { pauses.append($0.name) }
            for _ in 0..<3 { TCPStream.connect(on: loop, to: listener.address) { _ in } }
            var spares: [Int32] = []
            while case let spare = dup(0), spare >= 0 { spares.append(spare) }
            var turns = 0
            drive(loop, "it pauses twice") {
                turns += 1
                return pauses.count >= 2
            }
            let isCalm = turns < 50 && accepted == 0
            for spare in spares { close(spare) }
            drive(loop, "what waited is accepted") { accepted == 3 }
            finish(loop)
            let isRight = isCalm && pauses.allSatisfy { $0 == "EMFILE" }
            passed.counter.store(isRight ? 1 : 2, ordering: .releasing)
        }
        thread.join()
        #expect(abs(passed.counter.load(ordering: .acquiring)) == 1)
    }
}

/// Gives the calling thread a descriptor table of its own; false where the kernel refuses.
private func unshareDescriptors() -> Bool {
    // A GNU call, which Swift's Glibc does not declare: int unshare(int), CLONE_FILES.
    typealias Unshare = @convention(c) (Int32) -> Int32
    guard let symbol = unsafe dlsym(nil, "unshare") else { return false }
    return unsafe unsafeBitCast(symbol, to: Unshare.self)(0x400) == 0
}
