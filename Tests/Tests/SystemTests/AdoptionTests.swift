import Adoption
import Contracts
import Foundation
import LocalServers
import LocalStack
import Outbound
import Testing

/// A predecessor's database with made-up rows, taken over by a real system.
@Suite("plumbline adopt", .timeLimit(.minutes(10)))
struct AdoptionTests {
    @Test func `every business and every orphaned site gets its lead, and a second run changes nothing`() async throws {
        let system = try await TestSystem.start()
        let predecessor = try await predecessor("300", on: system)
        let before = try await system.everything()
        let forecast = try await system.adopt(predecessor, dryRun: true)
        #expect(try await system.everything() == before, "a dry run writes nothing")

        let report = try await system.adopt(predecessor)
        for (table, counts) in [
            ("businesses", 300), ("sites", 231), ("generated_sites", 31), ("campaigns", 152), ("sms_opt_outs", 6), ("customers", 27),
            ("subscriptions", 25), ("payments", 49), ("support_tickets", 10), ("edit_requests", 10),
        ] {
            #expect(report.row(table)?.read == counts)
            #expect(report.row(table)?.refused == 0)
        }
        for table in report.tables.map(\.name) {
            #expect(forecast.row(table)?.created == report.row(table)?.created, "a dry run tells what is done")
            #expect(forecast.row(table)?.matched == report.row(table)?.matched && forecast.row(table)?.left == report.row(table)?.left)
        }
        #expect(report.row("businesses")?.matched == 1, "two rows have one place id")
        #expect(report.orphans.count == 29)
        #expect(report.orphans.allSatisfy { $0.leadID != nil })
        #expect(report.orphans.count { $0.foundThrough == "generated_sites" } == 1)
        #expect(report.orphans.count { $0.foundThrough == "the slug" } == 1)
        try await theCaseThatStartedItAll(report, system)
        try await businessesAreWhatTheyWere(predecessor, system)
        try await statusesAreHistory(predecessor, system)
        try await moneyIsKnown(predecessor, system)
        try await whoSaidNoIsWrittenToNoMore(predecessor, system)

        try await system.settled()
        let after = try await system.everything()
        let second = try await system.adopt(predecessor)
        #expect(second.changes == 0)
        #expect(second.orphans.map(\.leadID) == report.orphans.map(\.leadID))
        try await system.settled()
        #expect(try await system.everything() == after, "a second run changes nothing")
        try await system.stop()
    }

    @Test func `a run that was killed in the middle is ended by the next, and nothing is there twice`() async throws {
        let (whole, broken) = (try await TestSystem.start(), try await TestSystem.start())
        let (source, same) = (try await predecessor("120", on: whole), try await predecessor("120", on: broken))
        _ = try await whole.adopt(source)

        for table in ["businesses", "sites", "campaigns"] {
            // The tool ends within this table, and the owners are killed while they work on it.
            let run = Task { try await broken.adopt(same) { if $0 == table { withUnsafeCurrentTask { $0?.cancel() } } } }
            _ = await run.result
            for service in [ServiceName.leadIntake, .lifecycle] {
                try await broken.stack.kill(service)
                try await broken.stack.start(service.rawValue)
            }
        }
        let end = Task { try await broken.adopt(same) }
        try await broken.stack.kill(.lifecycle)
        try await broken.stack.start(ServiceName.lifecycle.rawValue)
        _ = try await end.value

        try await whole.settled()
        try await broken.settled()
        for (ended, clean) in zip(try await broken.meaning(), try await whole.meaning()) {
            let (ours, theirs) = (ended.split(separator: "\n"), clean.split(separator: "\n"))
            #expect(ours.count == theirs.count)
            #expect(ours.first { !theirs.contains($0) } == nil)
        }
        try await whole.stop()
        try await broken.stop()
    }

