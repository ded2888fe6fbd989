internal import Venues
internal import Wire

extension RecordingDamage {
    /// What is wrong with the line, for who has to look at it. Offsets in bytes, from its beginning.
    var sentence: String {
        switch self {
        case .tooLong: "longer than \(RecordingReader.lineBytesMax) bytes"
        case .notJSON(let error): "not JSON: \(words(error.reason)) at byte \(error.offset)"
        case .notAnObject: "not a JSON object"
        case .keys: "the keys of a recorded line are not there once each"
        case .receiveTime: "recv_ts is not a time in seconds"
        case .clocksApart: "recv_ts and the venue's timestamp are too far apart"
        case .slug: "the slug does not tell when the market's window starts and ends"
        case .frame(let error): frameSentence(error)
        case .hashMismatch: "the hash is not that of the frame: something in it was changed"
        case .identityChanged: "the slug, the market and the token do not belong together"
        case .tooManyMarkets: "more than \(RecordingReader.marketsMax) markets"
        case .snapshot(let damage): damage.sentence
        }
    }

    private func frameSentence(_ error: BookFrameError) -> String {
        let reason =
            switch error.reason {
            case .notJSON(let reason): "not JSON, \(words(reason))"
            default: words(error.reason)
            }
        return "not a book frame: \(words(error.field)): \(reason) at byte \(error.offset)"
    }

    /// A case's name, which is words written together.
    private func words(_ value: some Equatable) -> String {
        var text = ""
        var isInsideCapitals = false
        for character in "\(value)" {
            if character.isUppercase && !isInsideCapitals { text += " " }
            isInsideCapitals = character.isUppercase
            text += isInsideCapitals ? character.lowercased() : String(character)
        }
        return text
    }
}

extension SnapshotDamage {
    var sentence: String {
        switch self {
        case .kind: "kind is neither market nor book"
        case .time: "a time is not in milliseconds"
        case .window: "start_ts and end_ts are not the window that the slug names"
        case .payout: "the payouts are not zero and one"
        case .unknownMarket: "no line before describes this market"
        case .repeatedMarket: "a line before describes this market"
        case .side: "side is neither UP nor DOWN"
        case .levels: "the levels are not pairs of price and size"
        case .timeRunsBack: "older than a line before: the recording is not in the order of time"
        }
    }
}
