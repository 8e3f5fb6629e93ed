import Contracts
import Testing

@testable import LeadIntakeService

@Suite("What a search looks up")
struct LeadListSearchTests {
    private func terms(_ words: String...) -> [LeadListSearch.Term] { LeadListSearch.terms(words.map { .init(text: $0) }) }

    @Test func `words begin so, single letters are whole, and digits beside each other are a telephone number too`() {
        #expect(terms("cafe", "s", "luna").map(\.query) == ["'cafe':*", "'s'", "'luna':*"])
        #expect(terms("555", "0134").map(\.query) == ["('5550134':* | ('555' & '0134':*))"])
        #expect(terms("502", "5550", "1234").map(\.query) == ["'50255501234':*"])
        #expect(LeadListSearch.terms([.init(text: "cafw", similar: ["cafe", "caff"])]).map(\.query) == ["('cafw':* | 'cafe' | 'caff')"])
    }

    @Test func `digits behind letters are a word of their own, whose letters are whole`() {
        #expect(terms("maria", "~8").map(\.query) == ["'maria'", "'~8':*"])
        #expect(terms("maria", "~8", "sol").map(\.query) == ["'maria'", "'~8':*", "'sol':*"])
        #expect(
            LeadListSearch.terms([.init(text: "maira", similar: ["maria"]), .init(text: "~85")]).map(\.query) == [
                "('maira' | 'maria')", "'~85':*",
            ]
        )
    }

    @Test func `of a long word the index is asked for the first six letters, which longer words have as one word`() throws {
        #expect(terms("calle").map(\.query) == ["'calle':*"] && terms("calle").map(\.lookup) == [nil])
        #expect(terms("taller").map(\.query) == ["('taller' | '~taller')"] && terms("taller").map(\.lookup) == [nil])
        #expect(terms("cerando").map(\.query) == ["'cerando':*"] && terms("cerando").map(\.lookup) == ["'~cerand'"])
        #expect(terms("24horas").map(\.lookup) == [nil] && terms("maria", "~85abcde").map(\.lookup) == [nil, nil])
        #expect(terms("cerando", "~8").map(\.query) == ["'cerando'", "'~8':*"] && terms("cerando", "~8").map(\.lookup) == [nil, nil])
        #expect(LeadListSearch.terms([.init(text: "barbria", similar: ["barberia"])]).map(\.lookup) == [nil])
    }

    @Test func `what the index finds by the first letters is looked at for the rest, and expected to be as many as are meant`() throws {
        let search = try #require(LeadListSearch(terms("cerando", "s", "a", "example"), counts: [600, 6_000, 6_000, 600_000]))
        #expect(search.indexed == ["'~cerand'", "'s'", "'a'"])
        #expect(search.checked == "'cerando':* & 'example':*")
        #expect(search.asExpected.indexed == ["'cerando':*", "'s'"] && search.asExpected.checked == "'example':*")
        #expect(search.asPlanned.indexed == ["'~cerand'", "'s'"] && search.asPlanned.checked == "'cerando':* & 'example':* & 'a'")
        let alone = try #require(LeadListSearch(terms("cerando"), counts: [501]))
        #expect(alone.indexed == ["'~cerand'"] && alone.checked == "'cerando':*" && alone.asPlanned == alone)
        #expect(alone.asExpected.indexed == ["'cerando':*"] && alone.asExpected.checked == nil)
    }

    @Test func `a long word that few have is looked up by all of its letters, since more have its first ones`() throws {
        let search = try #require(LeadListSearch(terms("cerando", "s"), counts: [500, 1_000]))
        #expect(search.indexed == ["'cerando':*", "'s'"] && search.checked == nil)
        #expect(search.asPlanned == search && search.asExpected == search)
    }

    @Test func `what most leads have is looked at in those that the rare word finds`() throws {
        let search = try #require(LeadListSearch(terms("luna", "taller", "sol"), counts: [100, 20_200, 2_000]))
        #expect(search.indexed == ["'luna':*", "'sol':*"] && search.checked == "('taller' | '~taller')" && !search.isVague)
        // Words that begin so are all collected before the index can tell which leads have the other one.
        let begun = try #require(LeadListSearch(terms("luna", "taller", "sol"), counts: [100, 20_000, 2_100]))
        #expect(begun.indexed == ["'luna':*", "('taller' | '~taller')"] && begun.checked == "'sol':*")
        #expect(LeadListSearch([], counts: []) == nil)
    }

    @Test func `letters beside each other are expected to come together, and are all looked up`() throws {
        let search = try #require(LeadListSearch(terms("luna", "s", "a", "taller"), counts: [100, 1_000, 1_000, 90_000]))
        let taller = "('taller' | '~taller')"
        #expect(search.indexed == ["'luna':*", "'s'", "'a'"] && search.checked == taller)
        #expect(search.asExpected.indexed == ["'luna':*", "'s'"] && search.asExpected.checked == taller)
        #expect(search.asPlanned.indexed == ["'luna':*", "'s'"] && search.asPlanned.checked == "\(taller) & 'a'")
        let apart = try #require(LeadListSearch(terms("s", "luna", "a"), counts: [100, 100, 100]))
        #expect(apart.asExpected == apart && apart.asPlanned == apart)
    }

    @Test func `the beginning of a number never is looked up beside a word, and alone it is vague`() throws {
        let both = try #require(LeadListSearch(terms("502", "luna"), counts: [10, 100_000]))
        #expect(both.indexed == ["'luna':*"] && both.checked == "'502':*" && !both.isVague)
        let alone = try #require(LeadListSearch(terms("502"), counts: [0]))
        #expect(alone.indexed == ["'502':*"] && alone.checked == nil && alone.isVague)
        #expect(LeadListSearch(terms("50255501234"), counts: [0])?.isVague == false)
    }
}

@Suite("Whose leads a list is of")
struct LeadListAssignmentTests {
    @Test(arguments: [
        (LeadFilter(), LeadListAssignment.anybody, LeadListAssignment.of(["ann"], orNobody: true)),
        (LeadFilter { $0.isUnassigned = false }, .somebody, .of(["ann"], orNobody: false)),
        (LeadFilter { $0.isUnassigned = true }, .of([], orNobody: true), .of([], orNobody: true)),
        (LeadFilter { $0.assignedTo = ["bob", "ann"] }, .of(["bob", "ann"], orNobody: false), .of(["ann"], orNobody: false)),
        (LeadFilter { $0.assignedTo = ["bob"] }, .of(["bob"], orNobody: false), .of([], orNobody: false)),
        (LeadFilter { ($0.assignedTo, $0.isUnassigned) = (["bob"], true) }, .of(["bob"], orNobody: true), .of([], orNobody: true)),
    ])
    func `an agent's is of the own and the unassigned ones`(filter: LeadFilter, all: LeadListAssignment, own: LeadListAssignment) {
        #expect(LeadListAssignment(filter) == all)
        #expect(LeadListAssignment(filter).seen(by: "ann") == own)
    }
}
