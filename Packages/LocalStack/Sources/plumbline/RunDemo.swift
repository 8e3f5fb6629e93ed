import ArgumentParser
import Contracts
import Foundation
import LocalServers
import LocalStack

struct RunDemo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run the main job on a new stack and leave it running: leads, sites, campaigns, customers."
    )
    @OptionGroup var options: StackOptions
    @Option(help: "What the people do is decided by this number and their address.") var seed = 1
    @Option(help: "Businesses as a Google-Maps scraper exports them: CSV, JSON or NDJSON.") var leads = "docs/examples/leads-sample.csv"

    func run() async throws {
        guard FileManager.default.isReadableFile(atPath: leads) else { throw ValidationError("\(leads) can't be read.") }
        if try await !options.processes.stop().isEmpty { print("Stopped the stack that ran") }
        try options.processes.remove()

        let start = ContinuousClock.now
        print("Starting PostgreSQL, NATS, the sandbox and the services")
        let plan = try StackPlan.make(
            executables: StackOptions.executables,
            sandbox: StackPlan.SandboxPlan(seed: seed),
            preferDefaultPorts: true
        )
        let stack = try await LocalStack.start(plan, directory: options.path, lifetime: .lasting)
        let client = try await StackClient.connect(to: plan)
        let report = try await Demo(stack: stack, client: client) { line in
            let seconds = (ContinuousClock.now - start).components.seconds
            print("[\(seconds) s] \(line)")
        }.run(leads: leads)
        await client.close()
        print(report.text(of: stack))
    }
}

extension Demo.Report {
    func text(of stack: LocalStack) -> String {
        var lines = ["", "The funnel", funnel.table, ""]
        if let lead = storyLead {
            lines.append("The history of \(lead.name)")
            for entry in story {
                let change = entry.to.map { "\(entry.from) -> \($0)" } ?? "\(entry.from), ignored: \(entry.ignoredBecause ?? "")"
                lines.append("  \(RFC3339.string(from: entry.occurredAt))  \(entry.field.rawValue): \(change)  (\(entry.cause.type))")
            }
            lines.append("")
        }
        lines.append("To look at")
        if let site = storySite { lines.append("  a site: \(site.url)") }
        for service in StackPlan.services { lines.append("  \(service.rawValue): \(stack.url(of: service))/metrics") }
        lines.append("  what the sandbox did: \(stack.plan.sandboxURL)/sandbox/status")
        lines.append("`make down` stops it.")
        return lines.joined(separator: "\n")
    }
}
