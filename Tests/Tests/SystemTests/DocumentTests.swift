import Contracts
import Foundation
import LocalStack
import ServiceKit
import Testing

/// What the documents say of the services, held to the code.
@Suite("The documents")
struct DocumentTests {
    @Test func `operations.md names each service with the port that it listens on`() throws {
        let rows = try Self.rows(of: "docs/operations.md").filter {
            $0.count == 3 && ($0[2].hasPrefix("HTTP: ") || $0[2].hasPrefix("the same: "))
        }
        let named = rows.flatMap { zip(Self.words($0[0]), Self.words($0[1])).map { "\($0):\($1)" } }
        #expect(Set(named) == Set(StackPlan.services.map { "\($0.rawValue):\($0.defaultPort)" }))
    }

    @Test func `architecture.md says of each service which commands of others it sends, as NATS lets it`() throws {
        let rows = try Self.rows(of: "docs/architecture.md")
        for fence in NATSFence.all {
            guard let service = ServiceName(rawValue: fence.user) else { continue }
            let row = try #require(rows.first { $0.count == 4 && $0.first == service.rawValue }, "\(service) is missing")
            let sent = Set(row[2].matches(of: #/`([a-z-]+)`/#).map { String($0.1) })
            let may = Set(fence.calls.map { String($0.tokens.last ?? "") })
            #expect(sent == may, "\(service)")
        }
    }

    @Test func `every link between them leads somewhere`() throws {
        let names = try FileManager.default.subpathsOfDirectory(atPath: TestSystem.root + "/docs").filter { $0.hasSuffix(".md") }
        for name in ["README.md"] + names.map({ "docs/" + $0 }) {
            let text = try Self.text(of: name)
            for link in text.matches(of: #/\]\(([^)\s]+)\)/#).map({ String($0.1) }) where !link.contains(":") && !link.hasPrefix("#") {
                let path = link.split(separator: "#")[0]
                let place = URL(filePath: TestSystem.root).appending(path: name).deletingLastPathComponent().appending(path: path)
                #expect(FileManager.default.fileExists(atPath: place.path), "\(name): \(link)")
            }
        }
    }

    private static func text(of name: String) throws -> String {
        try String(contentsOfFile: TestSystem.root + "/" + name, encoding: .utf8)
    }

    /// The cells of all lines of tables.
    private static func rows(of name: String) throws -> [[String]] {
        try text(of: name).split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
            line.dropFirst().dropLast().replacing(#"\|"#, with: "").split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    private static func words(_ cell: String) -> [String] { cell.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }
}
