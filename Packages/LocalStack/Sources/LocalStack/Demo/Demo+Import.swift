import Contracts
import Foundation
import Outbound

extension Demo {
    /// Sends the file to the intake endpoint as any customer would: with an API key over HTTP.
    func importLeads(_ file: String) async throws -> ImportCounts {
        guard let data = FileManager.default.contents(atPath: file) else { throw DemoError(description: "\(file) can't be read") }
        let key = try await intakeKey()
        var request = OutboundRequest(.post, address.leadIntakeURL + "/intake/imports", timeout: .seconds(120))
        request.headers = [
            ("Authorization", "Bearer \(key)"), ("Content-Type", Self.contentType(of: file)),
            ("Idempotency-Key", "\(EventID.make())"),
        ]
        request.body = data

        let end = ContinuousClock.now + patience
        while true {
            // The service may be killed while it reads; the same key makes the repeat harmless.
            let response = try? await outbound.send(request)
            if let response, response.status < 300 { return try WireJSON.decode(ImportCounts.self, from: response.body) }
            if let response, response.status < 500 {
                throw DemoError(description: "The import was refused: \(String(decoding: response.body.prefix(500), as: UTF8.self))")
            }
            guard ContinuousClock.now < end else { throw DemoError(description: "The import wasn't taken within \(patience)") }
            try await Task.sleep(for: .milliseconds(300))
        }
    }

    private func intakeKey() async throws -> String {
        let question = CreateAPIKey(name: "demo", scopes: ["intake"])
        do {
            return try await client.ask(question).key
        } catch let problem as Problem where problem.status == 409 {
            // The answer was lost with its service; a key is shown once, so another one is made.
            return try await client.ask(question).key
        }
    }

    private static func contentType(of file: String) -> String {
        switch file.split(separator: ".").last?.lowercased() {
        case "json": "application/json"
        case "ndjson", "jsonl": "application/x-ndjson"
        default: "text/csv"
        }
    }
}
