/// The statements that one connection has prepared, by their text; the least recently used give way.
struct StatementCache {
    private struct Entry {
        var name: String
        var types: [UInt32]
        var lastUse: Int
    }

    private let capacity: Int
    private var entries: [String: Entry] = [:]
    private var uses = 0
    private var made = 0
    /// Prepared on the server, and not wanted any more.
    private(set) var forgotten: [String] = []

    init(capacity: Int) {
        self.capacity = max(capacity, 1)
    }

    var count: Int { entries.count }

    mutating func name(for sql: SQL) -> String? {
        guard let index = entries.index(forKey: sql.text) else { return nil }
        // The same text with other types is another statement.
        guard entries.values[index].types.elementsEqual(sql.parameters.slots.lazy.map(\.type)) else { return nil }
        uses += 1
        entries.values[index].lastUse = uses
        return entries.values[index].name
    }

    /// A name that this connection has never used.
    mutating func makeName() -> String {
        made += 1
        return "s\(made)"
    }

    /// Remembers what the server has prepared.
    mutating func insert(_ sql: SQL, name: String) {
        if let old = entries.removeValue(forKey: sql.text) { forgotten.append(old.name) }
        if entries.count >= capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries.removeValue(forKey: oldest.key)
            forgotten.append(oldest.value.name)
        }
        uses += 1
        entries[sql.text] = Entry(name: name, types: sql.parameters.slots.map(\.type), lastUse: uses)
    }

    /// What to DEALLOCATE now; the list is empty afterwards.
    mutating func takeForgotten() -> [String] {
        defer { forgotten = [] }
        return forgotten
    }

    /// The server has changed under the plans: all are made anew when they are next used.
    mutating func forgetAll() {
        forgotten += entries.values.map(\.name)
        entries = [:]
    }
}
