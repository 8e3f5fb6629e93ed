import Contracts
import Foundation
import LifecycleService
import Testing

/// A directory that sites are published into, removed with this.
final class SitesFolder: Sendable {
    let path = FileManager.default.temporaryDirectory.appending(path: "plumbline-sites-\(UUID().uuidString)").path
    var settings: [String: String] { ["SITES_DIR": path, "SITES_URL": "https://www.example"] }

    init() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// The page that a visitor would see; none where there is none.
    func page(_ slug: String) -> String? { try? String(contentsOfFile: "\(path)/\(slug)/index.html", encoding: .utf8) }
    func files(_ slug: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(slug)")) ?? [] }
}

extension Bench {
    /// A site of its own with a page, deployed and up to date.
    func deployed(_ lead: Lead) async throws -> Site {
        leadIntake.add(lead)
        _ = try await ask(GenerateSite(leadID: lead.id))
        try await eventually("generated") { try await status(of: lead.id).websiteStatus == .generated }
        let site = try #require(try await status(of: lead.id).site)
        _ = try await ask(DeploySite(siteID: site.id))
        try await upToDate(site)
        return try #require(try await status(of: lead.id).site)
    }

    func upToDate(_ site: Site) async throws {
        try await eventually("it is up to date") { try await ask(GetSite(siteID: site.id)).deployment?.isUpToDate == true }
    }

    /// The status of the problem that is answered; none when it is done.
    func refusal(_ question: some Command, as role: Role = .manager) async -> Int? {
        do {
            _ = try await ask(question, as: role)
            return nil
        } catch {
            return (error as? Problem)?.status
        }
    }
}
