import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@Suite("Lists of leads", .timeLimit(.minutes(1)))
struct LeadListTests {
    let bench: IntakeBench
    private let manager = Actor(id: "may", role: .manager)

    init() async throws {
        bench = try await IntakeBench()
    }

    private func names(_ filter: LeadFilter, sort: LeadSort? = LeadSort(by: .name), _ commands: CommandClient) async throws -> [String] {
        let answer = try await commands.call(ListLeads(filter, sort: sort), as: manager)
        #expect(answer.total == answer.leads.count && !answer.isTotalEstimated && answer.nextCursor == nil)
        return answer.leads.map(\.name)
    }

    @Test func `every filter finds what it says, and nothing else`() async throws {
        try await bench.fill(
            [
                .init("A", city: "Quetzaltenango", category: "Café", email: "a@a.example", score: 10, tags: ["vip", "old"], age: 1),
                .init("B", city: "Antigua", phone: "+50255501234", rating: 4.5, score: 50, leadScore: 71, age: 2),
                .init("C", website: "https://c.example", stage: .won, source: .referral, staff: "ann", score: 90, leadScore: 70, age: 3),
                .init(
                    "D",
                    staff: "bob",
                    score: 60,
                    tags: ["vip"],
                    age: 4,
                    lastContact: LeadFixture.day(2),
                    nextFollowUp: LeadFixture.day(5)
                ),
                .init("E", score: 0, age: 5, isArchived: true),
            ]
        )
        let cases: [(String, LeadFilter)] = [
            ("ABCD", LeadFilter()),
            ("E", LeadFilter { $0.isArchived = true }),
            ("C", LeadFilter { $0.stages = [.won, .lost] }),
            ("C", LeadFilter { $0.sources = [.referral] }),
            ("CD", LeadFilter { $0.assignedTo = ["ann", "bob"] }),
            ("AB", LeadFilter { $0.isUnassigned = true }),
            ("CD", LeadFilter { $0.isUnassigned = false }),
            ("ABC", LeadFilter { ($0.assignedTo, $0.isUnassigned) = (["ann"], true) }),
            ("BC", LeadFilter { ($0.createdFrom, $0.createdBefore) = (LeadFixture.day(-3), LeadFixture.day(-1)) }),
            ("CD", LeadFilter { $0.updatedBefore = LeadFixture.day(-2) }),
            ("BD", LeadFilter { ($0.minQualificationScore, $0.maxQualificationScore) = (50, 60) }),
            ("C", LeadFilter { ($0.minLeadScore, $0.maxLeadScore) = (1, 70) }),
            ("B", LeadFilter { ($0.minRating, $0.maxRating) = (4.5, 5) }),
            ("D", LeadFilter { ($0.lastContactFrom, $0.lastContactBefore) = (LeadFixture.day(2), LeadFixture.day(3)) }),
            ("D", LeadFilter { $0.nextFollowUpBefore = LeadFixture.day(6) }),
            ("", LeadFilter { $0.nextFollowUpFrom = LeadFixture.day(6) }),
            ("A", LeadFilter { $0.categories = ["CAFE", "bar"] }),
            ("AB", LeadFilter { $0.cities = ["quetzaltenango", "ANTIGUA"] }),
            ("A", LeadFilter { $0.hasEmail = true }),
            ("ACD", LeadFilter { $0.hasPhone = false }),
            ("ABD", LeadFilter { $0.hasWebsite = false }),
            ("B", LeadFilter { $0.isHot = true }),
            ("ACD", LeadFilter { $0.isHot = false }),
            ("AD", LeadFilter { $0.tagsAny = ["VIP", "hot"] }),
            ("A", LeadFilter { $0.tagsAll = ["vip", "old"] }),
            ("D", LeadFilter { ($0.tagsAny, $0.assignedTo) = (["vip"], ["bob"]) }),
            ("ABCD", LeadFilter { ($0.stages, $0.cities, $0.tagsAny, $0.search) = ([], [], [], "  ") }),
        ]
        try await bench.running { commands in
            for (expected, filter) in cases {
                let found = try await names(filter, commands)
                #expect(found.joined() == expected, "\(filter)")
            }
        }
        await bench.close()
    }

