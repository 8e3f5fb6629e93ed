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
        // Each with an hour of its own in which it was made, and changed at any time since; every other one is vip, every seventh a gym.
        try await bench.database.execute(
            """
            INSERT INTO leads (id, slug, name, source, qualification_score, category, tags, created_at, updated_at)
            SELECT gen_random_uuid(), 'l' || n, 'L' || n, 'other', n * 37 % 101, 'c' || n % 7,
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

    @Test func `leads with all tags in a slice are the same, by months or not`() async throws {
        for tags in [["vip", "gym"], ["gym"]] {
            let filter = LeadFilter { ($0.tagsAll, $0.minQualificationScore) = (tags, 20) }
            for descending in [true, false] {
                var place: LeadListPlace?
                for _ in 0..<3 {
                    // What the statistics know begins at 4,000 hours, or ends there: what is newer, or older, is found too.
                    let (start, end) = descending ? (time(4_000), time(1_500)) : (time(1_000), time(3_500))
                    let question = question(filter, descending: descending, behind: place)
                    let all = try question.leads(try await rows(question.collected)).map(\.lead)
                    let months = try #require(question.months(until: end, from: start, at: time(99_999)))
                    let statement = question.collected(until: end, in: months)
                    #expect(statement.text.contains("tag_months"))
                    let slice = try question.leads(try await rows(statement)).map(\.lead)
                    #expect(slice == all && slice.count == 51, "\(tags) \(descending)")
                    place = slice.last.map { LeadListPlace(key: .time($0.createdAt), created: $0.createdAt, id: $0.id) }
                }
            }
        }
        await bench.close()
    }

    @Test func `the months of a slice go to the present one, or to what the statistics know`() {
        let newest = question(LeadFilter(), descending: true)
        #expect(newest.months(until: time(0), from: time(100), at: time(2_000))?.numbers == 0...2)
        #expect(newest.months(until: time(0), from: time(100), at: time(99_999))?.numbers == 0...0)
        #expect(newest.months(until: time(0), from: time(99_999), at: time(0)) == nil)
        #expect(newest.months(until: time(0), from: nil, at: time(0)) == nil)
        let oldest = question(LeadFilter(), descending: false)
        #expect(oldest.months(until: time(800), from: time(0), at: time(2_000))?.numbers == 0...1)
        let place = LeadListPlace(key: .time(time(800)), created: time(800), id: .make())
        let next = question(LeadFilter(), descending: true, behind: place)
        #expect(next.months(until: time(0), from: time(2_000), at: time(2_000))?.numbers == 0...1)
    }
}
