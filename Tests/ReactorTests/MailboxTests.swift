import Reactor
import Testing

@Suite struct MailboxTests {
    @Test("each thread's messages arrive in its order, none is lost, none comes twice")
    func order() throws {
        let loop = EventLoop()
        var received: [[Int]] = Array(repeating: [], count: 4)
        let mailbox = Mailbox<(Int, Int)>(on: loop, capacity: 64) { received[$0.0].append($0.1) }
        let sender = mailbox.sender
        let count = 5_000
        let threads = try (0..<4).map { index in
            try LoopThread.start(name: "sender \(index)") {
                for number in 0..<count {
                    // A full mailbox refuses; the message is sent again.
                    while !sender.send((index, number)) {}
                }
            }
        }
        drive(loop, "all arrive") { received.allSatisfy { $0.count == count } }
        for thread in threads { thread.join() }
        #expect(received.allSatisfy { $0 == Array(0..<count) })
        mailbox.close()
        finish(loop)
    }

    @Test("a full mailbox refuses, has room again after delivery, and refuses when closed")
    func capacity() {
        let loop = EventLoop()
        var received: [Int] = []
        let mailbox = Mailbox<Int>(on: loop, capacity: 3) { received.append($0) }
        #expect([1, 2, 3, 4].map { mailbox.sender.send($0) } == [true, true, true, false])
        drive(loop, "what waited arrives") { received.count == 3 }
        #expect(received == [1, 2, 3])
        #expect(mailbox.sender.send(5))
        mailbox.close()
        mailbox.close()
        #expect(!mailbox.sender.send(6))
        finish(loop)
        #expect(received == [1, 2, 3])
    }

    @Test("when the loop ends, a mailbox that nobody closed refuses too")
    func endOfLoop() {
        let loop = EventLoop()
        let sender = Mailbox<Int>(on: loop, capacity: 3) { _ in }.sender
        #expect(sender.send(1))
        finish(loop)
        #expect(!sender.send(2))
    }

    @Test("a loop that was told to stop and never ran again ends quietly")
    func stopWithoutRun() {
        EventLoop().stop()
        let loop = EventLoop()
        finish(loop)
        loop.stop()
    }

    @Test("a handler may send to its own mailbox, and close it in the middle of a batch")
    func reentrance() {
        let loop = EventLoop()
        var received: [Int] = []
        var close: () -> Void = {}
        var send: (Int) -> Void = { _ in }
        let mailbox = Mailbox<Int>(on: loop, capacity: 8) { message in
            received.append(message)
            if message == 1 { send(10) }
            if message == 11 { close() }
        }
        send = { _ = mailbox.sender.send($0) }
        close = { mailbox.close() }
        send(1)
        drive(loop, "its own message arrives") { received == [1, 10] }
        send(11)
        send(12)
        drive(loop, "it is closed") { loop.handleCount == 1 }
        #expect(received == [1, 10, 11])
        (send, close) = ({ _ in }, {})
        finish(loop)
    }
}
