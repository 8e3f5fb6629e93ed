import Contracts
import Foundation
import LocalStack
import ServiceKit
import SettingsDocumentation
import Testing

/// The one list of settings, and all that speaks of them.
@Suite("Settings")
struct SettingsTests {
    @Test func `stand in docs/operations.md as the executables declare them`() async throws {
        let declared = try await DeclaredSettings.ask(TestSystem.executables)
        let document = try String(contentsOfFile: TestSystem.root + "/docs/operations.md", encoding: .utf8)
        let written = try declared.written(into: document)
        #expect(document == written, "run `make docs`")
    }

    @Test func `are all read somewhere, and nothing else is read of the environment`() async throws {
        let declared = try await DeclaredSettings.ask(TestSystem.executables)
        let sources = try Self.sources()
        for key in Set(declared.services.flatMap(\.settings).map(\.key)) {
            let mentions = sources.values.reduce(0) { $0 + $1.ranges(of: "\"\(key)\"").count }
            #expect(mentions > 1, "\(key) is declared, and nobody reads it")
        }
        let readers = sources.filter { $0.value.contains("processInfo.environment") || $0.value.contains("getenv(") }
        #expect(readers.keys.map { URL(filePath: $0).lastPathComponent } == ["SettingsSource.swift"])
    }

    @Test func `that are secret may all be files, and none that is a password, a key or a token is not secret`() async throws {
        let declared = try await DeclaredSettings.ask(TestSystem.executables)
        for setting in declared.services.flatMap(\.settings) {
            let words = Set(setting.key.split(separator: "_"))
            let sounds = !words.isDisjoint(with: ["PASSWORD", "SECRET", "SECRETS", "TOKENS", "KEY", "KEYS"])
            // What isn't one, though it sounds so: what everybody may know, and paths.
            let known = ["RECURRENTE_PUBLIC_KEY", "NATS_CLIENT_KEY", "SITES_S3_ACCESS_KEY", "LLM_MAX_TOKENS"].contains(setting.key)
            if sounds, !known { #expect(setting.isSecret, "\(setting.key)") }
            if setting.isSecret { #expect(!setting.key.hasSuffix("_FILE"), "\(setting.key)_FILE would be read twice") }
        }
    }

    /// Of the services and what runs them, by their paths.
    private static func sources() throws -> [String: String] {
        var sources: [String: String] = [:]
        for place in ["Services", "Packages/ServiceKit/Sources"] {
            let root = TestSystem.root + "/" + place
            for path in try FileManager.default.subpathsOfDirectory(atPath: root) where path.hasSuffix(".swift") && !path.contains("Tests/")
            {
                sources["\(root)/\(path)"] = try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8)
            }
        }
        return sources
    }
}
