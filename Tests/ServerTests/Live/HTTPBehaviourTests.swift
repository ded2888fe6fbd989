import Server
import Testing
import Trading

@Suite struct HTTPBehaviourTests {
    private static let health = "GET /health HTTP/1.1\r\nhost: h\r\n\r\n"

    private static func patch(_ body: String, key: String = "testkey", more: String = "") -> String
    {
        "PATCH /api/v1/control/parameters HTTP/1.1\r\nhost: h\r\nx-api-key: \(key)\r\n\(more)"
            + "content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    private static func stop(_ body: String) -> String {
        "POST /api/v1/control/emergency-stop HTTP/1.1\r\nhost: h\r\nx-api-key: testkey\r\n"
            + "content-length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test("pipelined requests are answered in order, also behind one that takes its time")
    func pipelining() throws {
        let server = try LiveServer()
        try server.perform { $0.control.holds = true }
        let client = try RawClient(port: server.port)
        client.send(
            Self.health + Self.patch(#"{"order_size":20}"#) + Self.health
                + "GET /nope HTTP/1.1\r\nhost: h\r\n\r\n"
        )
        #expect(try client.response().body == #"{"status":"ok","connections":0}"#)
        try server.wait { $0.control.origins.count == 1 }
        #expect(client.input.isEmpty)
        try server.perform { $0.control.completeAll() }
        #expect(try client.response().body.contains(#""order_size":20"#))
        #expect(try client.response().status == 200)
        #expect(try client.response().status == 404)
        try server.stop()
    }

    @Test("a hundred requests in one segment and one drip-fed request are all answered")
    func manyAndSlow() throws {
        let server = try LiveServer()
        let client = try RawClient(port: server.port)
        client.send(String(repeating: Self.health, count: 100))
        for _ in 0..<100 { #expect(try client.response().status == 200) }
        for byte in Self.patch(#"{"max_position":7}"#).utf8 { client.send([byte]) }
        #expect(try client.response().body.contains(#""max_position":7"#))
        try server.stop()
    }

    @Test(
        "100 comes before the body is sent; a refusal comes instead of it and ends the connection"
    )
    func expectContinue() throws {
        let server = try LiveServer()
        let client = try RawClient(port: server.port)
        let whole = Self.patch(#"{"order_size":20}"#, more: "expect: 100-continue\r\n")
        let head = String(whole.dropLast(#"{"order_size":20}"#.count))
        client.send(head)
        #expect(try client.response().status == 100)
        client.send(#"{"order_size":20}"#)
        #expect(try client.response().status == 200)

        client.send(
            Self.patch("", key: "wrong", more: "expect: 100-continue\r\n")
                .replacing("content-length: 0", with: "content-length: 17")
        )
        let refusal = try client.response()
        #expect(refusal.status == 403)
        #expect(refusal["connection"] == "close")
        #expect(try client.readToEnd().isEmpty)
        try server.stop()
    }

    @Test("a wrong key is refused before the body is looked at, noted first, and never passed on")
    func wrongKey() throws {
        let server = try LiveServer()
        let client = try RawClient(port: server.port)
        // Half a body, and no JSON either.
        client.send(
            "PATCH /api/v1/control/parameters HTTP/1.1\r\nhost: h\r\nx-api-key: wrong\r\n"
                + "content-length: 10\r\n\r\n{bad"
        )
        #expect(try client.response().status == 403)
        client.send("xxxxxx" + Self.health)
        #expect(try client.response().status == 200)
        let refusals = try server.perform { context in
            context.control.refusals.map {
                "\($0.endpoint) \($0.status) \($0.origin.keyFingerprint)"
            }
        }
        // printf wrong | sha256sum
        #expect(refusals == ["parameters 403 8810ad58"])
        #expect(try server.perform { $0.control.origins.isEmpty })
        try server.stop()
    }

    @Test("without a configured key every control request is 500, and noted")
    func noKey() throws {
        let server = try LiveServer { $0.apiKey = "" }
        let client = try RawClient(port: server.port)
        client.send(Self.stop(""))
        let response = try client.response()
        #expect(response.status == 500)
        #expect(response.body == #"{"detail":"Security key not configured on server"}"#)
        #expect(try server.perform { $0.control.refusals.map(\.status) } == [500])
        #expect(try server.perform { $0.control.stopReasons.isEmpty })
        try server.stop()
    }

    @Test("each outcome of an update has its answer")
    func updateOutcomes() throws {
        let server = try LiveServer()
        let table: [(UpdateOutcome, Int, String)] = [
            (
                .auditFailed, 500,
                #"{"detail":"Audit log could not be written; nothing was changed"}"#
            ),
            (
                .overtakenByStop, 409,
                #"{"detail":"An emergency stop arrived first; nothing was changed"}"#
            ),
            (
                .unavailable, 503,
                #"{"detail":"The trading loop did not answer; nothing was changed"}"#
            ),
        ]
        let client = try RawClient(port: server.port)
        for (outcome, status, body) in table {
            try server.perform { $0.control.updateOutcome = outcome }
            client.send(Self.patch("{}"))
            let response = try client.response()
            #expect(response.status == status)
            #expect(response.body == body)
        }
        try server.stop()
    }

    @Test("a stop needs no body, passes its reason on, and is 200 even when it is not durable")
    func stops() throws {
        let server = try LiveServer()
        let client = try RawClient(port: server.port)
        client.send(Self.stop(""))
        #expect(
            try client.response().body
                == #"{"status":"EMERGENCY_STOP_ACTIVATED","reason":"Emergency Stop Triggered by User"}"#
        )
        try server.perform { $0.control.stopOutcome = .notDurable }
        client.send(Self.stop(#"{"reason":"a\"b"}"#))
        let response = try client.response()
        #expect(response.status == 200)
        #expect(response.body.contains(#""reason":"a\"b","warning":""#))
        let reasons = try server.perform { $0.control.stopReasons }
        #expect(reasons == ["Emergency Stop Triggered by User", "a\"b"])
        let peers = try server.perform { $0.control.origins.map(\.peer) }
        #expect(peers.allSatisfy { $0.hasPrefix("127.0.0.1:") })
        try server.stop()
    }

    @Test("a client that goes away while its control request is carried out harms nobody")
    func goneMeanwhile() throws {
        let server = try LiveServer()
        try server.perform { $0.control.holds = true }
        let client = try RawClient(port: server.port)
        client.send(Self.stop("{}"))
        try server.wait { $0.control.stopReasons.count == 1 }
        client.reset()
        let other = try RawClient(port: server.port)
        other.send(Self.health)
        #expect(try other.response().status == 200)
        try server.perform { $0.control.completeAll() }
        other.send(Self.health)
        #expect(try other.response().status == 200)
        try server.stop()
    }

    @Test("a client that has sent FIN behind its request is still answered")
    func halfClosed() throws {
        let server = try LiveServer()
        try server.perform { $0.control.holds = true }
        let client = try RawClient(port: server.port)
        client.send(Self.patch("{}"))
        client.endSending()
        try server.wait { $0.control.origins.count == 1 }
        try server.perform { $0.control.completeAll() }
        #expect(try client.response().status == 200)
        #expect(try client.readToEnd().isEmpty)
        try server.stop()
    }

    @Test("half a head and half a body are answered 408, an idle connection is closed silently")
    func timeouts() throws {
        let server = try LiveServer {
            $0.headTimeout = .milliseconds(30)
            $0.bodyTimeout = .milliseconds(30)
            $0.idleTimeout = .milliseconds(30)
        }
        let half = try RawClient(port: server.port)
        half.send("GET /health HTTP/1.1\r\nhost:")
        #expect(try half.response().status == 408)
        #expect(try half.readToEnd().isEmpty)

        let body = try RawClient(port: server.port)
        body.send(
            "PATCH /api/v1/control/parameters HTTP/1.1\r\nhost: h\r\nx-api-key: testkey\r\n"
                + "content-length: 10\r\n\r\n{"
        )
        let response = try body.response()
        #expect(response.status == 408)
        #expect(response["connection"] == "close")
        #expect(try body.readToEnd().isEmpty)

        let silent = try RawClient(port: server.port)
        #expect(try silent.readToEnd().isEmpty)

        let idle = try RawClient(port: server.port)
        idle.send(Self.health)
        #expect(try idle.response().status == 200)
        #expect(try idle.readToEnd().isEmpty)
        try server.stop()
    }

    @Test("what is too large is refused with its own status and a sentence")
    func limits() throws {
        let server = try LiveServer()
        let long = String(repeating: "a", count: 20_000)
        let table: [(String, Int)] = [
            ("GET /\(long) HTTP/1.1\r\nhost: h\r\n\r\n", 414),
            ("GET / HTTP/1.1\r\nhost: h\r\nx: \(long)\r\n\r\n", 431),
            (Self.patch("").replacing("content-length: 0", with: "content-length: 65537"), 413),
        ]
        for (request, status) in table {
            let client = try RawClient(port: server.port)
            client.send(request)
            let response = try client.response()
            #expect(response.status == status)
            #expect(response.body.hasPrefix(#"{"detail":""#))
            #expect(try client.readToEnd().isEmpty)
        }
        try server.stop()
    }

    @Test("a connection over the limit is told so; the others go on")
    func tooMany() throws {
        let server = try LiveServer { $0.connectionsMax = 2 }
        let first = try RawClient(port: server.port)
        let second = try RawClient(port: server.port)
        for client in [first, second] {
            client.send(Self.health)
            #expect(try client.response().status == 200)
        }
        let third = try RawClient(port: server.port)
        #expect(try third.response().status == 503)
        #expect(try third.readToEnd().isEmpty)
        first.send(Self.health)
        #expect(try first.response().status == 200)
        try server.stop()
    }

    @Test("a client that asks for pages and never reads them is closed")
    func neverReads() throws {
        let server = try LiveServer { $0.writeTimeout = .milliseconds(50) }
        let client = try RawClient(port: server.port, receiveBufferBytes: 4_096)
        client.send(String(repeating: "GET / HTTP/1.1\r\nhost: h\r\n\r\n", count: 2_000))
        let other = try RawClient(port: server.port)
        other.send("GET /metrics HTTP/1.1\r\nhost: h\r\n\r\n")
        #expect(try other.response().body.contains("quesquant_api_connections 2\n"))
        let limit = ContinuousClock.now + .seconds(5)
        var isClosed = false
        while !isClosed && ContinuousClock.now < limit {
            other.send("GET /metrics HTTP/1.1\r\nhost: h\r\n\r\n")
            isClosed = try other.response().body.contains("quesquant_api_connections 1\n")
        }
        #expect(isClosed)
        try server.stop()
    }

    @Test("pages carry the fields that keep them alone; HEAD is GET without content")
    func pages() throws {
        let server = try LiveServer()
        let client = try RawClient(port: server.port)
        for path in ["/", "/docs", "/openapi.json", "/metrics", "/health"] {
            client.send("GET \(path) HTTP/1.1\r\nhost: h\r\n\r\n")
            let page = try client.response()
            client.send("HEAD \(path) HTTP/1.1\r\nhost: h\r\n\r\n")
            let head = try client.response(isHead: true)
            #expect(page.status == 200 && head.status == 200)
            if path != "/metrics" { #expect(head["content-length"] == page["content-length"]) }
            let isHTML = page["content-type"] == "text/html; charset=utf-8"
            #expect(isHTML == (path == "/" || path == "/docs"))
            let policy = page["content-security-policy"] ?? ""
            #expect(policy.contains("default-src 'none'") == isHTML)
        }
        try server.stop()
    }

    @Test("a registered number is shown")
    func registered() throws {
        let server = try LiveServer()
        try server.perform { context in
            context.server.register(
                APIMetric(name: "engine_orders", help: "Orders.", kind: .gauge) { 3 }
            )
        }
        let client = try RawClient(port: server.port)
        client.send("GET /metrics HTTP/1.1\r\nhost: h\r\n\r\n")
        let response = try client.response()
        #expect(response.body.contains("# TYPE engine_orders gauge\nengine_orders 3.0\n"))
        #expect(response["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        try server.stop()
    }
}