    @Test(arguments: [
        ["--businesses", "0"],
        [
            "--businesses", "60", "--without", "businesses.gmb_place_id", "--without", "businesses.updated_at", "--without",
            "sites.site_title",
            "--without", "sites.current_version_id", "--without", "site_versions.is_current", "--without", "site_versions.js_content",
            "--without", "sites.purchased_at", "--without", "campaigns.site_id", "--without", "generated_sites.sold_at",
        ],
        [
            "--businesses", "40", "--without", "site_versions", "--without", "customers", "--without", "generated_sites", "--without",
            "campaigns",
        ],
        ["--businesses", "30", "--without", "businesses", "--without", "subscriptions", "--without", "payments"],
    ])
    func `an older copy, which lacks tables or columns, is taken over all the same`(arguments: [String]) async throws {
        let system = try await TestSystem.shared()
        let report = try await system.adopt(try await predecessor(arguments, on: system))
        #expect(report.tables.allSatisfy { $0.refused == 0 })
        #expect(report.row("sites")?.read ?? 0 > 0)
        #expect(report.orphans.contains { $0.slug == "la-plumbing-pros" && $0.leadID != nil })
    }

    // MARK: What must be true of it

    private func theCaseThatStartedItAll(_ report: AdoptionReport, _ system: TestSystem) async throws {
        let orphan = try #require(report.orphans.first { $0.slug == "la-plumbing-pros" })
        #expect(orphan.name == "Los Angeles Plumbing Pros" && orphan.outcome == .created)
        let lead = try await system.client.ask(GetLead(leadID: try #require(orphan.leadID))).lead
        #expect(lead.name == "Los Angeles Plumbing Pros")
        #expect(lead.phone == "+13105550123" && lead.email == "info@la-plumbing-pros.example" && lead.firstName == "Luis")
        let status = try #require(try await system.status(of: lead.id))
        #expect(status.site?.slug == "la-plumbing-pros" && status.site?.id.description == orphan.id && status.site?.leadID == lead.id)
        #expect(status.websiteStatus == .generated && status.contactStatus == .opened)
        let page = try await system.get("\(system.stack.url(of: .lifecycle))/sites/la-plumbing-pros")
        #expect(page.status == 200 && String(decoding: page.body, as: UTF8.self).contains("<h1>la-plumbing-pros</h1>"))
        let policy = try #require(page.headers["Content-Security-Policy"])
        #expect(policy.contains("default-src 'none'") && !policy.contains("script-src 'unsafe"), "nothing of it is run")
        let notes = try await system.client.ask(ListNotes(leadID: lead.id, limit: 10)).notes
        #expect(notes.contains { $0.text.contains("Subject: Your site") })
    }

    /// Ids are kept, times are UTC, numbers and states have their form here.
    private func businessesAreWhatTheyWere(_ predecessor: Predecessor, _ system: TestSystem) async throws {
        let wrong = try await system.owner(
            """
            SELECT count(*) FROM lead_intake.leads WHERE state ~ '^[A-Z][a-z]' OR phone !~ '^\\+1[2-9]' AND phone !~ '^\\+502' OR gmb_id ~ '^0x'
            """
        )
        #expect(wrong == "0")
        let kept = try await system.owner("SELECT string_agg(id::text, ',' ORDER BY id) FROM lead_intake.leads WHERE slug LIKE '%-%-1__'")
        let theirs = try await predecessor.query("SELECT string_agg(id::text, ',' ORDER BY id) FROM businesses WHERE slug LIKE '%-%-1__'")
        #expect(kept == theirs)
        let times = "SELECT string_agg(to_char(created_at, 'YYYYMMDDHH24MISS'), ',' ORDER BY id)"
        let written = try await predecessor.query("\(times) FROM businesses WHERE slug LIKE '%-%-1__'")
        #expect(try await system.owner("SET TimeZone = 'UTC'; \(times) FROM lead_intake.leads WHERE slug LIKE '%-%-1__'") == written)
        #expect(try await system.owner("SELECT count(*) FROM lead_intake.leads WHERE name LIKE '%<script>%'") == "1", "it is just a name")
    }

    private func statusesAreHistory(_ predecessor: Predecessor, _ system: TestSystem) async throws {
        // Sold is what has a purchase, not what has an amount.
        let sold = try await predecessor.query("SELECT count(*) FROM sites WHERE purchased_at IS NOT NULL OR status = 'owned'")
        #expect(
            try await system.owner(
                "SELECT count(*) FROM lifecycle.sites WHERE purchased_at IS NOT NULL AND slug LIKE ANY ('{site-%,owned%}')"
            )
                == sold
        )
        #expect(
            try await system.owner(
                """
                SELECT count(*) FROM lifecycle.status_history
                WHERE trigger = 'adopted' AND (cause_type <> 'adopted' OR actor <> 'operator' OR reason = '' OR occurred_at > '2025-01-01')
                """
            ) == "0"
        )
        // Followed again, the history gives the status.
        #expect(
            try await system.owner(
                """
                SELECT count(*) FROM lifecycle.lead_statuses AS s
                WHERE contact_status <> coalesce((
                        SELECT to_status FROM lifecycle.status_history AS h
                        WHERE h.lead_id = s.lead_id AND field = 'contact' AND to_status IS NOT NULL ORDER BY id DESC LIMIT 1
                    ), 'pending')
                    OR website_status <> coalesce((
                        SELECT to_status FROM lifecycle.status_history AS h
                        WHERE h.lead_id = s.lead_id AND field = 'website' AND to_status IS NOT NULL ORDER BY id DESC LIMIT 1
                    ), 'none')
                """
            ) == "0"
        )
        var cursor: String?
        repeat {
            let verified = try await system.client.ask(VerifyStatuses(limit: 1_000, cursor: cursor))
            #expect(verified.differences.isEmpty)
            cursor = verified.nextCursor
        } while cursor != nil
        #expect(try await system.owner("SELECT count(*) FROM lifecycle.sites WHERE superseded_at IS NULL AND version = 1") != "0")
    }

    /// Customers are known by the provider's ids, so that its notices of them find their leads from now on.
    private func moneyIsKnown(_ predecessor: Predecessor, _ system: TestSystem) async throws {
        let theirs = try await predecessor.query(
            "SELECT string_agg(recurrente_subscription_id || status, ',' ORDER BY recurrente_subscription_id) FROM subscriptions"
        )
        let ours = try await system.owner("SELECT string_agg(provider_id || state, ',' ORDER BY provider_id) FROM billing.subscriptions")
        #expect(ours == theirs)
        let paid = try await predecessor.query("SELECT sum(amount_cents) FROM payments WHERE status = 'succeeded'")
        #expect(try await system.owner("SELECT sum(amount_minor) FROM billing.payments WHERE succeeded_at IS NOT NULL") == paid)
        #expect(try await system.owner("SELECT count(*) FROM billing.payments WHERE subscription_id IS NULL OR customer_id IS NULL") == "0")
        let refunded = try await predecessor.query("SELECT count(*) FROM payments WHERE refunded_at IS NOT NULL AND status = 'succeeded'")
        #expect(try await system.owner("SELECT count(*) FROM billing.refunds") == refunded)
        let lead = try #require(
            LeadID(try await system.owner("SELECT lead_id FROM billing.customers WHERE provider_ids = '{us_made_up_0}'"))
        )
        let known = try await system.client.ask(GetCustomer(leadID: lead))
        #expect(known.email == "payer0@business.example" && known.subscriptions.count == 1 && !known.payments.isEmpty)
    }

    private func whoSaidNoIsWrittenToNoMore(_ predecessor: Predecessor, _ system: TestSystem) async throws {
        let refused = try await predecessor.query(
            "SELECT count(DISTINCT lower(email)) FROM businesses WHERE contact_status = 'unsubscribed' AND email IS NOT NULL"
        )
        #expect(
            try await system.owner("SELECT count(*) FROM campaign.suppressions WHERE channel = 'email' AND reason = 'unsubscribed'")
                == refused
        )
        let numbers = try await system.owner("SELECT count(*) FROM campaign.suppressions WHERE channel = 'sms' AND address !~ '^\\+[1-9]'")
        #expect(numbers == "0")
        #expect(try await system.owner("SELECT count(*) FROM campaign.suppressions WHERE channel = 'sms' AND source = 'adopted'") != "0")
    }

    // MARK: The predecessor

    private func predecessor(_ businesses: String, on system: TestSystem) async throws -> Predecessor {
        try await predecessor(["--businesses", businesses], on: system)
    }

    private func predecessor(_ arguments: [String], on system: TestSystem) async throws -> Predecessor {
        let output = NSTemporaryDirectory() + "plumbline-predecessor-\(EventID.make()).sql"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let script = TestSystem.root + "/Packages/LocalStack/Tests/Peers/predecessor.py"
        let exit = try await ManagedProcess.start(
            .init(executable: "/usr/bin/python3", arguments: [script] + arguments, environment: [:], logFile: output)
        ).waitForExit()
        let sql = try String(contentsOfFile: output, encoding: .utf8)
        try #require(exit.isSuccess, "\(sql.suffix(2_000))")
        let predecessor = Predecessor(server: system.stack.postgres, name: "predecessor_\(EventID.make())")
        try await predecessor.server.createDatabase(predecessor.name)
        _ = try await predecessor.query(sql)
        return predecessor
    }
}

