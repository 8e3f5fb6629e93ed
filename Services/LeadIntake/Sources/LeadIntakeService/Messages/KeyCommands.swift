import Contracts
import Foundation
import Messaging
import Postgres

/// Keys for the intake endpoints.
struct KeyCommands: Sendable {
    let database: Database
    let keys: APIKeyRing
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
        if let rate = asked.command.rate, !(0.01...100_000).contains(rate) {
            errors.append(Problem.FieldError(pointer: "/rate", detail: "must be between 0.01 and 100,000 requests a second"))
        }
        if let burst = asked.command.burst, !(1...1_000_000).contains(burst) {
            errors.append(Problem.FieldError(pointer: "/burst", detail: "must be between 1 and 1,000,000 requests"))
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
            rate: asked.command.rate,
            burst: asked.command.burst ?? asked.command.rate.map { max(1, Int(($0 * 2).rounded(.up))) },
            by: asked.actor,
            key: asked.key,
            at: time
        )
        guard isNew else {
            throw Problem.conflict("This key was made before, and its secret is not kept: make another one.")
        }
        return CreateAPIKey.Answer(id: id, key: secret.text, scopes: scopes)
    }

    func list(_ asked: Asked<ListAPIKeys>) async throws -> ListAPIKeys.Answer {
        guard asked.actor.role >= .admin else { throw Problem.forbidden(needs: .admin) }
        return ListAPIKeys.Answer(keys: try await database.apiKeys())
    }

    /// Revoked already, it stays as it is: a repeat changes nothing.
    func revoke(_ asked: Asked<RevokeAPIKey>) async throws -> APIKeyListing {
        guard asked.actor.role >= .admin else { throw Problem.forbidden(needs: .admin) }
        let id = asked.command.keyID
        guard let revoked = try await database.revokeAPIKey(id, at: now()) else {
            throw Problem("api-key-not-found", "There is no such API key", status: 404, detail: "No API key has the id \(id).")
        }
        keys.forget(id)
        return revoked
    }
}