    @Test func `words of a filter may be written as people write them`() async throws {
        try await bench.running { commands in
            for draft in [
                LeadDraft(name: "A", city: "San José", state: "California", country: "US", tags: ["Hot"]),
                LeadDraft(name: "B", city: "Tbilisi", state: "Georgia", country: "GE"),
            ] {
                _ = try await commands.call(CreateLead(business: draft), as: manager)
            }
            for (expected, filter) in [
                (["A"], LeadFilter { $0.states = ["California"] }), (["A"], LeadFilter { $0.states = ["ca"] }),
                (["B"], LeadFilter { $0.states = ["Georgia "] }), (["A", "B"], LeadFilter { $0.states = ["Georgia", "CA"] }),
                (["A"], LeadFilter { $0.cities = [" san  jose "] }), (["A"], LeadFilter { $0.tagsAny = [" HOT "] }),
                (["A"], LeadFilter { $0.tagsAll = ["hot "] }), ([], LeadFilter { $0.tagsAll = ["hot", " "] }),
                ([], LeadFilter { $0.cities = [" "] }),
            ] {
                #expect(try await names(filter, commands) == expected, "\(filter)")
            }
        }
        await bench.close()
    }

    @Test func `each column sorts both ways, and pages hold each lead once`() async throws {
        let fixtures: [LeadFixture] = (0..<23).map { number in
            let rating: Double? = number % 6 == 0 ? nil : Double(number) / 7
            let name: String = ["Óscar", "ana", "Bea", "ömer"][number % 4]
            let staff: String? = number % 5 == 0 ? "ann" : nil
            var fixture = LeadFixture(name, staff: staff, rating: rating, score: number % 7, age: Double(number % 4) / 3)
            fixture.lead.city = number % 3 == 0 ? nil : "City \(number % 5)"
            fixture.lead.category = number % 4 == 0 ? nil : "Bar"
            fixture.lead.salesStage = SalesStage.allCases[number % 3]
            fixture.lead.lastContactAt = number % 3 == 1 ? nil : LeadFixture.day(Double(number % 4))
            fixture.lead.nextFollowUpAt = number % 4 == 1 ? nil : LeadFixture.day(Double(number % 5))
            fixture.lead.leadScore = number % 2 == 0 ? nil : number % 9
            return fixture
        }
        try await bench.fill(fixtures)
        try await bench.running { commands in
            for column in LeadSort.Column.allCases {
                for descending in [true, false] {
                    let sort = LeadSort(by: column, descending: descending)
                    let whole = try await commands.call(ListLeads(sort: sort), as: manager).leads
                    #expect(whole.count == 23 && Set(whole.map(\.id)).count == 23)
                    #expect(LeadFixture.isSorted(whole, by: sort), "\(sort)")
                    var paged: [LeadID] = []
                    var cursor: String?
                    repeat {
                        let page = try await commands.call(ListLeads(sort: sort, limit: 5, cursor: cursor), as: manager)
                        #expect(page.total == 23)
                        paged += page.leads.map(\.id)
                        cursor = page.nextCursor
                    } while cursor != nil
                    #expect(paged == whole.map(\.id), "\(sort)")
                }
            }
        }
        await bench.close()
    }

    @Test func `a cursor is good for its own filter and order only`() async throws {
        try await bench.fill((0..<3).map { .init("L\($0)", score: 50, age: Double($0)) })
        try await bench.running { commands in
            let cursor = try await commands.call(ListLeads(limit: 1), as: manager).nextCursor
            for other in [
                ListLeads(sort: LeadSort(by: .name), limit: 1, cursor: cursor),
                ListLeads(LeadFilter { $0.isHot = true }, limit: 1, cursor: cursor),
                ListLeads(limit: 1, cursor: "bm9uc2Vuc2U"),
            ] {
                let refused = await #expect(throws: Problem.self) { try await commands.call(other, as: manager) }
                #expect(refused?.status == 422 && refused?.errors?.map(\.pointer) == ["/cursor"])
            }
            #expect(try await commands.call(ListLeads(limit: 1, cursor: cursor), as: manager).leads.count == 1)
        }
        await bench.close()
    }

