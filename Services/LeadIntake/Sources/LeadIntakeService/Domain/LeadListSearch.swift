/// What was typed into a search, as a question of PostgreSQL's full text search.
enum LeadListSearch {
    /// In bytes.
    static let longest = 200
    /// A search needs no more words than these; each costs a look into the index.
    static let mostWords = 8

    /// A word as it was typed, plain, with the words of leads that it may be a mistyped form of.
    struct Word: Hashable, Sendable {
        var text: String
        /// None when leads have a word that begins so: then it is no mistake.
        var similar: [String] = []
    }

    /// Each word has to be found, at the beginning of one of the lead's; a single letter only as a whole one, since nearly every lead has a word
    /// that begins with it. Digits beside each other are also taken together: `5550 1234` is a telephone number.
    ///
    /// - Returns: a `tsquery`; `nil` when there is no word to look for.
    static func query(_ words: [Word]) -> String? {
        var terms: [String] = []
        var rest = words[...].prefix(mostWords)
        while let word = rest.first {
            let digits = rest.prefix { $0.text.utf8.allSatisfy { (48...57).contains($0) } }
            if digits.count > 1 {
                let apart = digits.map { prefix($0.text) }.joined(separator: " & ")
                terms.append("(\(prefix(digits.map(\.text).joined())) | (\(apart)))")
                rest = rest.dropFirst(digits.count)
            } else {
                let choices = [prefix(word.text)] + word.similar.map { "'\($0)'" }
                terms.append(choices.count == 1 ? choices[0] : "(\(choices.joined(separator: " | ")))")
                rest = rest.dropFirst()
            }
        }
        return terms.isEmpty ? nil : terms.joined(separator: " & ")
    }

    /// Words have letters and digits only: the quotes need no escape.
    private static func prefix(_ word: String) -> String {
        word.count == 1 ? "'\(word)'" : "'\(word)':*"
    }
}
