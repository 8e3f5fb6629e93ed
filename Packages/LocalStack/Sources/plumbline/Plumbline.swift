import ArgumentParser

/// The operator's tool: a stack on this machine, and what an operator does to a running system.
@main
struct Plumbline: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plumbline",
        abstract: "Runs Plumbline on this machine, and looks after it.",
        subcommands: [
            Up.self, Down.self, Status.self, Logs.self, RunDemo.self, Keys.self, Forms.self, ImportFile.self, Adopt.self, Leads.self,
            VerifyStatusesOfLeads.self, ExplainStatusOfLead.self, DeadLetters.self,
        ]
    )
}
