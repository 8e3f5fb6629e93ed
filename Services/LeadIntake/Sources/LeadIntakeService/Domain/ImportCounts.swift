/// What became of the rows of an import.
struct ImportCounts: Codable, Hashable, Sendable {
    /// Rows, good or bad; a header is none.
    var read = 0
    var created = 0
    /// Rows of businesses that were leads already, or stood further up in the same file.
    var matched = 0
    var rejected = 0
    /// Existing leads that got something they lacked.
    var updated = 0
}
