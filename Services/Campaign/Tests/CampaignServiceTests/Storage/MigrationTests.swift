import CampaignService
import Foundation
import Postgres
import Testing

@Suite("Migrations")
struct MigrationTests {
    @Test func `every file is in the list, in its place and under its name`() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources/CampaignService/Migrations")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".sql") }.sorted()
        let listed = CampaignService.migrations.migrations.map { "\(String(format: "%04d", $0.version))_\($0.name).sql" }
        #expect(files == listed)
    }
}
