import Contracts
import Foundation
import Messaging
import Postgres

/// What managers do with forms.
struct FormCommands: Sendable {
    let database: Database
    var now: @Sendable () -> Date = WallClock.now

    func create(_ asked: Asked<CreateForm>) async throws -> WebForm {
        try Self.requireManager(asked.actor)
        let blank = WebForm(key: FormKey.make(), name: "", allowedOrigins: [], createdBy: asked.actor.id, at: now())
        let form = try Self.apply(asked.command.form, to: blank, under: "/form")
        return try await database.transaction { transaction in
            try await transaction.once(asked.key) {
                try await transaction.insert(form)
                return form
            }
        }
    }

    func update(_ asked: Asked<UpdateForm>) async throws -> WebForm {
        try await change(asked.command.key, asked.actor, asked.key) { form in
            var next = try Self.apply(asked.command.changes, to: form, under: "/changes")
            if let isDisabled = asked.command.changes.disabled.value { next.disabledAt = isDisabled ? form.disabledAt ?? now() : nil }
            return next
        }
    }

    /// Disabled already, it stays as it is.
    func disable(_ asked: Asked<DisableForm>) async throws -> WebForm {
        try await change(asked.command.key, asked.actor, asked.key) { form in
            var next = form
            next.disabledAt = form.disabledAt ?? now()
            return next
        }
    }

    func list(_ asked: Asked<ListForms>) async throws -> ListForms.Answer {
        try Self.requireManager(asked.actor)
        return ListForms.Answer(forms: try await database.forms())
    }

    private func change(
        _ key: String,
        _ actor: Actor,
        _ once: IdempotencyKey,
        _ body: (WebForm) throws -> WebForm
    ) async throws -> WebForm {
        try Self.requireManager(actor)
        return try await database.transaction { transaction in
            try await transaction.once(once) {
                guard let form = try await transaction.form(key, locked: true) else {
                    throw Problem("form-not-found", "There is no such form", status: 404, detail: "No form has this key.")
                }
                var next = try body(form)
                guard next != form else { return form }
                next.updatedAt = now()
                try await transaction.update(next)
                return next
            }
        }
    }

    private static func requireManager(_ actor: Actor) throws {
        guard actor.role >= .manager else { throw Problem.forbidden(needs: .manager) }
    }

    private static func apply(_ changes: WebFormChanges, to form: WebForm, under pointer: String) throws -> WebForm {
        let (next, faults) = WebFormRules.apply(changes, to: form)
        guard faults.isEmpty else {
            throw Problem.invalid(faults.map { Problem.FieldError(pointer: "\(pointer)/\($0.field)", detail: $0.detail) })
        }
        return next
    }
}
