import Foundation
import LifecycleService
import Postgres
import Testing

@Suite("Migrations")
struct MigrationTests {
    @Test func `every file in the folder is applied, under its name`() throws {
        let folder = URL(filePath: #filePath).pathComponents.dropLast(4).joined(separator: "/") + "/Sources/LifecycleService/Migrations"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }.sorted()
        let listed = LifecycleService.migrations.migrations.map { migration in
            let number = String(migration.version)
            return String(repeating: "0", count: 4 - number.count) + "\(number)_\(migration.name).sql"
        }
        #expect(files == listed)
        for (file, migration) in zip(files, LifecycleService.migrations.migrations) {
            #expect(try Data(contentsOf: URL(filePath: "\(folder)/\(file)")) == Data(migration.sql))
        }
    }
}
