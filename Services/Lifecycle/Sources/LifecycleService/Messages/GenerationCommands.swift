import Contracts
import Messaging
import Postgres

/// Tells how far the making of pages has come.
struct GenerationCommands: Sendable {
    let database: Database

    func job(_ asked: Asked<GetGenerationJob>) async throws -> GenerationJob {
        let command = asked.command
        guard command.jobID != nil || command.leadID != nil else {
            throw Problem.invalid([.init(pointer: "/job_id", detail: "is missing, and so is /lead_id")])
        }
        var lead = command.leadID
        if let asked = lead { lead = try await database.standingIfKnown(of: asked)?.leadID ?? asked }
        let job = try await database.generationJob(command.jobID, of: lead)
        guard let job else {
            let which = command.jobID.map { "with the id \($0)" } ?? command.leadID.map { "for the lead \($0)" } ?? ""
            throw Problem("generation-job-not-found", "There is no such job", status: 404, detail: "No site was ever generated \(which).")
        }
        try await database.lead(job.leadID)?.authorize(asked.actor)
        return job
    }
}
