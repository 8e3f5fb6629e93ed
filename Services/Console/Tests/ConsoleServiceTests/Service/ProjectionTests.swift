import ConsoleService
import Contracts
import Foundation
import Postgres
import Testing

@Suite("What the console knows, from what others tell", .timeLimit(.minutes(2)))
struct ProjectionTests {
    private let rule = "clicked_not_purchased"

    private func lead(_ name: String, version: Int = 1, id: LeadID = .make(), _ change: (inout Lead) -> Void = { _ in }) -> Lead {
        var lead = Lead(
            id: id,
            slug: "lead-\(id)",
            name: name,
            source: .api,
            qualificationScore: 70,
            createdAt: someTime,
            updatedAt: someTime
        )
        lead.version = version
        (lead.phone, lead.email, lead.city) = ("+50255550100", "uno@example.com", "Cobán")
        change(&lead)
        return lead
    }

    private func due(_ lead: LeadID, after seconds: Double = 0) -> FollowUpDue {
        FollowUpDue(leadID: lead, rule: rule, title: "Clicked, and has not bought", dueAt: someTime + seconds)
    }

    private func closed(
        _ lead: LeadID,
        _ state: FollowUpState = .completed,
        because: String? = nil,
        by actor: String? = "ann"
    )
        -> FollowUpClosed
    {
        FollowUpClosed(leadID: lead, rule: rule, state: state, cancelledBecause: because, actor: actor)
    }

    private func contact(_ lead: LeadID, _ from: ContactStatus, _ to: ContactStatus) -> ContactStatusChanged {
        ContactStatusChanged(leadID: lead, from: from, to: to, cause: StatusCause(type: "test"), at: someTime)
    }

    @Test func `a follow-up of a lead is a task, with whom to call and how they stand`() async throws {
        try await Bench.running { bench, _ in
            let lead = lead("Café Uno") { ($0.assignedTo, $0.leadScore) = ("ann", 83) }
            // As it may come: the follow-up before the lead. Until its lead is known it is nobody's.
            try await bench.tell(due(lead.id))
            try await bench.settled()
            #expect(try await bench.tasks().isEmpty)
            try await bench.tell(LeadCreated(snapshot: lead))
            try await bench.tell(contact(lead.id, .pending, .clicked))
            try await bench.tell(
                WebsiteStatusChanged(leadID: lead.id, from: .none, to: .deployed, cause: StatusCause(type: "test"), at: someTime)
            )
            try await bench.settled()
            let task = try #require(try await bench.tasks().first)
            #expect(task.title == "Clicked, and has not bought" && task.dueAt == someTime && task.state == .open)
            #expect(task.lead.name == "Café Uno" && task.lead.phone == "+50255550100" && task.lead.city == "Cobán")
            #expect(task.lead.assignedTo == "ann" && task.lead.leadScore == 83)
            #expect(task.lead.contactStatus == "clicked" && task.lead.websiteStatus == "deployed")
        }
    }

    @Test func `what comes late or twice moves nothing back`() async throws {
        try await Bench.running { bench, _ in
            let lead = lead("Café Uno")
            let newer = self.lead("Café Dos", version: 2, id: lead.id)
            let (early, late) = (EventID.make(), EventID.make())
            try await bench.tell(LeadUpdated(snapshot: newer, changed: ["name"]))
            try await bench.tell(contact(lead.id, .opened, .clicked), id: late)
            try await bench.tell(closed(lead.id), at: someTime + 50)
            try await bench.settled()
            try await bench.tell(LeadCreated(snapshot: lead), times: 2)
            try await bench.tell(contact(lead.id, .emailed, .opened), id: early, times: 2)
            try await bench.tell(due(lead.id), times: 2)
            try await bench.tell(closed(lead.id, .cancelled, because: "moved_on", by: nil), at: someTime + 60)
            try await bench.settled()
            #expect(try await bench.tasks().isEmpty)
            let task = try #require(try await bench.tasks(.completed).first)
            #expect(task.lead.name == "Café Dos" && task.lead.contactStatus == "clicked")
            #expect(task.closedAt == someTime + 50 && task.closedBy == "ann" && task.cancelledBecause == nil)
        }
    }

