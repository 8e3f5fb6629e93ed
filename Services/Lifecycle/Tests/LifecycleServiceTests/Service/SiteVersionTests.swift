import Contracts
import Foundation
import LifecycleService
import LocalServers
import Messaging
import Postgres
import Testing

@Suite("Versions of a site", .timeLimit(.minutes(1)))
struct SiteVersionTests {
    @Test func `pages of before are carried over, and jobs too`() async throws {
        let database = Database(
            DatabaseConfiguration(
                url: try await PostgresServer.shared().makeDatabase(),
                applicationName: "test",
                schema: LifecycleService.schema
            ),
            logger: quietLogger
        )
        let all = LifecycleService.migrations
        let before = MigrationSet(module: all.module, migrations: all.migrations.filter { $0.version < 5 })
        _ = try await Migrator(database: database, schema: LifecycleService.schema, sets: [messagingMigrations, before]).migrate()
        let (lead, site) = (SampleLeads.plumber, SiteID.make())
        let snapshot = String(decoding: try WireJSON.encode(lead), as: UTF8.self)
        try await database.execute("INSERT INTO leads (id, version, snapshot) VALUES (\(lead.id), 1, \(snapshot)::jsonb)")
        try await database.execute(
            """
            INSERT INTO sites (id, lead_id, slug, title, theme, version, created_at, generated_at)
            VALUES (\(site), \(lead.id), 'a', 'A', 'main-street', 3, now(), now())
            """
        )
        try await database.execute(
            """
            INSERT INTO site_pages (site_id, version, language, html, style_hash, digest, generated_at)
            VALUES (\(site), 3, 'es', '<p>A', 'sha256-x', 'd', now())
            """
        )
        try await database.execute("INSERT INTO generation_jobs (site_id, requested_by) VALUES (\(site), 'ana')")

        _ = try await Migrator(database: database, schema: LifecycleService.schema, sets: [messagingMigrations, all]).migrate()
        let row = try #require(try await database.row("SELECT version, theme, tone, language, html, made_by FROM site_versions"))
        #expect(try row.decode("version", as: Int.self) == 3)
        #expect(
            try ["theme", "tone", "language", "html", "made_by"].map { try row.decode($0, as: String.self) }
                == ["main-street", "friendly", "es", "<p>A", "template"]
        )
        #expect(try await database.claimGenerations(1, for: .seconds(1)).count == 1)
        await database.close()
    }

    @Test func `each version is kept, and the last is the site's`() async throws {
        let bench = try await Bench()
        let lead = SampleLeads.plumber
        bench.leadIntake.add(lead)
        try await bench.running {
            let site = try await bench.ask(GenerateSite(leadID: lead.id, tone: .direct)).site
            try await eventually("generated") { try await bench.status(of: lead.id).site?.version == 1 }
            #expect(try await bench.status(of: lead.id).site?.tone == .direct)
            let content = try SiteWriter.content(for: lead)
            let version = NewSiteVersion(
                content: content,
                page: SitePage(html: "<p>2", styleHash: "sha256-x"),
                theme: .mainStreet,
                tone: .professional,
                madeBy: .llm,
                writer: WriterRecord(model: "m", prompt: "p", promptTokens: 7),
                requestedBy: "ana"
            )
            let number = try await bench.database.transaction { try await $0.addVersion(version, to: site.id, at: .now) }
            #expect(number == 2)
            #expect(try await bench.status(of: lead.id).site?.version == 2)
            #expect(try await bench.status(of: lead.id).site?.tone == .professional)
            let rows = try await bench.database.rows("SELECT made_by, content->>'name' AS name FROM site_versions ORDER BY version")
            #expect(try rows.map { try $0.decode("made_by", as: String.self) } == ["template", "llm"])
            #expect(try rows.map { try $0.decode("name", as: String.self) } == [lead.name, lead.name])
            let problem = await #expect(throws: Problem.self) {
                try await bench.database.transaction { try await $0.addVersion(version, to: .make(), at: .now) }
            }
            #expect(problem?.status == 404)
        }
        try await bench.close()
    }
}
