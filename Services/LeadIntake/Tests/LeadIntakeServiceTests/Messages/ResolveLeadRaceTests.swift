import Contracts
import Foundation
import HTTPTypes
import HummingbirdTesting
import Messaging
import NIOCore
import Postgres
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

/// 64 callers ask for the same businesses, each in an order of its own, of two instances: every business is one lead, for all of them.
///
/// `RACE_BUSINESSES` is how many businesses (1,000 is the full size; takes some minutes in a debug build).
@Suite("64 callers and the same businesses in random order", .timeLimit(.minutes(15)))
struct ManyBusinessesRaceTests {
    static let callers = 64
    static let businesses = ProcessInfo.processInfo.environment["RACE_BUSINESSES"].flatMap { Int($0) } ?? 60

    /// Some known by their place id, some by name, place and telephone only; many of one name, so that slugs clash too.
    static func business(_ number: Int) -> LeadDraft {
        LeadDraft(
            name: "Taller \(number / 5)",
            gmbID: number.isMultiple(of: 3) ? nil : "ChIJrace\(number)",
            city: "Antigua",
            country: "GT",
            phone: "+502\(50_000_000 + number)"
        )
    }

    /// What each caller was told, by the number of the business.
    private typealias Told = [Int: (id: LeadID, created: Bool)]

    private func check(_ told: [Told], _ bench: IntakeBench) async throws {
        #expect(told.count == Self.callers)
        for number in 0..<Self.businesses {
            let answers = told.compactMap { $0[number] }
            #expect(answers.count == Self.callers)
            #expect(Set(answers.map(\.id)).count == 1)
            #expect(answers.count(where: \.created) == 1)
        }
        #expect(try await bench.leadCount() == Self.businesses)
        #expect(try await bench.events().count { $0 == "crm.lead.created" } == Self.businesses)
        #expect(try await bench.values("SELECT lead_id::text AS value FROM lead_audit WHERE field = 'created_at'").count == Self.businesses)
    }

    @Test func `by command`() async throws {
        let bench = try await IntakeBench()
        try await bench.running(instances: 2) { commands in
            let told = try await withThrowingTaskGroup(of: Told.self) { group in
                for _ in 0..<Self.callers {
                    group.addTask {
                        var told: Told = [:]
                        for number in (0..<Self.businesses).shuffled() {
                            let question = ResolveLead(business: Self.business(number))
                            let answer = try await commands.call(question, as: .service(.lifecycle), timeout: .seconds(60))
                            told[number] = (answer.lead.id, answer.created)
                        }
                        return told
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try await check(told, bench)
        }
        await bench.close()
    }

    @Test func `by POST /intake/leads, one by one and some at once`() async throws {
        let bench = try await IntakeBench(settings: ["INTAKE_RATE": "100000", "INTAKE_BURST": "100000"])
        let key = try await bench.makeKey()
        let bodies = try (0..<Self.businesses).map { String(decoding: try WireJSON.encode(Self.business($0)), as: UTF8.self) }
        try await bench.http { one in
            try await bench.http { other in
                let told = try await withThrowingTaskGroup(of: Told.self) { group in
                    for caller in 0..<Self.callers {
                        let client = caller.isMultiple(of: 2) ? one : other
                        group.addTask {
                            var told: Told = [:]
                            var rest = (0..<Self.businesses).shuffled()[...]
                            while !rest.isEmpty {
                                let some = Array(rest.prefix(caller % 4 == 3 ? 20 : 1))
                                rest = rest.dropFirst(some.count)
                                let body = "[" + some.map { bodies[$0] }.joined(separator: ",") + "]"
                                for taken in try await bench.take(body, of: client, key: key) {
                                    told[some[taken.line - 1]] = (taken.id, taken.created)
                                }
                            }
                            return told
                        }
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                try await check(told, bench)
            }
        }
        await bench.close()
    }
}

extension IntakeBench {
    fileprivate func take(_ body: String, of client: any TestClientProtocol, key: String) async throws -> [Report.Taken] {
        try await client.execute(
            uri: "/intake/leads",
            method: .post,
            headers: [.authorization: "Bearer \(key)", .contentType: "application/json"],
            body: ByteBuffer(string: body)
        ) { response in
            let answer = Answer(status: response.status, headers: response.headers, body: Data(response.body.readableBytesView))
            return try #require(try answer.report().leads)
        }
    }
}
