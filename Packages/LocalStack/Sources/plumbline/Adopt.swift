import Adoption
import ArgumentParser
import Contracts
import Foundation
import LocalStack

struct Adopt: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take over a predecessor's database: its businesses, sites, messages and customers. Running it again changes nothing."
    )
    @OptionGroup var options: StackOptions
    @Option(name: .customLong("from"), help: "The database's address: postgresql://user:password@host/name. It is only read.") var source:
        String
    @Flag(help: "Write nothing: tell what would be done.") var dryRun = false
    @Option(help: "Where to write the whole report, as JSON; - for the standard output instead of the text.") var report: String?

    func run() async throws {
        let report = try await options.withClient { client in
            try await Adoption(client, isDryRun: dryRun) { say("reading \($0)") }.run(from: source)
        }
        if let path = self.report {
            let encoder = WireJSON.encoder()
            encoder.outputFormatting.insert(.prettyPrinted)
            let json = try encoder.encode(report)
            if path == "-" { return print(String(decoding: json, as: UTF8.self)) }
            try json.write(to: URL(filePath: path))
        }
        print(report.text)
    }

    /// The result alone goes to the standard output.
    private func say(_ line: String) {
        try? FileHandle.standardError.write(contentsOf: Data("\(line)\n".utf8))
    }
}
