/// Where this server answers otherwise than the original backend did, and why.
enum IntendedDifferences {
    enum Body {
        case exactly(String)
        /// Our own page or document, or a refusal in words of its own.
        case ours

        var text: String? {
            switch self {
            case .exactly(let text): text
            case .ours: nil
            }
        }
    }

    struct Difference {
        var reason: String
        /// `nil` when the status is the same.
        var status: Int?
        /// `nil` when the content is the same.
        var body: Body?
        /// Fields that differ; `nil` for one that is absent here.
        var fields: [String: String?] = [:]
    }

    private static let range =
        "A value outside its range is refused: a slip of the hand must not become an order."
    private static let finite =
        "A number that is not finite is refused and nothing changes; the original stored it, and "
        + "from then on every update failed."

    static let table: [String: Difference] = [
        "R20": Difference(
            reason: "The dashboard is served at the root.",
            status: 200,
            body: .ours
        ),
        "R31": Difference(
            reason: "Our own pages: nothing is loaded from elsewhere.",
            body: .ours
        ),
        "R33": Difference(
            reason: "Our own pages: nothing is loaded from elsewhere.",
            body: .ours
        ),
        "R34": Difference(
            reason: "No page of ours signs in by OAuth.",
            status: 404,
            body: .exactly(#"{"detail":"Not Found"}"#)
        ),
        "R35": Difference(
            reason: "Our own pages have another length.",
            body: .ours
        ),
        "R36": Difference(
            reason: "Our own pages have another length.",
            body: .ours
        ),
        "C01": Difference(
            reason: "The origin is named: a wildcard with credentials is no longer given out.",
            fields: ["access-control-allow-origin": "http://localhost:3000"]
        ),
        "C04": Difference(
            reason: "The origin is named: a wildcard with credentials is no longer given out.",
            fields: ["access-control-allow-origin": "http://localhost:3000"]
        ),
        "C06": Difference(
            reason: "The origin is named: a wildcard with credentials is no longer given out.",
            fields: ["access-control-allow-origin": "http://localhost:3000"]
        ),
        "COOS07": Difference(
            reason: "Nobody writes a size with an underscore on purpose.",
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"int_parsing","loc":["body","order_size"],"msg"\#
                :"Input should be a valid integer, unable to parse string as an in\#
                teger","input":"2_0"}]}
                """#
            )
        ),
        "COOS19": Difference(
            reason: range,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"greater_than_equal","loc":["body","order_size"\#
                ],"msg":"Input should be greater than or equal to 1","input":0,"ct\#
                x":{"ge":1}}]}
                """#
            )
        ),
        "COOS20": Difference(
            reason: range,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"greater_than_equal","loc":["body","order_size"\#
                ],"msg":"Input should be greater than or equal to 1","input":-0.0,\#
                "ctx":{"ge":1}}]}
                """#
            )
        ),
        "COOS21": Difference(
            reason: range,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"greater_than_equal","loc":["body","order_size"\#
                ],"msg":"Input should be greater than or equal to 1","input":0,"ct\#
                x":{"ge":1}}]}
                """#
            )
        ),
        "COOS23": Difference(
            reason: range,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"greater_than_equal","loc":["body","order_size"\#
                ],"msg":"Input should be greater than or equal to 1","input":false\#
                ,"ctx":{"ge":1}}]}
                """#
            )
        ),
        "COOS34": Difference(
            reason: range,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"greater_than_equal","loc":["body","order_size"\#
                ],"msg":"Input should be greater than or equal to 1","input":-9223\#
                372036854775809,"ctx":{"ge":1}}]}
                """#
            )
        ),
        "COOS32": Difference(
            reason: range,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"less_than_equal","loc":["body","order_size"],"\#
                msg":"Input should be less than or equal to 1000000","input":92233\#
                72036854775807,"ctx":{"le":1000000}}]}
                """#
            )
        ),
        "COOS33": Difference(
            reason: range,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"less_than_equal","loc":["body","order_size"],"\#
                msg":"Input should be less than or equal to 1000000","input":92233\#
                72036854775808,"ctx":{"le":1000000}}]}
                """#
            )
        ),
        "COOS35": Difference(
            reason: range,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"less_than_equal","loc":["body","order_size"],"\#
                msg":"Input should be less than or equal to 1000000","input":10000\#
                0000000000000000000000000000,"ctx":{"le":1000000}}]}
                """#
            )
        ),
        "COOS29": Difference(
            reason: finite,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"finite_number","loc":["body","order_size"],"ms\#
                g":"Input should be a finite number","input":"Infinity"}]}
                """#
            )
        ),
        "COOS30": Difference(
            reason: finite,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"finite_number","loc":["body","order_size"],"ms\#
                g":"Input should be a finite number","input":"-Infinity"}]}
                """#
            )
        ),
        "COSO13": Difference(
            reason: range,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"greater_than_equal","loc":["body","spread_offs\#
                et"],"msg":"Input should be greater than or equal to 0","input":-0\#
                .01,"ctx":{"ge":0.0}}]}
                """#
            )
        ),
        "COSO18": Difference(
            reason: range,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"less_than_equal","loc":["body","spread_offset"\#
                ],"msg":"Input should be less than or equal to 0.5","input":1e+308\#
                ,"ctx":{"le":0.5}}]}
                """#
            )
        ),
        "COSO19": Difference(
            reason: range,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"less_than_equal","loc":["body","spread_offset"\#
                ],"msg":"Input should be less than or equal to 0.5","input":true,"\#
                ctx":{"le":0.5}}]}
                """#
            )
        ),
        "COSO30": Difference(
            reason: range,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"less_than_equal","loc":["body","spread_offset"\#
                ],"msg":"Input should be less than or equal to 0.5","input":1e+22,\#
                "ctx":{"le":0.5}}]}
                """#
            )
        ),
        "COSO32": Difference(
            reason: range,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"less_than_equal","loc":["body","spread_offset"\#
                ],"msg":"Input should be less than or equal to 0.5","input":1.2345\#
                678901234568e+17,"ctx":{"le":0.5}}]}
                """#
            )
        ),
        "COSO33": Difference(
            reason: range,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"less_than_equal","loc":["body","spread_offset"\#
                ],"msg":"Input should be less than or equal to 0.5","input":100000\#
                .0,"ctx":{"le":0.5}}]}
                """#
            )
        ),
        "COSO39": Difference(
            reason: range,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"less_than_equal","loc":["body","spread_offset"\#
                ],"msg":"Input should be less than or equal to 0.5","input":100000\#
                00000000000000000000000000000000000,"ctx":{"le":0.5}}]}
                """#
            )
        ),
        "COSO15": Difference(
            reason: finite,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"finite_number","loc":["body","spread_offset"],\#
                "msg":"Input should be a finite number","input":"Infinity"}]}
                """#
            )
        ),
        "COSO16": Difference(
            reason: finite,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"finite_number","loc":["body","spread_offset"],\#
                "msg":"Input should be a finite number","input":"-Infinity"}]}
                """#
            )
        ),
        "COSO24": Difference(
            reason: finite,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"finite_number","loc":["body","spread_offset"],\#
                "msg":"Input should be a finite number","input":"Infinity"}]}
                """#
            )
        ),
        "COIR32": Difference(
            reason: finite,
            status: 422,
            body: .exactly(
                #"""
                {"detail":[{"type":"bool_type","loc":["body","is_running"],"msg":"\#
                Input should be a valid boolean","input":"Infinity"}]}
                """#
            )
        ),
        "ES13": Difference(
            reason: "The stop takes effect and says so; what is no text in its reason is replaced.",
            status: 200,
            body: .exactly(#"{"status":"EMERGENCY_STOP_ACTIVATED","reason":"�"}"#)
        ),
        "T06": Difference(
            reason: "Another major version has another syntax (RFC 9110 section 2.5).",
            status: 505,
            body: .ours,
            fields: ["connection": "close"]
        ),
        "T13": Difference(
            reason: "Readers disagree about folded fields (RFC 9112 section 5.2).",
            status: 400,
            body: .exactly(#""#),
            fields: ["connection": "close"]
        ),
        "T23": Difference(
            reason: "Two lengths are how requests are smuggled (RFC 9112 section 6.3).",
            status: 400,
            body: .exactly(#""#),
            fields: ["connection": "close"]
        ),
        "WH03": Difference(
            reason: "Compression is declined: a frame is encoded once for all clients.",
            fields: ["sec-websocket-extensions": nil]
        ),
        "WH12": Difference(
            reason: "The version that is spoken here is named (RFC 6455 section 4.4).",
            status: 426,
            body: .exactly(#"{"detail":"Sec-WebSocket-Version must be 13"}"#),
            fields: ["connection": "Upgrade", "upgrade": "websocket"]
        ),
        "WH13": Difference(
            reason: "The version that is spoken here is named (RFC 6455 section 4.4).",
            status: 426,
            body: .exactly(#"{"detail":"Sec-WebSocket-Version must be 13"}"#),
            fields: ["connection": "Upgrade", "upgrade": "websocket"]
        ),
        "WH15": Difference(
            reason: "A key is 16 bytes in base64 (RFC 6455 section 4.2.1).",
            status: 400,
            body: .exactly(#"{"detail":"Sec-WebSocket-Key must be 16 bytes in base64"}"#),
            fields: ["connection": "close", "upgrade": nil, "sec-websocket-accept": nil]
        ),
    ]
}
