import ArgumentParser
import Contracts
import Foundation
import LocalStack

struct ImportFile: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Import a file of leads: CSV, JSON or NDJSON. The exit code is 0 only if it was read to its end."
    )
    @OptionGroup var options: StackOptions
    @Argument(help: "The file.") var file: String
    @Option(help: "The ISO 3166 code of the country whose telephone numbers are meant, such as GT.") var country: String?
    @Option(help: "The program that wrote the file, such as hubspot; without it the header tells.") var preset: String?
    @Option(help: ##"Which column is which field, as JSON: {"Firma": "name", "#3": "phone", "Intern": null}"##) var mapping: String?
    @Flag(help: "Write nothing: print, as JSON, how the file is read, its first rows as leads, and what an import would do.")
    var dryRun = false
    @Option(help: "Where to write what was said of single rows, as CSV.") var errors: String?

    func run() async throws {
        guard FileManager.default.isReadableFile(atPath: file) else { throw ValidationError("\(file) can't be read.") }
        let address = try await options.address()
        let made = try await options.withClient {
            try await $0.ask(CreateAPIKey(name: "plumbline import", scopes: ["intake"]), patience: .seconds(5))
        }
        do {
            try await send(FileImport(to: address, key: made.key))
        } catch {
            await revoke(made.id)
            throw error
        }
        await revoke(made.id)
    }

    private func send(_ sender: FileImport) async throws {
        let choices = FileImport.Choices(country: country, preset: preset, mapping: mapping)
        if dryRun {
            print(String(decoding: try await sender.forecast(URL(filePath: file), choices), as: UTF8.self))
            return
        }
        let end = try await sender.send(URL(filePath: file), choices) { progress in
            say("\(progress.state): \(progress.done) of \(progress.read) rows, \(Int(progress.rowsPerSecond)) a second")
        }
        print("\(end.read) rows: \(end.created) created, \(end.matched) matched, \(end.updated) filled, \(end.rejected) rejected")
        if let errors {
            try await sender.errors(of: end).write(to: URL(filePath: errors))
            print("What was said of single rows is in \(errors).")
        } else if end.rejected > 0 {
            print("`--errors FILE` writes down why rows are rejected.")
        }
        if end.state == "failed" {
            say("It failed: \(end.failure ?? "no reason is known")")
            throw ExitCode.failure
        }
    }

    /// It was made for this file only.
    private func revoke(_ key: APIKeyID) async {
        _ = try? await options.withClient { try await $0.ask(RevokeAPIKey(keyID: key), patience: .seconds(5)) }
    }

    /// The result alone goes to the standard output.
    private func say(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\(line)\n".utf8))
    }
}
