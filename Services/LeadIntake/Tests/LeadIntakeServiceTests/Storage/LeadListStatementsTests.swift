import Contracts
import Foundation
import Postgres
import Testing

@testable import LeadIntakeService

@Suite("The statements of lists", .timeLimit(.minutes(1)))
struct LeadListStatementsTests {
    let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench()
        // Each with an hour of its own in which it was made, and changed at any time since; every other one is vip and even, every seventh a gym.
        try await bench.database.execute(
            """
            INSERT INTO leads (id, slug, name, source, qualification_score, category, tags, created_at, updated_at)
            SELECT gen_random_uuid(), 'l' || n,
                concat_ws(' ', 'L' || n, CASE n % 21 WHEN 0 THEN 'Seventha' WHEN 7 THEN 'Seventh' WHEN 14 THEN 'Seventh' END,
                    CASE WHEN n % 2 = 0 THEN 'Even' END),
                'other', n * 37 % 101, 'c' || n % 7,
                array_remove(ARRAY[CASE WHEN n % 2 = 0 THEN 'vip' END, CASE WHEN n % 7 = 0 THEN 'gym' END], NULL),
                to_timestamp(n * 3600), to_timestamp(n * 3600 + n * 7919 % 100000)
            FROM generate_series(0, 4999) AS n
            """
        )
    }

    private func rows(_ statement: SQL) async throws -> [Row] {
        try #require(try await bench.database.pipeline([LeadSelection.planning, statement]).last?.rows)
    }

    private func time(_ hours: Double) -> Date { Date(timeIntervalSince1970: hours * 3_600) }

    private func question(_ filter: LeadFilter, descending: Bool, behind place: LeadListPlace? = nil, limit: Int = 51) -> LeadListQuestion {
        let sort = LeadSort(by: .created, descending: descending)
        return LeadListQuestion(selection: LeadSelection(filter: filter), sort: sort, limit: limit, place: place)
    }

    @Test func `where a page of some ends is never before that of all`() async throws {
        let filters = [
            LeadFilter { ($0.updatedFrom, $0.updatedBefore) = (time(1_000), time(3_500)) },
            LeadFilter { $0.updatedBefore = time(4_000) },
            LeadFilter { $0.minQualificationScore = 40 },
            LeadFilter { $0.categories = ["c1", "c2", "c3"] },
            LeadFilter { $0.updatedFrom = time(4_990) },
            LeadFilter { $0.updatedFrom = time(9_999) },
        ]
        for filter in filters {
            for descending in [true, false] {
                var place: LeadListPlace?
                // Three pages of each.
                for _ in 0..<3 {
                    let question = question(filter, descending: descending, behind: place)
                    let plain = try question.leads(try await rows(question.sorted(ofThousands: false)))
                    let edged = try question.leads(try await rows(question.sorted(ofThousands: true)))
                    #expect(edged.map(\.lead) == plain.map(\.lead), "\(filter) \(descending)")
                    let whole = try await rows(question.collected)
                    #expect(try question.leads(whole).map(\.lead) == plain.map(\.lead))
                    let count: Int? = try await rows(question.counted).first?.decode("matching")
                    #expect(try whole.first?.decode("matching") ?? 0 == count)
                    place = plain.last?.place ?? place
                }
            }
        }
        await bench.close()
    }

    @Test func `leads with all tags are the same, found by all of them or by the rarer`() async throws {
        let tags = try #require(LeadListTags(["vip", "gym"], shares: ["vip": 0.9], leads: 1_000_000))
        #expect(tags.indexed == ["gym"])
        for filter in [
            LeadFilter { $0.tagsAll = ["vip", "gym"] }, LeadFilter { ($0.tagsAll, $0.minQualificationScore) = (["vip", "gym"], 50) },
        ] {
            for descending in [true, false] {
                let question = question(filter, descending: descending)
                let (all, rarer) = (try await rows(question.collected), try await rows(question.found(by: tags)))
                #expect(try question.leads(rarer).map(\.lead) == question.leads(all).map(\.lead) && rarer.count == 51)
                #expect(try rarer.first?.decode("matching", as: Int.self) == all.first?.decode("matching", as: Int.self))
            }
        }
        // No more than so many are looked at, and it says so.
        let common = try #require(LeadListTags(["vip", "gym"], shares: ["gym": 0.9], leads: 1_000_000))
        let some = try await rows(question(LeadFilter { $0.tagsAll = ["vip", "gym"] }, descending: true).found(by: common))
        #expect(try some.first?.decode("found") == LeadListTags.most + 1)
        await bench.close()
    }

    /// As statements read slices: of each list three pages.
    private func expectSlices(_ selection: LeadSelection, by text: String) async throws {
        for descending in [true, false] {
            let (start, end) = descending ? (time(4_999), time(1_500)) : (time(0), time(3_500))
            var place: LeadListPlace?
            for _ in 0..<3 {
                let sort = LeadSort(by: .created, descending: descending)
                let question = LeadListQuestion(selection: selection, sort: sort, limit: 51, place: place)
                let all = try question.leads(try await rows(question.collected)).map(\.lead)
                let statement = question.collected(until: end, from: place?.created ?? start)
                #expect(statement.text.contains(text))
                let slice = try question.leads(try await rows(statement)).map(\.lead)
                #expect(slice == all && slice.count == 51, "\(selection) \(descending)")
                place = slice.last.map { LeadListPlace(key: .time($0.createdAt), created: $0.createdAt, id: $0.id) }
            }
        }
    }

    @Test func `leads with all tags in a slice are the same, by months or not`() async throws {
        for tags in [["vip", "gym"], ["gym"]] {
            let filter = LeadFilter { ($0.tagsAll, $0.minQualificationScore) = (tags, 20) }
            try await expectSlices(LeadSelection(filter: filter), by: "tag_months")
        }
        await bench.close()
    }

    @Test func `leads with words in a slice are the same, by weeks or not`() async throws {
        for words in [["seventh"], ["seventh", "even"], ["sev", "even"]] {
            let terms = LeadListSearch.terms(words.map { .init(text: $0) })
            let search = try #require(LeadListSearch(terms, counts: terms.map { _ in 1_000 }))
            for filter in [LeadFilter(), LeadFilter { $0.maxQualificationScore = 90 }] {
                try await expectSlices(LeadSelection(filter: filter, search: search), by: ") IS NOT FALSE AND search @@ ")
            }
        }
        // A lead's weeks are nothing that people can ask for, nor a word that one may have mistyped.
        #expect(try await bench.database.rows("SELECT FROM lead_words WHERE word ~ '[@0-9]'").isEmpty)
        let asked = try await bench.database.rows("SELECT search_words('@w1 @m0')::text AS words").first
        #expect(try asked?.decode("words", as: String.self).contains("@") == false)
        await bench.close()
    }

    @Test func `when the first of all leads was made is read, whatever the statistics know`() async throws {
        try await bench.database.execute("ANALYZE leads")
        let late = time(99_999)
        try await bench.database.execute(
            """
            INSERT INTO leads (id, slug, name, source, qualification_score, created_at, updated_at)
            VALUES (gen_random_uuid(), 'late', 'Late', 'other', 1, \(late), now())
            """
        )
        let newest = try #require(try await rows(question(LeadFilter(), descending: true).ends).first)
        #expect(try newest.decode("start") == late && newest.decode("bound") == time(4_999))
        #expect(try await rows(question(LeadFilter(), descending: false).ends).first?.decode("start") == time(0))
        let place = LeadListPlace(key: .time(time(800)), created: time(800), id: .make())
        let next = try #require(try await rows(question(LeadFilter(), descending: true, behind: place).ends).first)
        #expect(try next.decode("start") == time(800) && next.decode("bound", as: Date.self) < time(800))
        await bench.close()
    }

    @Test func `the first leads of a city and a category are as those of all`() async throws {
        try await bench.database.execute("UPDATE leads SET city = 'Town ' || qualification_score % 3")
        for filter in [
            LeadFilter { ($0.cities, $0.categories, $0.hasEmail) = (["town 1"], ["C3"], false) },
            LeadFilter { ($0.cities, $0.categories) = (["town 1"], ["c3", "c4"]) }, LeadFilter { $0.categories = ["c3"] },
        ] {
            for sort in [LeadSort.newest, LeadSort(by: .created), LeadSort(by: .city), LeadSort(by: .category)] {
                let question = LeadListQuestion(selection: LeadSelection(filter: filter), sort: sort, limit: 51)
                let first = try question.leads(try await rows(question.boundedPage(5_000))).map(\.lead)
                let all = try question.leads(try await rows(question.collected)).map(\.lead)
                #expect(first == all && first.count == 51, "\(filter) \(sort)")
            }
        }
        await bench.close()
    }
}
