import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@Suite("Duplicates", .timeLimit(.minutes(1)))
struct LeadListDuplicatesTests {
    let bench: IntakeBench
    private let manager = Actor(id: "may", role: .manager)

    init() async throws {
        bench = try await IntakeBench()
    }

    private func found(_ question: FindDuplicates, _ commands: CommandClient, as actor: Actor? = nil) async throws -> [String] {
        try await commands.call(question, as: actor ?? manager).groups.map { group in
            #expect(group.count == group.leads.count)
            return group.value + ": " + group.leads.map(\.name).joined(separator: ", ")
        }
    }

    @Test func `leads with something in common are found together, and those of one lead alone`() async throws {
        let fixtures: [LeadFixture] = [
            .init("Café Luna", city: "Antigua", phone: "+50255501234", website: "https://www.luna.example/menu", score: 1),
            .init("Cafe Luna S.A.", city: "ANTIGUA", email: "a@luna.example", website: "http://luna.example", score: 1),
            .init("Café Luna", city: "Xela", phone: "+50255501234", staff: "ann", score: 1),
            .init("Taller Sol", city: "Antigua", email: "a@luna.example", website: "https://sol.example", score: 1),
            .init("Other", phone: "+50255501234", score: 1, isArchived: true),
        ]
        try await bench.fill(fixtures)
        try await bench.running { commands in
            let groups1 = try await found(FindDuplicates(by: .phone), commands)
            #expect(groups1 == ["+50255501234: Café Luna, Café Luna"])
            let groups2 = try await found(FindDuplicates(by: .email), commands)
            #expect(groups2 == ["a@luna.example: Cafe Luna S.A., Taller Sol"])
            let groups3 = try await found(FindDuplicates(by: .websiteHost), commands)
            #expect(groups3 == ["luna.example: Café Luna, Cafe Luna S.A."])
            let groups4 = try await found(FindDuplicates(by: .name), commands)
            #expect(groups4 == ["antigua: Café Luna, Cafe Luna S.A."])

            let first = fixtures[0].lead.id
            let groups5 = try await found(FindDuplicates(by: .phone, of: first), commands)
            #expect(groups5 == ["+50255501234: Café Luna"])
            let groups6 = try await found(FindDuplicates(by: .name, of: first), commands)
            #expect(groups6 == ["antigua: Cafe Luna S.A."])
            let groups7 = try await found(FindDuplicates(by: .email, of: first), commands)
            #expect(groups7 == [])

            let bob = Actor(id: "bob", role: .agent)
            let groups8 = try await found(FindDuplicates(by: .phone), commands, as: bob)
            #expect(groups8 == [])
            let hidden = await #expect(throws: Problem.self) {
                try await commands.call(FindDuplicates(by: .phone, of: fixtures[2].lead.id), as: bob)
            }
            #expect(hidden?.status == 404)
        }
        await bench.close()
    }

    @Test(arguments: DuplicateSign.allCases)
    func `pages hold each group once`(by sign: DuplicateSign) async throws {
        try await bench.fill(
            (0..<14).map { number in
                let pair = number / 2
                return .init(
                    "Barbería \(["Alba", "Luz", "Mar", "Paz", "Rey", "Sol", "Voz"][pair]) Central",
                    city: "City \(pair)",
                    email: "m\(pair)@mail.example",
                    phone: "+5025550123\(pair)",
                    website: "https://w\(pair).example/\(number)",
                    score: 1
                )
            }
        )
        try await bench.running { commands in
            var seen: [LeadID] = []
            var cursor: String?
            repeat {
                let page = try await commands.call(FindDuplicates(by: sign, limit: 3, cursor: cursor), as: manager)
                #expect(page.groups.allSatisfy { $0.leads.count == 2 && $0.count == 2 })
                seen += page.groups.flatMap(\.leads).map(\.id)
                cursor = page.nextCursor
            } while cursor != nil
            #expect(seen.count == 14 && Set(seen).count == 14)
            let refused = await #expect(throws: Problem.self) {
                try await commands.call(FindDuplicates(by: sign, limit: 0, cursor: "x"), as: manager)
            }
            #expect(refused?.status == 422)
        }
        await bench.close()
    }
}
