internal import Foundation
internal import Testing

@Suite struct UsageTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let arguments: [String]
        /// What standard error must contain.
        let sentence: String
        var code: Int32 = 2
        /// Files in the working directory: name and content.
        var files: [String: String] = [:]
        var directories: [String] = []

        var testDescription: String { arguments.joined(separator: " ") }
    }

    private static let cases = [
        Case(arguments: ["--tick-hz", "9999"], sentence: "--tick-hz 9999.0: 0.1 to 5000, or 0"),
        Case(arguments: ["--tick-hz", "0.01"], sentence: "--tick-hz 0.01: 0.1 to 5000, or 0"),
        Case(arguments: ["--tick-hz", "nan"], sentence: "--tick-hz nan"),
        Case(arguments: ["--tick-hz=-1"], sentence: "--tick-hz -1.0"),
        Case(
            arguments: ["--market", "nonsense"],
            sentence: "--market nonsense: simulated, or replay:FILE"
        ),
        Case(arguments: ["--execution", "live"], sentence: "--execution live"),
        Case(arguments: ["--bind", "300.1.1.1"], sentence: "--bind 300.1.1.1"),
        Case(arguments: ["--bind", "127.0.0.1:x"], sentence: "--bind 127.0.0.1:x"),
        Case(arguments: ["--port", "65536"], sentence: "--port"),
        Case(arguments: ["--max-connections", "0"], sentence: "--max-connections 0"),
        Case(arguments: ["--cash", "0"], sentence: "--cash 0"),
        Case(arguments: ["--data-dir", ""], sentence: "--data-dir is empty"),
        Case(arguments: ["--allow-origin", "nonsense"], sentence: "--allow-origin nonsense"),
        Case(arguments: ["--trading-cpu", "99999"], sentence: "--trading-cpu 99999"),
        Case(arguments: ["--nonsense"], sentence: "--nonsense"),
        Case(arguments: ["nonsense"], sentence: "nonsense"),
        Case(arguments: ["replay"], sentence: "<file>"),
        Case(arguments: ["replay", "--order-size", "0", "x"], sentence: "--order-size 0"),
        Case(
            arguments: [],
            sentence: "data/parameters.json is damaged",
            files: ["data/parameters.json": "{\"order_size\":"]
        ),
        Case(
            arguments: [],
            sentence: "data/parameters.json is damaged",
            files: ["data/parameters.json": "{\"order_size\":0}"]
        ),
        Case(arguments: [], sentence: ".env, line 2", files: [".env": "A=1\nnonsense\n"]),
        Case(
            arguments: [],
            sentence: ".env, line 1: a quote is not closed",
            files: [".env": "DASHBOARD_API_KEY=\"half"]
        ),
        Case(arguments: [], sentence: "read .env", directories: [".env"]),
        Case(
            arguments: ["--market", "replay:empty"],
            sentence: "empty holds no book frame",
            files: ["empty": ""]
        ),
        Case(
            arguments: ["--market", "replay:nowhere"],
            sentence: "open nowhere: no such file or directory",
            code: 1
        ),
        Case(arguments: ["--data-dir", "/dev/null/x"], sentence: "/dev/null", code: 1),
    ]

    @Test("a wrong command line or file ends a start with a sentence that names it")
    func refusals() async throws {
        try await onThread {
            for item in Self.cases {
                let scratch = try Scratch()
                try scratch.makeDirectory("data")
                for directory in item.directories { try scratch.makeDirectory(directory) }
                for (name, text) in item.files { try scratch.write(text, to: name) }
                let child = try Child(
                    item.arguments.first == "replay"
                        ? item.arguments
                        : ["--port", "0", "--bind", "127.0.0.1"] + item.arguments,
                    directory: scratch.path
                )
                let code = try child.exitCode(within: 10)
                #expect(code == item.code, "\(item.testDescription): \(child.complained)")
                #expect(child.complained.contains(item.sentence))
                #expect(child.said.isEmpty)
            }
        }
    }

    @Test("help and version are no errors")
    func help() async throws {
        try await onThread {
            let scratch = try Scratch()
            for arguments in [["--help"], ["serve", "--help"], ["replay", "-h"], ["help"]] {
                let child = try Child(arguments, directory: scratch.path)
                #expect(try child.exitCode(within: 10) == 0)
                #expect(child.said.hasPrefix("OVERVIEW: "))
                #expect(child.complained.isEmpty)
            }
            let version = try Child(["--version"], directory: scratch.path)
            #expect(try version.exitCode(within: 10) == 0)
            #expect(version.said.split(separator: ".").count == 3)
        }
    }
}
