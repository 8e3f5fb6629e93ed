public import Contracts
public import Foundation

/// What an adoption did, or would do: for each table what became of its rows, and every orphaned site with the lead that it got.
public struct AdoptionReport: Codable, Sendable {
    public var isDryRun: Bool
    public var startedAt: Date
    public var finishedAt: Date?
    public var tables: [Table] = []
    public var orphans: [Orphan] = []

    /// The rows of one table, each counted once, and what had to be said of them.
    public struct Table: Codable, Sendable {
        public var name: String
        public var read = 0
        public var created = 0
        public var matched = 0
        public var unchanged = 0
        public var refused = 0
        /// Rows that there is no place for, or nothing to take over of.
        public var left = 0
        /// Why rows were refused or left, or what was written differently; each sentence with how often, and the first rows.
        public var remarks: [Remark] = []

        enum CodingKeys: String, CodingKey {
            case name = "table"
            case read, created, matched, unchanged, refused, left, remarks
        }
    }

    /// Something that was said of one or more rows.
    public struct Remark: Codable, Sendable {
        public var text: String
        public var count: Int
        /// The first 20.
        public var ids: [String]
    }

    /// A site that belonged to no business.
    public struct Orphan: Codable, Sendable {
        public var table: String
        public var id: String
        public var slug: String?
        /// The lead's name.
        public var name: String
        /// None in a dry run, where the lead isn't there yet.
        public var leadID: LeadID?
        public var outcome: AdoptionResult.Outcome
        /// Where it stood whose site it is; none when a lead was made of the site itself.
        public var foundThrough: String?

        enum CodingKeys: String, CodingKey {
            case table, id, slug, name
            case leadID = "lead_id"
            case outcome
            case foundThrough = "found_through"
        }
    }

    enum CodingKeys: String, CodingKey {
        case isDryRun = "dry_run"
        case startedAt = "started_at"
        case finishedAt = "finished_at"
        case tables, orphans
    }

    init(isDryRun: Bool, at time: Date) {
        self.isDryRun = isDryRun
        startedAt = time
    }

    /// How many rows changed something.
    public var changes: Int { tables.reduce(0) { $0 + $1.created + $1.matched } }

    // MARK: Counting

    subscript(_ name: String) -> Table {
        get { tables.first { $0.name == name } ?? Table(name: name) }
        set {
            if let index = tables.firstIndex(where: { $0.name == name }) {
                tables[index] = newValue
            } else {
                tables.append(newValue)
            }
        }
    }

    mutating func count(_ result: AdoptionResult) {
        let name = result.origin.table
        switch result.outcome {
        case .created: self[name].created += 1
        case .matched: self[name].matched += 1
        case .unchanged: self[name].unchanged += 1
        case .refused: self[name].refused += 1
        }
        for remark in result.remarks { self.remark(remark, of: result.origin) }
    }

    mutating func leave(_ origin: AdoptionOrigin, because reason: String) {
        self[origin.table].left += 1
        remark(reason, of: origin)
    }

    mutating func remark(_ text: String, of origin: AdoptionOrigin) {
        var table = self[origin.table]
        if let index = table.remarks.firstIndex(where: { $0.text == text }) {
            table.remarks[index].count += 1
            if table.remarks[index].ids.count < 20 { table.remarks[index].ids.append(origin.id) }
        } else if table.remarks.count < Self.maximumRemarks {
            table.remarks.append(Remark(text: text, count: 1, ids: [origin.id]))
        }
        self[origin.table] = table
    }

    /// Of one table: a million rows with a fault each are told by the first of them.
    private static let maximumRemarks = 1_000
}

extension AdoptionReport {
    /// For people.
    public var text: String {
        var lines = [isDryRun ? "What an adoption would do; nothing was written." : "What was taken over."]
        let heads = ["read", "created", "matched", "unchanged", "refused", "left"]
        lines.append(Self.columns("table", heads))
        for table in tables {
            let figures = [table.read, table.created, table.matched, table.unchanged, table.refused, table.left]
            lines.append(Self.columns(table.name, figures.map(String.init)))
        }
        for table in tables where !table.remarks.isEmpty {
            lines += ["", "\(table.name):"]
            for remark in table.remarks.prefix(20) {
                let more = remark.count > 3 ? ", ..." : ""
                lines.append("  \(remark.text) (\(remark.count): \(remark.ids.prefix(3).joined(separator: ", "))\(more))")
            }
            if table.remarks.count > 20 { lines.append("  and \(table.remarks.count - 20) others: `--report FILE` has them") }
        }
        lines += ["", orphans.isEmpty ? "No site is an orphan." : "Orphaned sites, and the leads that they hang on now:"]
        for orphan in orphans {
            let through = orphan.foundThrough.map { ", found through \($0)" } ?? ""
            let lead = orphan.leadID.map { "\($0)" } ?? "a lead to be made"
            lines.append("  \(orphan.slug ?? orphan.id) -> \(lead) '\(orphan.name)' (\(orphan.outcome.rawValue)\(through))")
        }
        return lines.joined(separator: "\n")
    }

    private static func columns(_ name: String, _ figures: [String]) -> String {
        name.padding(toLength: 18, withPad: " ", startingAt: 0)
            + figures.map { String(repeating: " ", count: max(1, 10 - $0.count)) + $0 }.joined()
    }
}
