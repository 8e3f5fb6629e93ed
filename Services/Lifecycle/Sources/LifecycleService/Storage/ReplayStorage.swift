import Contracts
import Foundation
import Postgres

/// Follows recorded facts again, a page of them in memory at a time, however long a history is.
extension Transaction {
    /// What is found out about a page of leads.
    struct Verified: Sendable {
        var leads = 0
        var decisions = 0
        var differences: [StatusDifference] = []
        /// None when these were the last leads.
        var last: LeadID?
    }

    /// Compares up to `limit` leads behind `cursor` with what is recorded of them; fewer where their histories are long.
    ///
    /// - Precondition: the transaction sees one state of the database.
    func verify(after cursor: LeadID?, limit: Int, enough decisions: Int = 50_000) async throws -> Verified {
        let standings = try await standings(after: cursor, limit: limit)
        guard let end = standings.last?.leadID else { return Verified() }
        var facts = RecordedFacts(transaction: self, from: standings[0].leadID, through: end)
        var found = Verified()
        for standing in standings {
            var replay = StatusReplay()
            while let fact = try await facts.next(of: standing.leadID) { replay.follow(fact) }
            found.differences += replay.differences(from: standing)
            found.leads += 1
            found.last = standing.leadID
            if facts.count >= decisions { break }
        }
        found.decisions = facts.count
        if found.leads == standings.count, standings.count < limit { found.last = nil }
        return found
    }

    /// Where the recorded facts of one lead put it.
    func replay(of lead: LeadID) async throws -> StatusReplay {
        var facts = RecordedFacts(transaction: self, from: lead, through: lead)
        var replay = StatusReplay()
        while let fact = try await facts.next(of: lead) { replay.follow(fact) }
        return replay
    }
}

/// The recorded facts of some leads in the order of their ids, and of each lead in the order in which they were decided on.
private struct RecordedFacts {
    let transaction: Transaction
    let last: LeadID
    private var lead: LeadID
    private var number: Int64 = 0
    private var page: ArraySlice<(lead: LeadID, number: Int64, fact: LeadFact)> = []
    private var isAtEnd = false
    /// How many were read off.
    private(set) var count = 0

    init(transaction: Transaction, from lead: LeadID, through last: LeadID) {
        self.transaction = transaction
        self.lead = lead
        self.last = last
    }

    /// - Precondition: leads are asked for in the order of their ids, each until it has no more.
    mutating func next(of wanted: LeadID) async throws -> LeadFact? {
        if page.isEmpty, !isAtEnd { try await turn() }
        guard let next = page.first, next.lead == wanted else { return nil }
        page.removeFirst()
        count += 1
        return next.fact
    }

    private mutating func turn() async throws {
        let rows = try await transaction.rows(
            """
            SELECT id, lead_id, field, trigger, channel, address, asked, said_at, occurred_at
            FROM status_history
            WHERE (lead_id, id) > (\(lead), \(number)) AND lead_id <= \(last)
            ORDER BY lead_id, id
            LIMIT \(Self.pageSize)
            """
        )
        page = try rows.map { (lead: try $0.decode("lead_id"), number: try $0.decode("id"), fact: try LeadFact($0)) }[...]
        isAtEnd = rows.count < Self.pageSize
        if let end = page.last { (lead, number) = (end.lead, end.number) }
    }

    private static let pageSize = 2_000
}
