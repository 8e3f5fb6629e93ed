/// What was typed into a search, as questions of PostgreSQL's full text search.
package struct LeadListSearch: Hashable, Sendable {
    /// In bytes.
    static let longest = 200
    /// A search needs no more words than these; each costs a look into the index.
    static let mostWords = 8
    /// A longer word of a lead has its first so many letters, behind `~`, as a word of its own: `stemmed_words()` has it.
    private static let stem = 6

    /// A word as it was typed, plain, with the words of leads that it may be a mistyped form of. What begins with digits behind letters is
    /// one of its own, that begins with `~`: `maria85` is `maria` and `~85`, as `search_words()` has it.
    package struct Word: Hashable, Sendable {
        var text: String
        /// None when leads have a word that begins so: then it is no mistake.
        var similar: [String] = []

        package init(text: String, similar: [String] = []) {
            self.text = text
            self.similar = similar
        }
    }

    /// One thing that has to be found.
    package struct Term: Hashable, Sendable {
        /// A `tsquery`.
        package var query: String
        /// What the index is asked for instead: an entry of its own for all words that begin alike. It has all leads that ``query`` means, and
        /// maybe others.
        package var lookup: String?
        /// The beginning of a telephone number that all numbers of a country may have: the index would have to be read for all of them, and
        /// the statistics know of none.
        package var isVague = false
        /// A letter behind a letter, as of `S.A.`: who has the first mostly has this one, too.
        package var isCompanion = false

        /// What the index is asked for, where so many leads may have it. To collect a few entries of all words that begin alike takes less than
        /// to look at every lead that ``lookup`` finds.
        fileprivate func entry(in count: Int) -> String { count <= 500 ? query : lookup ?? query }

        /// As many entries of the index take as long as a look at a lead, 2.4 µs. One that is read in step with those of a rarer word takes
        /// 6 ns; of words that begin alike all are collected first.
        fileprivate func entriesOfALook(in count: Int) -> Int { entry(in: count).contains(":*") ? 20 : 200 }
    }

    /// A `tsquery` of each thing that is looked up in the index.
    package var indexed: [String]
    /// Of what is only looked at in the leads that are found.
    package var checked: String?
    /// As ``indexed``, but without letters that come with others: the planner takes each for a chance of its own, and so expects a tenth of
    /// those that there are. The letters are left to ``companions``.
    private var expected: [String]
    private var companions: String?
    /// As ``expected``, but as the index is asked for it.
    private var planned: [String]
    /// Of ``checked`` only that of which the index isn't asked at all.
    private var unindexed: String?
    package var isVague: Bool

    /// `counts` says in how many leads each term may be, by the planner's notion. A look at a lead takes as long as the index takes for
    ///   many entries, so that a word that most have is not worth to be read from it, if another is rare.
    package init?(_ terms: [Term], counts: [Int]) {
        guard !terms.isEmpty else { return nil }
        let counted = zip(terms, counts).map { (term: $0, count: $1) }
        let rarest = counted.filter { !$0.term.isVague }.map(\.count).min()
        isVague = rarest == nil
        func isIndexed(_ term: Term, _ count: Int) -> Bool {
            rarest.map { !term.isVague && count / term.entriesOfALook(in: count) <= $0 } ?? true
        }
        func joined(_ queries: [String]) -> String? { queries.isEmpty ? nil : queries.joined(separator: " & ") }
        let found = counted.filter { isIndexed($0.term, $0.count) }.map { (term: $0.term, entry: $0.term.entry(in: $0.count)) }
        let others = counted.filter { !isIndexed($0.term, $0.count) }.map(\.term.query)
        guard !found.isEmpty else { return nil }
        indexed = found.map(\.entry)
        unindexed = joined(others)
        checked = joined(found.filter { $0.entry != $0.term.query }.map(\.term.query) + others)
        let isLed = found.contains { !$0.term.isCompanion }
        let leading = isLed ? found.filter { !$0.term.isCompanion } : found
        expected = leading.map(\.term.query)
        planned = leading.map(\.entry)
        companions = isLed ? joined(found.filter(\.term.isCompanion).map(\.term.query)) : nil
    }

    /// What the planner is asked about.
    var asExpected: LeadListSearch {
        var search = self
        (search.indexed, search.checked) = (expected, unindexed)
        return search
    }

    /// The same leads, looked up as the planner expects them, so that it takes the way that is right for so many.
    var asPlanned: LeadListSearch {
        var search = self
        search.indexed = planned
        let all = [checked, companions].compactMap(\.self)
        search.checked = all.isEmpty ? nil : all.joined(separator: " & ")
        return search
    }

    /// Each word has to be found, at the beginning of one of the lead's; a single letter only as a whole one, since nearly every lead has a word
    /// that begins with it. Digits beside each other are also taken together: `5550 1234` is a telephone number.
    package static func terms(_ words: [Word]) -> [Term] {
        var terms: [Term] = []
        var rest = words[...].prefix(mostWords)
        var isBehindLetter = false
        while let word = rest.first {
            defer { isBehindLetter = word.text.count == 1 && word.text.first?.isNumber == false }
            let digits = rest.prefix { $0.text.utf8.allSatisfy { (48...57).contains($0) } }.map(\.text)
            if let last = digits.last {
                terms.append(term(digits: digits, last: last))
                rest = rest.dropFirst(digits.count)
            } else {
                rest = rest.dropFirst()
                let isWhole = rest.first?.text.hasPrefix("~") == true
                terms.append(term(word, isWhole: isWhole, isCompanion: isBehindLetter && word.text.count == 1))
            }
        }
        return terms
    }

    private static func term(_ word: Word, isWhole: Bool, isCompanion: Bool) -> Term {
        let choices = [isWhole ? "'\(word.text)'" : prefix(word.text)] + word.similar.map { "'\($0)'" }
        guard choices.count == 1 else { return Term(query: "(\(choices.joined(separator: " | ")))", isCompanion: isCompanion) }
        // Each letter a `length()` of PostgreSQL's.
        let letters = word.text.unicodeScalars
        guard !isWhole, letters.count >= stem, let first = letters.first, first != "~", !("0"..."9").contains(first) else {
            return Term(query: choices[0], isCompanion: isCompanion)
        }
        let begun = "'~\(String(String.UnicodeScalarView(letters.prefix(stem))))'"
        return letters.count == stem ? Term(query: "('\(word.text)' | \(begun))") : Term(query: choices[0], lookup: begun)
    }

    private static func term(digits: [String], last: String) -> Term {
        let number = digits.joined()
        let isVague = (2...5).contains(number.utf8.count)
        // So many are the whole of a number; the calling code alone is the beginning of every number of its country.
        guard digits.count > 1, number.utf8.count < 8 else { return Term(query: prefix(number), isVague: isVague) }
        let apart = (digits.dropLast().map { "'\($0)'" } + [prefix(last)]).joined(separator: " & ")
        return Term(query: "(\(prefix(number)) | (\(apart)))", isVague: isVague)
    }

    /// Words have letters, digits and `~` only: the quotes need no escape.
    private static func prefix(_ word: String) -> String {
        word.count == 1 ? "'\(word)'" : "'\(word)':*"
    }
}
