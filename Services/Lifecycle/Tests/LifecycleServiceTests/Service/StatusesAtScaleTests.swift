import Contracts
import Foundation
import LifecycleService
import Messaging
import Postgres
import Testing

/// STATUS_LEADS=1000000 is the full size (about ten minutes); what it takes is printed.
@Suite("The statuses of very many leads", .timeLimit(.minutes(60)))
struct StatusesAtScaleTests {
    private static let leads = ProcessInfo.processInfo.environment["STATUS_LEADS"].flatMap { Int($0) } ?? 3_000

    @Test func `are verified, and followed up, in bounded memory`() async throws {
        let bench = try await Bench()
        let (count, database) = (Self.leads, bench.database)
        try await fill(database, count)
        try await bench.running(withWorkers: false) {
            let before = Self.peakMegabytes
            var found = VerifyStatuses.Answer(leads: 0, decisions: 0, differences: [])
            let verifying = try await ContinuousClock().measure {
                repeat {
                    let page = try await bench.ask(VerifyStatuses(cursor: found.nextCursor), as: .admin)
                    found.leads += page.leads
                    found.decisions += page.decisions
                    found.differences += page.differences
                    found.nextCursor = page.nextCursor
                } while found.nextCursor != nil
            }
            #expect(found.leads == count && found.decisions == 5 * count && found.differences.isEmpty)
            #expect(Self.peakMegabytes - before < 300)
            print(
                "verify-statuses: \(count) leads with \(found.decisions) decisions in \(verifying), \(Self.peakMegabytes - before) MB more"
            )

            let sweeper = FollowUpSweeper(database: database, rules: FollowUpRule.standard, logger: quietLogger)
            let now = Date()
            let start = ContinuousClock.now
            #expect(try await sweeper.sweep(at: now) == (raised: count, cancelled: 0))
            let raised = ContinuousClock.now
            #expect(try await sweeper.sweep(at: now) == (raised: 0, cancelled: 0))
            let (raising, looking) = (raised - start, ContinuousClock.now - raised)
            print("follow-ups: \(count) raised in \(raising); a sweep that finds nothing to do takes \(looking)")
            let due = ContinuousClock.now
            #expect(try await sweeper.raiseDue(since: now - 60, at: now) == 0)
            print("follow-ups: what has become due within a minute is found in \(ContinuousClock.now - due)")
            let listing = try await ContinuousClock().measure { _ = try await bench.ask(ListFollowUps()) }
            print("list-follow-ups: the first 100 in \(listing)")
            #expect(Self.peakMegabytes - before < 300)
        }
        try await bench.close()
    }

    @Test func `a page of a sweep reads its own leads alone, also where all came somewhere in the same moment`() async throws {
        let bench = try await Bench()
        let (count, now) = (20_000, Date())
        /// One connection, whose counters are there when it has gone: the blocks of the indexes that sweeps walk along, and of follow-ups.
        func blocks(above least: Int, touchedBy body: (Database) async throws -> Void) async throws -> Int {
            let configuration = DatabaseConfiguration(
                url: bench.databaseURL,
                maximumConnections: 1,
                applicationName: "sweep",
                schema: LifecycleService.schema
            )
            let own = Database(configuration, logger: quietLogger)
            try await body(own)
            await own.close()
            var blocks = 0
            try await eventually("the counters are there") {
                let row = try await bench.database.row(
                    """
                    SELECT (
                        SELECT sum(idx_blks_hit + idx_blks_read) FROM pg_statio_user_indexes
                        WHERE schemaname = \(LifecycleService.schema) AND indexrelname IN ('milestones_reached', 'follow_ups_listed')
                    )::bigint + (
                        SELECT sum(heap_blks_hit + heap_blks_read) FROM pg_statio_user_tables
                        WHERE schemaname = \(LifecycleService.schema) AND relname = 'follow_ups'
                    )::bigint AS blocks
                    """
                )
                blocks = try row?.decodeIfPresent("blocks") ?? 0
                return blocks > least
            }
            return blocks
        }
        func sweep(_ database: Database, raises expected: Int) async throws {
            let sweeper = FollowUpSweeper(database: database, rules: FollowUpRule.standard, logger: quietLogger, page: 200)
            let raised = try await sweeper.sweep(at: now).raised
            #expect(raised == expected)
        }
        let filled = try await blocks(above: 0) { try await fill($0, count) }
        let raised = try await blocks(above: filled) { try await sweep($0, raises: count) }
        let looked = try await blocks(above: raised) { try await sweep($0, raises: 0) }
        // A hundred pages of each index: 5,500, and as many again for each vacuum that comes by; of follow-ups each row twice at most.
        // Where each page reads an index to its end, 78,000 more, so 123,000; where it reads all follow-ups, 2,000,000. On a loaded machine
        // 78,568 were seen that were all right.
        #expect(looked - raised < 100_000, "\(looked - raised)")
        try await bench.close()
    }

    /// Lives as lifecycle would have recorded them: written to, opened by a machine and by a person, clicked, looked at by a machine.
    private func fill(_ database: Database, _ count: Int) async throws {
        let statements: [SQL] = [
            """
            INSERT INTO leads (id, version, snapshot)
            SELECT gen_random_uuid(), 1, jsonb_build_object('name', 'Lead ' || n) FROM generate_series(1, \(count)) AS n
            """,
            """
            INSERT INTO lead_statuses (lead_id, contact_status, contact_marks, version)
            SELECT id, 'clicked', '{"email": {"sent_at": "2026-01-01T00:01:00.000000Z"}, "sms": {}}', 3 FROM leads
            """,
            """
            INSERT INTO status_history (
                lead_id, field, from_status, to_status, ignored_because, trigger, channel, address, cause_event_id, cause_type, occurred_at
            )
            SELECT lead.id, fact.field, fact.before, fact.after, fact.because, fact.trigger, fact.channel,
                CASE WHEN fact.number = 1 THEN 'a@example.com' END, gen_random_uuid(), fact.cause,
                timestamptz '2026-01-01 00:00:00+00' + fact.number * interval '1 minute'
            FROM leads AS lead CROSS JOIN (VALUES
                (1, 'contact', 'pending', 'emailed', NULL, 'email_sent', 'email', 'plumbline.message.sent.v1'),
                (2, 'contact', 'emailed', NULL, 'machine', 'opened_by_machine', 'email', 'plumbline.message.opened.v1'),
                (3, 'contact', 'emailed', 'opened', NULL, 'opened_by_person', 'email', 'plumbline.message.opened.v1'),
                (4, 'contact', 'opened', 'clicked', NULL, 'clicked_by_person', 'email', 'plumbline.message.clicked.v1'),
                (5, 'website', 'none', NULL, 'machine', 'visited_by_machine', NULL, 'plumbline.site.visited.v1')
            ) AS fact (number, field, before, after, because, trigger, channel, cause)
            """,
            """
            INSERT INTO milestones (milestone, lead_id, reached_at)
            SELECT milestone, id, timestamptz '2026-01-01 00:04:00+00'
            FROM leads CROSS JOIN unnest(ARRAY['contacted', 'opened', 'clicked']) AS milestone
            """,
            "ANALYZE",
        ]
        for statement in statements { try await database.execute(statement) }
    }

    /// The most memory that this process has ever had.
    private static var peakMegabytes: Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) / 1_024
    }
}
