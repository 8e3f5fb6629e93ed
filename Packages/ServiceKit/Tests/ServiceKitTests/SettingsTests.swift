import Contracts
import Foundation
import ServiceKit
import Testing

@Suite("Settings")
struct SettingsTests {
    private let declared = [
        Setting.required("DATABASE_URL", secret: true, "Where PostgreSQL is."),
        Setting("HTTP_PORT", .integer, default: "8082", "The port."),
        Setting.optional("CHECKOUT_URL", .url, "Where one buys."),
        Setting("SEND_LEASE", .seconds, default: "30", "How long a message may be in hand."),
        Setting("ACCEPT_TEST_MODE", .boolean, default: "false", "Take test payments."),
        Setting("LINK_SECRETS", .list, default: "a, b", "Secrets."),
    ]

    @Test func `what isn't set has its default`() throws {
        let settings = try Settings(declared, values: ["DATABASE_URL": "postgres://x"])
        #expect(settings.int("HTTP_PORT") == 8082)
        #expect(settings.duration("SEND_LEASE") == .seconds(30))
        #expect(settings.list("LINK_SECRETS") == ["a", "b"])
        #expect(settings.optionalURL("CHECKOUT_URL") == nil)
        #expect(!settings.bool("ACCEPT_TEST_MODE"))
    }

    @Test func `every missing or bad value is told in a line of its own, a secret's value never`() throws {
        let error = #expect(throws: SettingsError.self) {
            try Settings(
                declared + [Setting.required("PIN", .integer, secret: true, "A secret number.")],
                values: ["HTTP_PORT": "many", "CHECKOUT_URL": "shop", "PIN": "hunter2"]
            )
        }
        let lines = try #require(error).faults
        #expect(lines.count == 4)
        #expect(lines[0] == "DATABASE_URL is not set: Where PostgreSQL is.")
        #expect(lines[1].hasPrefix("HTTP_PORT is \"many\"; it must be a whole number"))
        #expect(lines[2].hasPrefix("CHECKOUT_URL is \"shop\"; it must be a URL"))
        #expect(!lines[3].contains("hunter2"))
    }

    @Test func `an empty value counts as not set`() throws {
        #expect(throws: SettingsError.self) { try Settings(declared, values: ["DATABASE_URL": ""]) }
    }

    @Test func `a URL loses the slash at its end`() throws {
        let settings = try Settings(declared, values: ["DATABASE_URL": "x", "CHECKOUT_URL": "https://pay.example/"])
        #expect(settings.url("CHECKOUT_URL") == "https://pay.example")
    }

    @Test func `without a public URL links lead to the port that the service listens on`() throws {
        let common = Setting.common(to: .lifecycle)
        let given = ["DATABASE_URL": "x", "HTTP_PORT": "9000"]
        #expect(try Settings(common, values: given).publicURL == "http://127.0.0.1:9000")
        #expect(try Settings(common, values: given.merging(["PUBLIC_URL": "https://a.example/"]) { $1 }).publicURL == "https://a.example")
    }

    @Test func `the environment comes before the file, and a secret may be a file`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "settings-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let secret = directory.appending(path: "database_url")
        try Data("postgres://from-file\n".utf8).write(to: secret)
        let file = directory.appending(path: "config.json")
        try Data(#"{"http_port": 9000, "accept_test_mode": true, "link_secrets": ["x", "y"]}"#.utf8).write(to: file)

        let settings = try await SettingsSource.read(
            declared,
            environment: ["CONFIG_FILE": file.path, "DATABASE_URL_FILE": secret.path, "ACCEPT_TEST_MODE": "no"]
        )
        #expect(settings.string("DATABASE_URL") == "postgres://from-file")
        #expect(settings.int("HTTP_PORT") == 9000)
        #expect(settings.list("LINK_SECRETS") == ["x", "y"])
        #expect(!settings.bool("ACCEPT_TEST_MODE"))
    }

    @Test func `a file that can't be read is told by its key`() async throws {
        let error = await #expect(throws: SettingsError.self) {
            try await SettingsSource.read(declared, environment: ["DATABASE_URL_FILE": "/nowhere/secret"])
        }
        #expect(try #require(error).description.contains("DATABASE_URL_FILE is \"/nowhere/secret\""))
    }

    @Test func `the table for operators has a row for each key`() {
        let table = SettingsTable.markdown(of: declared)
        #expect(table.split(separator: "\n").count == declared.count + 2)
        #expect(table.contains("| `DATABASE_URL` | string | **must be set** |"))
    }
}