/// A database of its own on the system's server.
private struct Predecessor: Sendable {
    var server: PostgresServer
    var name: String

    var url: String { server.url(database: name) }
    func query(_ sql: String) async throws -> String { try await server.execute(sql, database: name) }
}

extension AdoptionReport {
    fileprivate func row(_ table: String) -> Table? { tables.first { $0.name == table } }
}

extension TestSystem {
    fileprivate func adopt(
        _ predecessor: Predecessor,
        dryRun: Bool = false,
        say: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> AdoptionReport {
        try await Adoption(client, isDryRun: dryRun, say: say).run(from: predecessor.url)
    }

    /// Every row that an adoption may write, by number and content.
    fileprivate func everything() async throws -> [String] {
        var digests: [String] = []
        for table in [
            "lead_intake.leads", "lead_intake.lead_notes", "lead_intake.lead_records", "lead_intake.lead_audit", "lead_intake.adoptions",
            "lifecycle.sites", "lifecycle.site_versions", "lifecycle.status_history", "lifecycle.milestones", "lifecycle.adoptions",
            "billing.customers", "billing.subscriptions", "billing.payments", "billing.refunds", "campaign.suppressions",
        ] {
            digests.append(
                "\(table) " + (try await owner("SELECT count(*), md5(string_agg(t::text, '' ORDER BY t::text)) FROM \(table) AS t"))
            )
        }
        return digests
    }

    /// What an adoption came to, without the ids and times that each run makes anew.
    fileprivate func meaning() async throws -> [String] {
        [
            try await owner("SELECT l.slug, l.name, l.phone, l.email, l.gmb_id, l.state FROM lead_intake.leads AS l ORDER BY l.slug"),
            try await owner("SELECT origin_table, origin_id FROM lead_intake.adoptions ORDER BY 1, 2"),
            try await owner("SELECT provider_id, state, started_at, current_period_end FROM billing.subscriptions ORDER BY 1"),
            try await owner("SELECT charge_key, amount_minor, succeeded_at, refunded_minor FROM billing.payments ORDER BY 1"),
            try await owner("SELECT channel, address, reason FROM campaign.suppressions ORDER BY 1, 2"),
            try await owner("SELECT type, text, created_at FROM lead_intake.lead_notes ORDER BY text, created_at"),
            try await owner(
                """
                SELECT s.slug, s.state, s.version, s.superseded_at IS NULL, l.snapshot ->> 'slug', t.contact_status, t.website_status
                FROM lifecycle.sites AS s JOIN lifecycle.leads AS l ON l.id = s.lead_id JOIN lifecycle.lead_statuses AS t USING (lead_id)
                ORDER BY s.slug
                """
            ),
            try await owner(
                """
                SELECT reason, to_status, asked, occurred_at FROM lifecycle.status_history
                WHERE trigger = 'adopted' ORDER BY reason, asked, occurred_at
                """
            ),
        ]
    }
}
