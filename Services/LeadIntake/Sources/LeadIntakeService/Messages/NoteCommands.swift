import Contracts
import Foundation
import Messaging
import Postgres

/// Notes about leads, and the trail of their changes.
struct NoteCommands: Sendable {
    static let textLimit = 10_000

    let database: Database
    var now: @Sendable () -> Date = WallClock.now

    func add(_ asked: Asked<AddNote>) async throws -> LeadNote {
        let command = asked.command
        guard let text = try Self.text(command.text) else {
            throw Problem.invalid([Problem.FieldError(pointer: "/text", detail: "is required")])
        }
        let type = command.type ?? .note
        guard type != .system else {
            throw Problem.invalid([
                Problem.FieldError(pointer: "/type", detail: "must be note, call, email or meeting: system is for programs")
            ]
            )
        }
        let time = now()
        return try await database.transaction { transaction in
            try await transaction.once(asked.key) {
                let lead = try await transaction.leadToChange(command.leadID, by: asked.actor)
                let note = LeadNote(id: .make(at: time), type: type, author: asked.actor.id, text: text, createdAt: time)
                try await transaction.insert(note, about: lead.id)
                return note
            }
        }
    }

    func list(_ asked: Asked<ListNotes>) async throws -> ListNotes.Answer {
        let command = asked.command
        let limit = command.limit ?? 100
        let cursor = try Self.page(limit, command.cursor) { NoteID($0) }
        let lead = try await visible(command.leadID, to: asked.actor)
        let found = try await database.notes(about: lead.id, before: cursor, limit: limit + 1)
        let page = Array(found.prefix(limit))
        return ListNotes.Answer(notes: page, nextCursor: found.count > page.count ? page.last?.id.description : nil)
    }

    func audit(_ asked: Asked<GetLeadAudit>) async throws -> GetLeadAudit.Answer {
        let command = asked.command
        let limit = command.limit ?? 100
        let cursor = try Self.page(limit, command.cursor) { Int($0) }
        let lead = try await visible(command.leadID, to: asked.actor)
        let found = try await database.auditEntries(of: lead.id, before: cursor, limit: limit + 1)
        let page = found.prefix(limit)
        return GetLeadAudit.Answer(
            entries: page.map(\.entry),
            nextCursor: found.count > page.count ? page.last.map { String($0.number) } : nil
        )
    }

    private func visible(_ id: LeadID, to actor: Actor) async throws -> Lead {
        guard let lead = try await database.lead(id) else { throw Problem.leadNotFound(id) }
        try LeadPermission.require(actor, .see, on: lead, askedAs: id)
        return lead
    }

    private static func page<Cursor>(_ limit: Int, _ text: String?, _ read: (String) -> Cursor?) throws -> Cursor? {
        var errors: [Problem.FieldError] = []
        if !(1...1_000).contains(limit) { errors.append(Problem.FieldError(pointer: "/limit", detail: "must be 1 to 1,000")) }
        let cursor = text.flatMap(read)
        if text != nil, cursor == nil {
            errors.append(Problem.FieldError(pointer: "/cursor", detail: "is not a next_cursor of the page before"))
        }
        guard errors.isEmpty else { throw Problem.invalid(errors) }
        return cursor
    }

    /// A note's text: its lines stay lines, what can't be stored or seen is left out.
    ///
    /// - Throws: a `Problem` of status 422 when it is too long.
    static func text(_ text: String?) throws -> String? {
        guard let text else { return nil }
        guard text.count <= textLimit else {
            throw Problem.invalid([Problem.FieldError(pointer: "/text", detail: "may have 10,000 characters, and has \(text.count)")])
        }
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { $0.cleaned(limit: textLimit) ?? "" }
        let cleaned = lines.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
        return cleaned.isEmpty ? nil : cleaned
    }
}
