import Contracts
import Crypto
import Foundation
import Logging
import Postgres
import ServiceLifecycle

extension Transaction {
    /// How long the same post again is taken for a double click.
    private static var repeatWindow: TimeInterval { 600 }

    /// Makes a lead of a post, or adds to the one that the business is already.
    ///
    /// - Returns: whether it was taken; not, when it is the same as one of the last minutes.
    func take(_ sent: FormLead, of form: WebForm, at time: Date) async throws -> Bool {
        let digest = Data(SHA256.hash(data: Data(sent.record.utf8)))
        guard try await takePost(digest, of: form, since: time - Self.repeatWindow, at: time) else { return false }
        let cause = ChangeCause(Actor(id: "form:\(form.key)", role: .agent), reason: "posted by the form '\(form.name)'")
        let wanted = [WantedLead(sent.business)]
        guard let found = try await resolve(wanted, assignedTo: form.assignedTo, by: cause, at: time).first ?? nil else {
            throw Problem.internalError
        }
        if !found.isCreated { _ = try await fillGaps([found], from: wanted, by: cause, at: time) }
        if let message = sent.message {
            // Nothing is written about a lead that was erased.
            let isLiving = found.isCreated ? true : try await !lockedLeads([found.lead.id], onlyLiving: true).isEmpty
            if isLiving {
                let note = LeadNote(id: .make(at: time), type: .note, author: cause.actor, text: message, createdAt: time)
                try await insert(note, about: found.lead.id)
            }
        }
        try await keep([LeadRecord(leadID: found.lead.id, line: 1, text: sent.record)], of: nil, at: time)
        try await countTaken(form, at: time)
        return true
    }
}

/// Forgets what was posted an hour ago: nobody clicks twice that slowly.
struct FormPostSweeper: Service {
    let database: Database
    let logger: Logger
    var pause = Duration.seconds(600)

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await Task.sleep(for: pause)
                do {
                    try await database.forgetPosts(before: WallClock.now() - 3_600)
                } catch {
                    if !Task.isCancelled {
                        logger.warning("Old posts of forms can't be forgotten just now", metadata: ["error": "\(error)"])
                    }
                }
            }
        }
    }
}
