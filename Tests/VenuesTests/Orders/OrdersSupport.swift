internal import Crypto
internal import TestSupport
internal import Testing
internal import Trading
internal import Venues
internal import Wire

/// A request as a test looks at it.
struct RequestText: Equatable {
    let method: HTTPMethod
    let target: String
    let path: String
    let body: String
    let authentication: ClobRequest.Authentication

    init(_ build: (inout ClobRequest) -> Void) {
        var request = ClobRequest()
        build(&request)
        self.init(request)
    }

    init(_ request: borrowing ClobRequest) {
        method = request.method
        target = string(request.target)
        path = string(request.path)
        body = string(request.body)
        authentication = request.authentication
    }
}

func string(_ bytes: Span<UInt8>) -> String {
    String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
}

/// A recorded answer.
func answer(_ name: String) throws -> [UInt8] {
    try #require(SharedData.bytes("fixtures/polymarket/\(name).json"))
}

/// The order that most recorded answers are about.
let sampleID = Word256(
    constant: "0x1212121212121212121212121212121212121212121212121212121212121212"
)

func outcome(_ status: Int, _ body: String, of id: Word256 = sampleID) -> OrderOutcome {
    outcome(status, Array(body.utf8), of: id)
}

func outcome(_ status: Int, _ body: [UInt8], of id: Word256 = sampleID) -> OrderOutcome {
    OrderAnswer.outcome(status: status, body: body.span, of: id)
}

extension OrderOutcome {
    /// The reason of a refusal.
    var refusal: VenueRefusal.Reason? {
        if case .refused(let refusal) = self { return refusal.reason }
        return nil
    }

    var acceptance: OrderAcceptance? {
        if case .accepted(let acceptance) = self { return acceptance }
        return nil
    }

    var isUnknown: Bool {
        if case .unknown = self { return true }
        return false
    }
}
