import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@Suite("Search", .timeLimit(.minutes(1)))
struct LeadListWordsTests {
    let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench()
    }

    private func found(_ text: String, _ commands: CommandClient) async throws -> String {
        let list = ListLeads(LeadFilter { $0.search = text }, sort: LeadSort(by: .created))
        return try await commands.call(list, as: .operator).leads.map { String($0.name.prefix(1)) }.joined()
    }

    @Test func `words are found by their beginnings, without marks, and mistyped`() async throws {
        try await bench.fill(
            [
                .init("A Barbería Ramírez", city: "Quetzaltenango", phone: "+50255501234", score: 1, age: 3),
                .init("B Joe's Plumbing", city: "Austin", email: "joe@pipes.example", phone: "+15125550134", score: 1, age: 2),
                .init("C Weiß & Søn", score: 1, age: 1, person: ("Ångela", "Núñez")),
                .init("D Barbados Rum", city: "Antigua", score: 1, age: 0, company: "Ronera Zacapa"),
            ]
        )
        let cases = [
            ("barberia", "A"), ("BARBERÍA ramirez", "A"), ("barb", "AD"), ("ramirez barb", "A"), ("quetzal", "A"),
            ("barbria", "A"), ("barberia ramires", "A"), ("quezaltenango", "A"), ("plumbnig", "B"), ("nuñes", "C"),
            ("joes", "B"), ("joe’s", "B"), ("joe@pipes.example", "B"), ("pipes", "B"), ("weiss son", "C"), ("angela nunez", "C"),
            ("5550-1234", "A"), ("+502 5550 1234", "A"), ("(512) 555-0134", "B"), ("1234", "A"), ("555", "AB"),
            ("ronera", "D"), ("zakapa", "D"), ("barb austin", ""), ("zzzzzz", ""), ("'; DROP TABLE leads --", ""), ("!!!", ""),
            ("\\' & | :*", ""),
        ]
        try await bench.running { commands in
            for (text, expected) in cases {
                let names = try await found(text, commands)
                #expect(names == expected, "\(text)")
            }
        }
        await bench.close()
    }

    @Test func `what changes is found under its new words only`() async throws {
        try await bench.fill([.init("Mariposa Azul", score: 1)])
        try await bench.running { commands in
            try await bench.database.execute("UPDATE leads SET name = 'Golondrina'")
            #expect(try await found("golondrna", commands) == "G")
            #expect(try await found("mariposa", commands) == "")
            #expect(try await bench.values("SELECT word AS value FROM lead_words") == ["golondrina"])
        }
        await bench.close()
    }
}
