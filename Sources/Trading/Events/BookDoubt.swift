/// How far the market's feed trusts the book that it tells.
public enum BookDoubt: UInt8, Sendable, CaseIterable {
    case none
    /// The venue says more than we understand: an event or a member that is not known. The book is
    /// a fresh one that agrees with all that we can check, and what it means may have changed:
    /// nothing is added to the position.
    case unfamiliar
    /// The venue itself contradicts the book: a hash that is not that of its content, best prices
    /// that are not the book's, a message that could not be read. Nothing is quoted from it until a
    /// sound snapshot has come.
    case drifted
}
