import Contracts
import Foundation
import Messaging
import Testing

@Suite("Many who ask for one lead at once", .timeLimit(.minutes(1)))
struct ResolveLeadRaceTests {
    static let fonda = LeadDraft(name: "La Fonda de Ana", city: "Antigua", country: "GT", phone: "5550 1234")

    /// What 50 callers ask for; each set has one key in common.
    enum Keys: String, CaseIterable, Sendable {
        case id, gmbID, slug, business, mixed

        func question(_ number: Int, _ id: LeadID) -> ResolveLead {
            switch self {
            case .id: ResolveLead(id: id, business: fonda)
            case .gmbID: ResolveLead(gmbID: "ChIJfonda", business: fonda)
            case .slug: ResolveLead(slug: "la-fonda", business: fonda)
            case .business: ResolveLead(business: fonda)
            case .mixed:
                switch number % 4 {
                case 0: ResolveLead(id: id, gmbID: "ChIJfonda", slug: "la-fonda", business: fonda)
                case 1: ResolveLead(gmbID: "ChIJfonda", slug: "la-fonda", business: fonda)
                case 2: ResolveLead(id: id, gmbID: "ChIJfonda", business: fonda)
                default: ResolveLead(gmbID: "ChIJfonda", business: fonda)
                }
            }
        }
    }

    @Test(arguments: Keys.allCases)
    func `fifty callers get one lead, and one of them is told that it made it`(keys: Keys) async throws {
        let bench = try await IntakeBench()
        let id = LeadID.make()
        try await bench.running(instances: 2) { commands in
            let answers = try await withThrowingTaskGroup(of: ResolveLead.Answer.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        try await commands.call(keys.question(number, id), as: .service(.lifecycle), timeout: .seconds(40))
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.lead.id)).count == 1)
            #expect(answers.count(where: \.created) == 1)
            #expect(answers.count { $0.matchedBy != nil } == 49)
        }
        #expect(try await bench.leadCount() == 1)
        #expect(try await bench.events() == ["crm.lead.created"])
        await bench.close()
    }

    @Test func `fifty businesses of one name in one town get fifty slugs, and one has it as it is`() async throws {
        let bench = try await IntakeBench()
        try await bench.running(instances: 2) { commands in
            let slugs = try await withThrowingTaskGroup(of: String.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        let draft = LeadDraft(name: "Taco King", gmbID: "ChIJking\(number)", city: "Austin")
                        return try await commands.call(ResolveLead(business: draft), as: .operator, timeout: .seconds(40)).lead.slug
                    }
                }
                return try await group.reduce(into: Set<String>()) { $0.insert($1) }
            }
            #expect(slugs.count == 50)
            #expect(slugs.contains("taco-king-austin"))
            #expect(slugs.allSatisfy { $0.wholeMatch(of: /taco-king-austin(-\d{13})?/) != nil })
        }
        await bench.close()
    }

    @Test func `one command that is sent fifty times is done once, and all get the first answer`() async throws {
        let bench = try await IntakeBench()
        let key = IdempotencyKey.make()
        try await bench.running(instances: 2) { commands in
            let answers = try await withThrowingTaskGroup(of: ResolveLead.Answer.self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        try await commands.call(ResolveLead(business: Self.fonda), as: .operator, key: key, timeout: .seconds(40))
                    }
                }
                return try await group.reduce(into: Set()) { $0.insert($1) }
            }
            #expect(answers.count == 1)
            #expect(answers.first?.created == true)
        }
        await bench.close()
    }
}
