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

    @Test func `digits behind letters are found with them, by their beginning, and are no telephone number`() async throws {
        try await bench.fill(
            [
                .init("A Studio54 Bar", phone: "+50255508599", score: 1, age: 3),
                .init("B María", email: "maria85@sol4x.example", score: 1, age: 2),
                .init("C Mariana 24h", email: "b2b@luna.example", score: 1, age: 1),
                .init("D María", email: "maria8599@tilde~7.example", score: 1, age: 0),
            ]
        )
        let cases = [
            ("studio54", "A"), ("studio5", "A"), ("studio", "A"), ("studio55", ""), ("stud54", ""),
            ("maria85", "BD"), ("maria8", "BD"), ("maria859", "D"), ("maria", "BCD"), ("mariana85", ""), ("sol4x", "B"), ("sol4", "B"),
            ("maria85@sol4x.example", "B"), ("24h", "C"), ("b2b", "C"), ("b2", "C"), ("8599", "A"), ("~85", "A"), ("tilde 7", "D"),
        ]
        try await bench.running { commands in
            for (text, expected) in cases {
                let names = try await found(text, commands)
                #expect(names == expected, "\(text)")
            }
        }
        await bench.close()
    }

    @Test func `a word is found by each of its beginnings, however long, and by no other's`() async throws {
        // Words that have six letters, more and fewer in common, and two that differ in a mark only.
        let words = [
            "barber", "barbera", "barberia", "barberías", "barbero", "barberos", "barbo", "restaurante", "restauracion", "restau", "resta",
            "a24horas", "straße", "überseehafen", "ubersee",
        ]
        try await bench.fill(words.map { .init($0, score: 1) })
        let plain = words.map { $0.folding(options: .diacriticInsensitive, locale: nil).lowercased().replacing("ß", with: "ss") }
        try await bench.running { commands in
            for beginning in Set(plain.flatMap { word in (2...word.count).map { String(word.prefix($0)) } }).sorted() {
                let list = ListLeads(LeadFilter { $0.search = beginning }, sort: LeadSort(by: .created), limit: 100)
                let found = try await commands.call(list, as: .operator).leads.map(\.name)
                let expected = zip(words, plain).filter { $0.1.hasPrefix(beginning) }.map(\.0)
                #expect(found.sorted() == expected.sorted(), "\(beginning)")
                // Beside another word, of which the index is asked too.
                let both = ListLeads(LeadFilter { $0.search = "\(beginning) \(beginning)" }, sort: LeadSort(by: .created), limit: 100)
                #expect(try await commands.call(both, as: .operator).leads.map(\.name).sorted() == expected.sorted(), "\(beginning) twice")
            }
        }
        await bench.close()
    }

    /// PostgreSQL puts new entries of such an index into a list first, which each search reads whole until autovacuum comes by.
    @Test func `the words that an import has just brought don't make mistyped ones slow to find`() async throws {
        try await bench.database.execute(
            """
            INSERT INTO lead_words (word)
            SELECT DISTINCT substr(translate(md5(number::text), '0123456789', 'ghijklmnop'), 1, 12) FROM generate_series(1, 10000) AS number
            """
        )
        let plan = try await bench.database.transaction { transaction in
            let others: [SQL] = ["enable_seqscan", "enable_indexscan", "enable_indexonlyscan"]
            for way in others { try await transaction.execute("SET LOCAL \(fragment: way) = off") }
            return try await transaction.rows("EXPLAIN (ANALYZE, BUFFERS) SELECT FROM lead_words WHERE word % 'barbria'")
                .map { try $0.decode("QUERY PLAN", as: String.self) }
        }
        let index = try #require(plan.firstIndex { $0.contains("Index Scan on lead_words_by_trigram") })
        let pages = try #require(plan[index...].lazy.compactMap { $0.firstMatch(of: #/Buffers: shared hit=(\d+)/#) }.first)
        let count = try #require(Int(pages.1))
        #expect(count < 60, "pages of the index that were read")
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
