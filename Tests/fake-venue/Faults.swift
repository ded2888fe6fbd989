/// What goes wrong on purpose. All of it is asked for at `/control/…`, by GET; `n` is how many times
/// (1 unless told), `path` the beginning of the paths that it strikes (all of them unless told).
///
/// | control | what happens |
/// | --- | --- |
/// | `stall/FEED` | the feed says nothing more, its connections stay and PING is answered |
/// | `go/FEED` | ends `stall`, `lie` and `mute` of the feed |
/// | `mute/FEED` | half-open: as `stall`, and PING is not answered either |
/// | `drop/FEED` | the feed's connections are cut |
/// | `lie/market` | best prices that are not those of the book |
/// | `announce/binance` | Binance announces the end of its connections |
/// | `resolve/SLUG?winner=Up` | the market is over: orders cancelled, winners paid, the socket told |
/// | `tick-size?slug=&tick=` | the market moves to another grid, and says so |
/// | `take?slug=&side=&size=&price=` | a stranger takes: side BUY or SELL of Up, at `price` or better |
/// | `take?order=&size=` | a stranger takes from this order, wherever it stands in the queue |
/// | `foreign-order?slug=&outcome=&side=&price=&size=` | an order in the wallet that another key placed |
/// | `lose-answers?n=&path=` | the request is carried out, then the connection closed unanswered |
/// | `half-open?n=&path=` | the request is swallowed; nothing is ever answered on its connection |
/// | `late-ack?ms=&n=&path=` | the request is carried out at once and answered so much later |
/// | `status?path=&code=&n=&retry-after=` | 425, 429, 500 or another, not carried out |
/// | `mode/post-only?seconds=` | 503 to orders that are not post-only |
/// | `mode/cancel-only?seconds=` | 503 to orders; cancels work |
/// | `mode/normal` | ends both |
/// | `restart?seconds=&post-only=` | sockets cut, 425 so long, then post-only mode so long |
/// | `cancel-all-lies?n=` | cancel-all and cancel-market say done, and do nothing |
/// | `duplicate?n=` | so many of the next user events come twice |
/// | `reorder?n=` | so many of the next user events come behind the one after them |
/// | `fail-trade?n=` | so many of the next trades: MATCHED, RETRYING, FAILED |
/// | `funds?cash=&allowance=` | dollars in the wallet; what the exchange may take of them |
/// | `closed-only?on=1` | the account may only sell |
/// | `geoblock?on=1` | the venue does not serve where we are |
/// | `clock?seconds=` | the venue's clock goes so far before ours (or behind) |
/// | `log`, `orders`, `trades`, `summary` | what was asked; orders and trades as lines of JSON; counts |
///
/// FEED is `binance`, `prices`, `market` or `user`.
struct Faults {
    /// Something that strikes a few requests.
    struct Strike {
        var path = ""
        var left = 0

        mutating func strikes(_ path: String) -> Bool {
            guard left > 0, path.hasPrefix(self.path) else { return false }
            left -= 1
            return true
        }
    }

    struct Status {
        var code: Int
        var retryAfter: Int?
    }

    enum Mode: String {
        case normal
        case postOnly = "post-only"
        case cancelOnly = "cancel-only"
    }

    var lostAnswers = Strike()
    var halfOpen = Strike()
    var lateAnswers = Strike()
    var lateMilliseconds = 0
    var statusStrike = Strike()
    var status = Status(code: 425)
    var cancelLies = 0
    var isGeoblocked = false
    /// Seconds that the venue's clock is ahead of ours.
    var clockSeconds: Int64 = 0
    /// Up to when, in nanoseconds of the venue's clock, nothing is served.
    private var restartsUntil: Int64 = 0
    private var mode = Mode.normal
    private var modeUntil: Int64 = 0

    mutating func enter(_ mode: Mode, until time: Int64) {
        self.mode = mode
        modeUntil = time
    }

    mutating func restart(until time: Int64, postOnlyUntil: Int64) {
        restartsUntil = time
        enter(.postOnly, until: postOnlyUntil)
    }

    func isRestarting(at now: Int64) -> Bool { now < restartsUntil }

    func mode(at now: Int64) -> Mode { now < modeUntil ? mode : .normal }

    /// Whole seconds until the mode ends.
    func modeSeconds(at now: Int64) -> Int { Int(max(modeUntil - now, 0) / 1_000_000_000) + 1 }

    mutating func takesCancelLie() -> Bool {
        guard cancelLies > 0 else { return false }
        cancelLies -= 1
        return true
    }

    /// The answer that the venue gives with a status, and nothing done.
    static func answer(_ status: Status) -> Answer {
        var answer: Answer
        switch status.code {
        case 425: answer = Answer(status: 425, plain: "service not ready")
        case 429: answer = Answer(status: 429, error: "Too Many Requests")
        case 500: answer = Answer(status: 500, error: "could not insert order")
        case 503: answer = cancelOnly
        default: answer = Answer(status: status.code, error: "Internal server error")
        }
        if let seconds = status.retryAfter { answer.retryAfter = seconds }
        return answer
    }

    static let cancelOnly = Answer(
        status: 503,
        error: "Trading is currently cancel-only. New orders are not accepted, but cancels are "
            + "allowed."
    )

    static func postOnly(seconds: Int) -> Answer {
        let body: JSONValue = [
            "error": "post-only mode", "code": "post_only_mode",
            "retry_after_seconds": .number(seconds),
        ]
        var answer = Answer(status: 503, json: body)
        answer.retryAfter = seconds
        return answer
    }
}
