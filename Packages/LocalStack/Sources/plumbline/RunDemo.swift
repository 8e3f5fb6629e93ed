import ArgumentParser
import Contracts
import Foundation
import LocalServers
import LocalStack

struct RunDemo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Run the main job on a new stack and leave it running: leads, sites, campaigns, customers.",
        discussion: "Where PLUMBLINE_NATS_URL names a running system, on that one: it must be new, with a sandbox for a world outside."
    )
    @OptionGroup var options: StackOptions
    @Option(help: "What the people do is decided by this number and their address.") var seed = 1
    @Option(help: "Businesses as a Google-Maps scraper exports them: CSV, JSON or NDJSON.") var leads = "docs/examples/leads-sample.csv"

    func run() async throws {
        guard FileManager.default.isReadableFile(atPath: leads) else { throw ValidationError("\(leads) can't be read.") }
        if let address = try await SystemAddress.inEnvironment() {
            print(try await report(of: address).text)
            return
        }
        if try await !options.processes.stop().isEmpty { print("Stopped the stack that ran") }
        try options.processes.remove()

        print("Starting PostgreSQL, NATS, the sandbox and the services")
        var plan = try StackPlan.make(
            executables: StackOptions.executables,
            sandbox: StackPlan.SandboxPlan(seed: seed),
            preferDefaultPorts: true
        )
        plan.followUps = StackPlan.followUpsOfTheDemo
        let stack = try await LocalStack.start(plan, directory: options.path, lifetime: .lasting)
        try await stack.makeFirstAccount()
        print(try await report(of: plan.address).text)
        for service in StackPlan.services { print("  \(service.rawValue): \(stack.url(of: service))/metrics") }
        print("  what the sandbox did: \(plan.sandboxURL)/sandbox/status")
        print("  whom to call: \(stack.url(of: .console))/tasks, within a minute")
        stack.printSignIn()
        print("`make down` stops it.")
    }

    private func report(of address: SystemAddress) async throws -> Demo.Report {
        let start = ContinuousClock.now
        let client = try await StackClient.connect(to: address)
        let report = try await Demo(at: address, client: client) { line in
            let seconds = (ContinuousClock.now - start).components.seconds
            print("[\(seconds) s] \(line)")
        }.run(leads: leads)
        await client.close()
        return report
    }
}

extension Demo.Report {
    var text: String {
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
        return lines.joined(separator: "\n")
    }
}
