internal import Crypto
internal import Testing
internal import Trading
internal import Venues

@Suite struct GeoblockTests {
    private func decode(_ body: String) throws(ClobAnswerError) -> Geoblock {
        let bytes = Array(body.utf8)
        return try Geoblock.decode(bytes.span)
    }

    @Test("the page says whether, and where it takes us to be; not from which address")
    func answers() throws {
        let blocked = try decode(
            #"{"blocked":true,"ip":"203.0.113.7","country":"US","region":"NY"}"#
        )
        #expect(blocked.isBlocked && blocked.country == "US" && blocked.region == "NY")
        #expect(!"\(blocked)".contains("203.0.113.7"))
        let open = try decode(#"{"x":[{}],"region":null,"country":"IE","blocked":false}"#)
        #expect(!open.isBlocked && open.country == "IE" && open.region.isEmpty)
        let long = try decode(
            "{\"blocked\":false,\"country\":\"a\\nb\(String(repeating: "c", count: 99))\"}"
        )
        #expect(long.country.count == 16 && !long.country.contains("\n"))
    }

    @Test("an answer that does not say whether is refused")
    func refusals() {
        for body in [
            "", "{}", "[]", #"{"blocked":null}"#, #"{"blocked":"no"}"#, #"{"blocked":0}"#,
            #"{"country":"US"}"#, #"{"blocked":false}}"#, #"{"blocked":false,"country":[]}"#,
        ] {
            #expect(throws: ClobAnswerError.self, "\(body)") { try decode(body) }
        }
    }
}

@Suite struct AllowanceCheckTests {
    @Test("an allowance is compared with what there is")
    func standings() {
        let all = Word256(
            constant: "0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
        )
        let cases: [(Word256, Int64, AllowanceCheck.Standing)] = [
            (all, 5, .unlimited), (Word256(1 << 63), 5, .unlimited), (.zero, 0, .missing),
            (Word256(4), 5, .short(Money(raw: 4))), (Word256(5), 5, .covered(Money(raw: 5))),
            (Word256(6), 5, .covered(Money(raw: 6))), (Word256(1), 0, .covered(Money(raw: 1))),
        ]
        for (allowance, balance, standing) in cases {
            #expect(
                AllowanceCheck.standing(allowance, for: Money(raw: balance)) == standing,
                "\(allowance)"
            )
        }
    }
}
