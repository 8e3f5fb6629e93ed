import Contracts
import Foundation
import Messaging
import Postgres

/// Keys for the intake endpoints.
struct KeyCommands: Sendable {
    let database: Database
    var now: @Sendable () -> Date = WallClock.now

    /// A new key. Its secret is in the answer and nowhere else: a repeat of the command can't be told it again, and is refused.
    func create(_ asked: Asked<CreateAPIKey>) async throws -> CreateAPIKey.Answer {
        guard asked.actor.role >= .admin else { throw Problem.forbidden(needs: .admin) }
        var errors: [Problem.FieldError] = []
        let name = asked.command.name.cleaned(limit: 200)
        if name == nil { errors.append(Problem.FieldError(pointer: "/name", detail: "is required: it tells the key from others")) }
        let known = APIScope.allCases.map(\.rawValue)
        if asked.command.scopes.isEmpty {
            errors.append(Problem.FieldError(pointer: "/scopes", detail: "must name one at least: \(known.joined(separator: ", "))"))
        }
        for (index, scope) in asked.command.scopes.enumerated() where !known.contains(scope) {
            errors.append(
                Problem.FieldError(
                    pointer: "/scopes/\(index)",
                    detail: "'\(scope.prefix(40))' is not one of \(known.joined(separator: ", "))"
                )
            )
        }
        guard errors.isEmpty, let name else { throw Problem.invalid(errors) }

        let time = now()
        let (id, secret) = (APIKeyID.make(at: time), APISecret.make())
        let scopes = Set(asked.command.scopes).sorted()
        let isNew = try await database.insertAPIKey(
            id,
            name: name,
            hash: secret.hash,
            scopes: scopes,
            by: asked.actor,
            key: asked.key,
            at: time
        )
        guard isNew else {
            throw Problem.conflict("This key was made before, and its secret is not kept: make another one.")
        }
        return CreateAPIKey.Answer(id: id, key: secret.text, scopes: scopes)
    }
}
