import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@Suite("Lists of many leads", .timeLimit(.minutes(2)))
struct LeadListWaysTests {
    let bench: IntakeBench
    private let manager = Actor(id: "may", role: .manager)

    init() async throws {
        bench = try await IntakeBench()
    }

    /// So many that a list is not read to its end to fill a page; even ones have a tag, odd ones another, and the two oldest have both.
    private func fill(_ count: Int) async throws {
        try await bench.database.execute(
            """
            INSERT INTO leads (id, slug, name, source, qualification_score, rating, phone, tags, created_at, updated_at)
            SELECT gen_random_uuid(), 'l' || n, 'L' || n, 'other', n % 100, CASE WHEN n % 2 = 0 THEN n % 5 END, '+50220' || 100000 + n,
                CASE WHEN n < 2 THEN '{even,odd}' WHEN n % 2 = 0 THEN '{even}' ELSE '{odd}' END::text[],
                to_timestamp(n), to_timestamp(n)
            FROM generate_series(0, \(count - 1)::int) AS n
            """
        )
        try await bench.database.execute("ANALYZE leads")
    }

    private func all(_ list: ListLeads, _ commands: CommandClient) async throws -> (leads: [Lead], pages: Int, total: Int) {
        var (list, leads, pages, total) = (list, [Lead](), 0, 0)
        repeat {
            let page = try await commands.call(list, as: manager)
            if pages == 0 { total = page.total }
            leads += page.leads
            pages += 1
            list.cursor = page.nextCursor
        } while list.cursor != nil
        return (leads, pages, total)
    }

    @Test func `a list is the same whichever way it is read`() async throws {
        try await fill(20_000)
        try await bench.running { commands in
            for sort in [LeadSort.newest, LeadSort(by: .rating), LeadSort(by: .rating, descending: true), LeadSort(by: .name)] {
                // Tags that exclude each other: the statistics expect a quarter of all, and there are two.
                let both = try await all(ListLeads(LeadFilter { $0.tagsAll = ["even", "odd"] }, sort: sort, limit: 1), commands)
                #expect(both.total == 2 && both.leads.count == 2 && both.pages == 2)
                #expect(LeadFixture.isSorted(both.leads, by: sort), "\(sort)")
                // All of the oldest, of which the list comes to last.
                let oldest = LeadFilter { ($0.updatedBefore, $0.tagsAny) = (Date(timeIntervalSince1970: 100), ["even"]) }
                let few = try await all(ListLeads(oldest, sort: sort, limit: 7), commands)
                #expect(few.total == 51 && few.leads.count == 51 && Set(few.leads.map(\.id)).count == 51)
                #expect(LeadFixture.isSorted(few.leads, by: sort), "\(sort)")
            }
            // Every number begins so; the end is that of two.
            let every = try await commands.call(ListLeads(LeadFilter { $0.search = "+502" }, limit: 10), as: manager)
            #expect(every.leads.count == 10 && every.leads.first?.name == "L19999" && every.isTotalEstimated)
            #expect((19_000...21_000).contains(every.total))
            let two = try await all(ListLeads(LeadFilter { $0.search = "0017" }, limit: 2), commands)
            #expect(two.leads.map(\.name) == ["L10017", "L17"] && two.total == 2)
        }
        await bench.close()
    }

    @Test func `leads in one range are all counted, and stand on one page each`() async throws {
        try await fill(20_000)
        try await bench.running { commands in
            for sort in [LeadSort.newest, LeadSort(by: .created)] {
                let high = try await all(ListLeads(LeadFilter { $0.minQualificationScore = 80 }, sort: sort, limit: 300), commands)
                #expect(high.total == 4_000 && high.leads.count == 4_000 && Set(high.leads.map(\.id)).count == 4_000)
                #expect(LeadFixture.isSorted(high.leads, by: sort) && high.leads.allSatisfy { $0.qualificationScore >= 80 })
            }
            // Many more are in it than the statistics know: the list is read in its order after all.
            try await bench.database.execute("UPDATE leads SET qualification_score = 95")
            let first = try await commands.call(ListLeads(LeadFilter { $0.minQualificationScore = 95 }, limit: 100), as: manager)
            #expect(first.leads.map(\.name) == (19_900..<20_000).reversed().map { "L\($0)" } && first.isTotalEstimated)
        }
        await bench.close()
    }

