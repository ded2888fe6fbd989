internal import Testing
internal import Trading
internal import Venues

@Suite struct MarketBooksTests {
    private let id = MarketID(index: 3)
    private static let start = Timestamp(seconds: 1_776_323_405)

    private func books(tolerant: Bool = false) -> MarketBooks {
        var books = MarketBooks(toleratesUnknownMembers: tolerant)
        _ = books.follow(SampleMarket.definition())
        return books
    }

    /// What a frame means, in a word each.
    private func words(_ text: String, _ books: inout MarketBooks) -> [String] {
        let bytes = Array(text.utf8)
        var frame = MarketBooksFrame(bytes.span)
        var words: [String] = []
        while let item = frame.next(&books) {
            switch item {
            case .event(.bookReplaced): words.append("book")
            case .event(.levelChanged): words.append("change")
            case .event(.bookDoubted(_, let doubt)): words.append("engine: \(doubt)")
            case .event(let event): words.append("\(event)")
            case .doubted(_, let doubt): words.append("doubted \(doubt)")
            case .sound: words.append("sound")
            case .unfamiliar: words.append("unfamiliar")
            }
        }
        return words
    }

    private func requests(_ books: inout MarketBooks, at seconds: Int64) -> Int {
        books.takeSnapshotRequests(at: Self.start + .seconds(seconds)).count
    }

    @Test("a book with the wrong hash is pulled, held and asked for until a sound one comes")
    func hash() {
        var books = books()
        #expect(words(SampleMarket.book(), &books) == ["book"])
        #expect(requests(&books, at: 0) == 0)
        let wrong = SampleMarket.book().replacing("120.5", with: "121.5")
        #expect(
            words(wrong, &books) == ["book", "engine: drifted", "doubted hashMismatch"]
        )
        #expect(requests(&books, at: 1) == 1)
        #expect(words(SampleMarket.changes([SampleMarket.Change()]), &books).isEmpty)
        #expect(words(wrong, &books).isEmpty)
        // Every ten seconds, as long as it takes.
        #expect([2, 10, 11, 12, 20, 21].map { requests(&books, at: $0) } == [0, 0, 1, 0, 0, 1])
        #expect(words(SampleMarket.book(), &books) == ["book", "engine: none", "sound"])
        #expect(requests(&books, at: 60) == 0)
        #expect(words(SampleMarket.changes([SampleMarket.Change()]), &books) == ["change"])
    }

    @Test(
        "an unknown member is told before its message, voids the book once, and stays held against it"
    )
    func member() {
        var books = books()
        _ = words(SampleMarket.book(), &books)
        let frame = SampleMarket.changes([SampleMarket.Change(extra: ",\"unit\":\"lots\"")])
        #expect(
            words(frame, &books)
                == ["unfamiliar", "engine: unfamiliar", "engine: drifted", "doubted unknownFormat"]
        )
        #expect(requests(&books, at: 0) == 1)
        #expect(words(SampleMarket.book(), &books) == ["book", "engine: unfamiliar", "sound"])
        // Known to be unknown: its changes count, as the book is compared as ever.
        #expect(words(frame, &books) == ["change"])
        #expect(requests(&books, at: 60) == 0)

        var tolerant = self.books(tolerant: true)
        _ = words(SampleMarket.book(), &tolerant)
        #expect(words(frame, &tolerant) == ["change"])
    }

    @Test("an unknown event voids the book every time it comes: it may have been a change")
    func event() {
        var books = books()
        _ = words(SampleMarket.book(), &books)
        let frame = SampleMarket.changes([]).replacing("\"price_change\"", with: "\"delta\"")
        #expect(words(frame, &books).contains("engine: drifted"))
        #expect(words(SampleMarket.book(), &books) == ["book", "engine: unfamiliar", "sound"])
        #expect(words(frame, &books) == ["engine: drifted", "doubted unknownFormat"])
    }

    @Test("a ghost is told as it is, and said to be one")
    func ghost() {
        var books = books()
        let ghost = SampleMarket.book {
            $0.bids = [("0.01", "500")]
            $0.asks = [("0.99", "500")]
        }
        #expect(words(ghost, &books) == ["book", "doubted ghostBook"])
        #expect(words(SampleMarket.book(), &books) == ["book", "sound"])
    }

    @Test("a lost connection voids the books; what was held is free after the new one's snapshot")
    func connection() {
        var books = books()
        _ = words(SampleMarket.book(), &books)
        _ = words(SampleMarket.book().replacing("120.5", with: "121.5"), &books)
        #expect(books.disconnected() == [.tickSizeChanged(id, .hundredth)])
        books.reconnected()
        #expect(words(SampleMarket.book(), &books) == ["book", "engine: none", "sound"])
        #expect(books.unfollow(id) == SampleMarket.definition())
        #expect(books.unfollow(id) == nil && books.definitions.isEmpty)
        #expect(books.disconnected().isEmpty)
    }
}
