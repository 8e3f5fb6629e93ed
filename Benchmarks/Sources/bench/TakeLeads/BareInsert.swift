import Contracts
import Foundation
import LocalServers
import LocalStack

/// What PostgreSQL itself takes: pgbench, with prepared statements, one transaction for each lead.
struct BareInsert {
    let stack: LocalStack

    /// - Returns: transactions a second.
    func measure(clients: Int, for time: Duration) async throws -> Double {
        let directory = FileManager.default.temporaryDirectory.appending(path: "plumbline-pgbench-\(EventID.make())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (script, log) = (directory.appending(path: "lead.sql"), directory.appending(path: "pgbench.log"))
        try Data(Self.script.utf8).write(to: script)

        let arguments = [
            "--no-vacuum", "--protocol=prepared", "--client=\(clients)", "--jobs=4", "--time=\(time.components.seconds)",
            "--file=\(script.path)", stack.databaseURL(of: .leadIntake),
        ]
        let process = try await ManagedProcess.start(
            ManagedProcess.Configuration(executable: "pgbench", arguments: arguments, logFile: log.path)
        )
        let exit = try await process.waitForExit()
        let text = try String(contentsOf: log, encoding: .utf8)
        guard exit.isSuccess, let rate = text.firstMatch(of: /tps = ([0-9.]+)/).flatMap({ Double($0.output.1) }) else {
            throw BenchmarkFault(description: "pgbench failed: \(text.suffix(2_000))")
        }
        return rate
    }

    /// The columns that `POST /intake/leads` writes, with values as ``SentLead`` has them, and an event as long as that of such a lead.
    private static var script: String {
        func pick(_ words: [String], _ index: String) -> String {
            "(ARRAY[\(words.map { "'\($0)'" }.joined(separator: ","))])[1 + \(index)]"
        }
        let kind = pick(SentLead.kinds, ":k::bigint % \(SentLead.kinds.count)")
        let words = (
            pick(SentLead.words, ":k::bigint % \(SentLead.words.count)"),
            pick(SentLead.words, ":k::bigint / \(SentLead.words.count) % \(SentLead.words.count)")
        )
        return """
            \\set k random(1, 1000000000000)
            BEGIN;
            INSERT INTO leads (
                id, slug, gmb_id, business_key, name, category, subcategory, address, city, state, postal_code, country,
                latitude, longitude, phone, email, website_url, profiles, rating, review_count, photo_count, opening_hours,
                first_name, last_name, title, company, source, acquisition_cost_minor, acquisition_cost_currency, assigned_to,
                qualification_score, lead_score, tags, created_at, updated_at
            ) VALUES (
                gen_random_uuid(), 'lead-' || :k::text, 'ChIJ' || :k::text, NULL,
                \(kind) || ' ' || \(words.0) || ' ' || \(words.1) || ' ' || :k::text, \(kind), NULL,
                (:k::bigint % 900)::text || ' Calle Real', \(pick(SentLead.cities, ":k::bigint % \(SentLead.cities.count)")), NULL, NULL,
                'GT', NULL, NULL, '+502' || (20000000 + :k::bigint % 60000000)::text, 'info@' || :k::text || '.example', NULL, '{}', 4.5,
                (:k::bigint % 200)::int, 3, NULL, NULL, NULL, NULL, NULL, 'api', NULL, NULL, NULL, 85, 60, '{}', now(), now()
            ) ON CONFLICT DO NOTHING RETURNING id;
            INSERT INTO outbox (event_id, stream, subject, traceparent, payload) VALUES (
                gen_random_uuid(), 'LEADS', 'crm.lead.created', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
                convert_to(repeat('x', 1000) || :k::text, 'UTF8')
            );
            COMMIT;
            """
    }
}