    @Test func `leads that a word finds are the same, be they read by the time they were made or all at once`() async throws {
        // One in nine, of all times; and of the older half one in four, of which the newest leads have none.
        try await bench.database.execute(
            """
            INSERT INTO leads (id, slug, name, source, qualification_score, created_at, updated_at)
            SELECT gen_random_uuid(), 'l' || n, CASE WHEN n % 9 = 0 THEN 'Ninth' WHEN n % 4 = 0 AND n < 10000 THEN 'Early' ELSE 'L' END || ' ' || n,
                'other', 1, to_timestamp(n), to_timestamp(n)
            FROM generate_series(0, 19999) AS n
            """
        )
        try await bench.database.execute("ANALYZE leads")
        try await bench.running { commands in
            for sort in [LeadSort.newest, LeadSort(by: .created)] {
                for (word, count) in [("Ninth", 2_223), ("Early", 2_222)] {
                    let found = try await all(ListLeads(LeadFilter { $0.search = word }, sort: sort, limit: 100), commands)
                    #expect(found.leads.count == count && Set(found.leads.map(\.id)).count == count, "\(word) \(sort)")
                    #expect(LeadFixture.isSorted(found.leads, by: sort) && found.leads.allSatisfy { $0.name.hasPrefix(word) })
                    #expect((count - 200...count + 200).contains(found.total), "\(found.total)")
                }
            }
        }
        await bench.close()
    }

    @Test func `a page is no larger than a message, and the next one goes on behind it`() async throws {
        let hours = JSONB((0..<7).map { DayHours(day: "Day \($0)", hours: String(repeating: "8 to 5, ", count: 160)) })
        try await bench.database.execute(
            """
            INSERT INTO leads (id, slug, name, source, qualification_score, opening_hours, created_at, updated_at)
            SELECT gen_random_uuid(), 'l' || n, 'L' || n, 'other', 1, \(hours)::jsonb, to_timestamp(n), now() FROM generate_series(1, 250) AS n
            """
        )
        try await bench.running { commands in
            let listed = try await all(ListLeads(sort: LeadSort(by: .created), limit: 1_000), commands)
            #expect(listed.leads.map(\.name) == (1...250).map { "L\($0)" })
            #expect(listed.pages > 2 && listed.total == 250)
        }
        await bench.close()
    }

    @Test func `leads that stay as they are stand on one page each, whatever becomes of the others meanwhile`() async throws {
        try await bench.fill((0..<60).map { .init("L\($0)", stage: $0 % 2 == 0 ? .new : .won, score: $0 % 5, age: Double($0 % 7)) })
        try await bench.running { commands in
            for sort in [LeadSort.newest, LeadSort(by: .qualificationScore), LeadSort(by: .salesStage, descending: true)] {
                var (list, seen) = (ListLeads(sort: sort, limit: 7), [String]())
                repeat {
                    let page = try await commands.call(list, as: manager)
                    seen += page.leads.map(\.name).filter { $0.hasPrefix("L") }
                    list.cursor = page.nextCursor
                    // Every third one is changed in what lists are sorted by, put aside, or new.
                    try await bench.database.execute(
                        """
                        UPDATE leads SET qualification_score = (qualification_score + 3) % 5, name = 'changed'
                        WHERE id IN (SELECT id FROM leads WHERE name LIKE 'L%0' LIMIT 1)
                        """
                    )
                    try await bench.fill([.init("new", stage: .contacted, score: 2, age: -1), .init("new", score: 0, age: 9)])
                } while list.cursor != nil
                let untouched = seen.filter { !$0.hasSuffix("0") }
                #expect(untouched.count == 54 && Set(untouched).count == 54, "\(sort)")
            }
        }
        await bench.close()
    }
}
