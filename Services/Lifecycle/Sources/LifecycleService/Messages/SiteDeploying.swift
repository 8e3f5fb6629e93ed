import Contracts
import Foundation
import Messaging

/// Has sites published as files, by ``DeploymentWorker``.
struct SiteDeploying: Sendable {
    let editing: SiteEditing
    /// Whether there is anywhere to publish to.
    let hasTarget: Bool

    func deploy(_ asked: Asked<DeploySite>) async throws -> SiteChange {
        let command = asked.command
        let domain = try Self.domain(command.customDomain)
        guard hasTarget else { throw Problem.unavailable("Sites are deployed nowhere: set SITES_DIR or SITES_S3_ENDPOINT.") }
        return try await editing.change(command.siteID, asked) { held, transaction in
            try held.refuseArchived()
            guard held.site.version > 0 else { throw Problem.conflict("The site has no page yet.") }
            if let domain { try await transaction.setDomain(of: held.site.id, to: domain.name) }
            try await transaction.requestDeployment(of: held.site, by: asked.actor, at: .recordable)
        }
    }

    /// None to keep what there is.
    private static func domain(_ edit: Edit<String>) throws -> (name: String?, Void)? {
        switch edit {
        case .keep: return nil
        case .clear: return (nil, ())
        case .set(let text):
            let name = text.trimmingCharacters(in: .whitespaces).lowercased()
            // Names of hosts (RFC 1123), international ones as they are in the DNS.
            let pattern = /([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])/
            guard name.utf8.count <= 253, name.wholeMatch(of: pattern) != nil else {
                throw Problem.invalid([.init(pointer: "/custom_domain", detail: "must be the name of a host, such as cedar-plumbing.com")])
            }
            return (name, ())
        }
    }
}