    @Test func `what can't be meant is refused, all of it at once`() async throws {
        try await bench.running { commands in
            let filter = LeadFilter {
                ($0.minRating, $0.maxRating) = (4, 3)
                ($0.createdFrom, $0.createdBefore) = (LeadFixture.day(0), LeadFixture.day(-1))
                $0.maxQualificationScore = 101
                $0.tagsAny = Array(repeating: "t", count: 101)
                $0.search = String(repeating: "s", count: 201)
            }
            let refused = await #expect(throws: Problem.self) { try await commands.call(ListLeads(filter, limit: 0), as: manager) }
            #expect(
                refused?.errors?.map(\.pointer) == [
                    "/filter/created_before", "/filter/min_qualification_score", "/filter/min_rating", "/filter/tags_any", "/filter/search",
                    "/limit",
                ]
            )
        }
        await bench.close()
    }

    @Test func `an agent's list and its total have the own and the unassigned leads only`() async throws {
        try await bench.fill([.init("A", staff: "ann", score: 1), .init("B", staff: "bob", score: 1), .init("C", score: 1)])
        try await bench.running { commands in
            let ann = Actor(id: "ann", role: .agent)
            let own = try await commands.call(ListLeads(sort: LeadSort(by: .name)), as: ann)
            #expect(own.leads.map(\.name) == ["A", "C"] && own.total == 2)
            #expect(try await commands.call(ListLeads(LeadFilter { $0.assignedTo = ["bob"] }), as: ann).total == 0)
        }
        await bench.close()
    }

    @Test func `the total is exact up to 10,000, and an estimate beyond`() async throws {
        func insert(_ numbers: ClosedRange<Int>) async throws {
            try await bench.database.execute(
                """
                INSERT INTO leads (id, slug, name, source, qualification_score, created_at, updated_at)
                SELECT gen_random_uuid(), 'l' || n, 'L', 'other', 1, now(), now()
                FROM generate_series(\(numbers.lowerBound)::int, \(numbers.upperBound)::int) AS n
                """
            )
        }
        try await insert(1...10_000)
        try await bench.running { commands in
            let exact = try await commands.call(ListLeads(limit: 1), as: manager)
            #expect(exact.total == 10_000 && !exact.isTotalEstimated)
            try await insert(10_001...12_000)
            try await bench.database.execute("ANALYZE leads")
            let estimated = try await commands.call(ListLeads(limit: 1), as: manager)
            #expect((11_000...13_000).contains(estimated.total) && estimated.isTotalEstimated)
        }
        await bench.close()
    }

    @Test func `the statistics are of what the filter means, by stage, source and agent`() async throws {
        try await bench.fill(
            [
                .init("A", stage: .won, source: .referral, staff: "ann", score: 90, leadScore: 80, age: 1),
                .init("B", stage: .new, staff: "ann", score: 50, leadScore: 70, age: 2),
                .init("C", stage: .won, staff: "bob", score: 40, leadScore: 90, age: 3),
                .init("D", score: 20, age: 4),
                .init("E", stage: .won, score: 100, age: 4, isArchived: true),
            ]
        )
        try await bench.running { commands in
            let all = try await commands.call(LeadStatistics(), as: manager)
            #expect(all.total == 4 && all.qualified == 1 && all.hot == 2 && all.won == 2 && all.unassigned == 1)
            #expect(all.conversionRate == 0.5 && all.averageQualificationScore == 50 && all.averageLeadScore == 80)
            #expect(all.byStage == ["won": 2, "new": 2] && all.bySource == ["referral": 1, "api": 3])
            #expect(all.byAgent == ["ann": .init(total: 2, hot: 1, won: 1), "bob": .init(total: 1, hot: 1, won: 1)])

            let lately = LeadFilter { ($0.createdFrom, $0.assignedTo) = (LeadFixture.day(-1.5), ["ann"]) }
            #expect(try await commands.call(LeadStatistics(lately), as: manager).byStage == ["won": 1])
            #expect(try await commands.call(LeadStatistics(), as: Actor(id: "bob", role: .agent)).total == 2)
            let none = try await commands.call(LeadStatistics(LeadFilter { $0.tagsAny = ["none"] }), as: manager)
            #expect(none == LeadStatistics.Answer())
        }
        await bench.close()
    }
}