    @Test func `a task that nobody needs any more says why`() async throws {
        try await Bench.running { bench, _ in
            let lead = lead("Café Uno")
            try await bench.tell(LeadCreated(snapshot: lead))
            try await bench.tell(due(lead.id))
            try await bench.tell(closed(lead.id, .cancelled, because: "moved_on", by: nil))
            try await bench.settled()
            #expect(try await bench.tasks().isEmpty)
            #expect(try await bench.tasks(.cancelled).map(\.cancelledBecause) == ["moved_on"])
        }
    }

    @Test func `an archived lead's task is nobody's, until it is restored`() async throws {
        try await Bench.running { bench, _ in
            let lead = lead("Café Uno")
            try await bench.tell(LeadCreated(snapshot: lead))
            try await bench.tell(due(lead.id))
            let archived = self.lead("Café Uno", version: 2, id: lead.id) { $0.archivedAt = someTime }
            try await bench.tell(LeadArchived(snapshot: archived, changed: ["archived_at"]))
            try await bench.settled()
            #expect(try await bench.tasks().isEmpty)
            try await bench.tell(LeadRestored(snapshot: self.lead("Café Uno", version: 3, id: lead.id), changed: ["archived_at"]))
            try await bench.settled()
            #expect(try await bench.tasks().count == 1)
        }
    }

    @Test func `the surviving lead of a merge has the task, as lifecycle tells; of the other nothing is kept`() async throws {
        try await Bench.running { bench, _ in
            let (survivor, merged) = (lead("Café Uno"), lead("Cafetería Otra") { $0.email = "otra@example.com" })
            try await bench.tell(LeadCreated(snapshot: survivor))
            try await bench.tell(LeadCreated(snapshot: merged))
            try await bench.tell(due(merged.id))
            try await bench.settled()
            #expect(try await bench.tasks().map(\.lead.name) == ["Cafetería Otra"])

            let snapshot = lead("Café Uno", version: 2, id: survivor.id)
            try await bench.tell(LeadMerged(snapshot: snapshot, mergedLeadID: merged.id, changed: []))
            try await bench.tell(due(survivor.id))
            try await bench.tell(closed(merged.id, .cancelled, because: "merged", by: nil))
            // What was still under way about the other one.
            try await bench.tell(LeadUpdated(snapshot: self.lead("Cafetería Otra", version: 9, id: merged.id), changed: []))
            try await bench.settled()
            #expect(try await bench.tasks().map(\.leadID) == [survivor.id])
            #expect(try await bench.tasks(.cancelled).isEmpty)
            #expect(try await bench.tables(holding: "otra").isEmpty)
        }
    }

    @Test func `of an erased lead nothing personal stays, whatever comes late`() async throws {
        try await Bench.running { bench, _ in
            let lead = lead("Café Uno")
            try await bench.tell(LeadCreated(snapshot: lead))
            try await bench.tell(due(lead.id))
            try await bench.settled()
            #expect(try await bench.tables(holding: "uno").contains("leads"))
            try await bench.tell(LeadErased(leadID: lead.id))
            try await bench.settled()
            try await bench.tell(LeadUpdated(snapshot: self.lead("Café Uno", version: 7, id: lead.id), changed: []))
            try await bench.settled()
            #expect(try await bench.tables(holding: "uno").isEmpty)
            #expect(try await bench.tasks().isEmpty)
        }
    }
}

extension Bench {
    /// The tables that have `word` in any column of any row, in small letters.
    func tables(holding word: String) async throws -> Set<String> {
        try await database.transaction { transaction in
            let tables = try await transaction.rows("SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema()")
                .map { try $0.decode("name", as: String.self) }
            var found: Set<String> = []
            for table in tables {
                let rows = try await transaction.rows("SELECT FROM \(identifier: table) AS t WHERE position(\(word) IN lower(t::text)) > 0")
                if !rows.isEmpty { found.insert(table) }
            }
            return found
        }
    }
}
