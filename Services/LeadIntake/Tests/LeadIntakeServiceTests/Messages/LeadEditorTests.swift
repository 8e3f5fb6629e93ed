import Contracts
import Foundation
import Messaging
import Postgres
import Testing

@Suite("Commands that change a lead", .timeLimit(.minutes(1)))
struct LeadEditorTests {
    static let ann = Actor(id: "ann", role: .agent)
    static let may = Actor(id: "may", role: .manager)
    let bench: IntakeBench

    init() async throws {
        bench = try await IntakeBench()
    }

    private func make(_ commands: CommandClient, _ name: String = "La Fonda", staff: String? = nil) async throws -> Lead {
        let draft = LeadDraft(name: name, city: "Antigua", country: "GT", phone: "5550 1234", email: "ana@lafonda.example")
        return try await commands.call(CreateLead(business: draft, assignedTo: staff, reason: "met"), as: Self.may).lead
    }

    private func problem(_ body: () async throws -> Void) async -> Problem? {
        await #expect(throws: Problem.self) { try await body() }
    }

    @Test func `a lead is created once for a key, and refused when the business is a lead already`() async throws {
        try await bench.running { commands in
            let draft = LeadDraft(
                name: "La Fonda",
                email: "a@mailinator.com",
                company: "Fondas",
                acquisitionCost: Money(minorUnits: 150, currency: .gtq)
            )
            let key = IdempotencyKey.make()
            let made = try await commands.call(CreateLead(business: draft, assignedTo: "ann"), as: Self.ann, key: key)
            #expect(made.lead.company == "Fondas" && made.lead.acquisitionCost == Money(minorUnits: 150, currency: .gtq))
            #expect(made.lead.assignedTo == "ann" && made.lead.callAttempts == 0)
            #expect(made.warnings.map(\.field) == ["email"])
            #expect(try await commands.call(CreateLead(business: draft, assignedTo: "ann"), as: Self.ann, key: key) == made)
            #expect(try await commands.call(GetLead(leadID: made.lead.id), as: Self.ann).lead == made.lead)
            #expect(try await bench.payloads(of: LeadCreated.self).map(\.snapshot) == [made.lead])

            let again = await problem { _ = try await commands.call(CreateLead(business: draft), as: Self.may) }
            #expect(again?.status == 409 && again?.leadID == made.lead.id)
            let given = await problem {
                _ = try await commands.call(CreateLead(business: LeadDraft(name: "B"), assignedTo: "bob"), as: Self.ann)
            }
            #expect(given?.status == 403)
            let wrong = await problem { _ = try await commands.call(CreateLead(business: LeadDraft(name: " ", phone: "1")), as: Self.ann) }
            #expect(wrong?.errors?.map(\.pointer) == ["/business/name"])
        }
        #expect(try await bench.leadCount() == 1)
        await bench.close()
    }

    @Test func `whose lead the business is already is told to those who may see it, and to nobody else`() async throws {
        try await bench.running { commands in
            let draft = LeadDraft(name: "La Fonda", gmbID: "ChIJfonda")
            let theirs = try await commands.call(CreateLead(business: draft, assignedTo: "bob"), as: Self.may).lead
            let other = try await commands.call(CreateLead(business: LeadDraft(name: "Other")), as: Self.may).lead
            let takeOver = UpdateLead(leadID: other.id, changes: LeadChanges { $0.gmbID = .set("ChIJfonda") })
            for (actor, seen) in [(Self.may, theirs.id), (Actor(id: "bob", role: .agent), theirs.id), (Self.ann, nil)] {
                let created = await problem { _ = try await commands.call(CreateLead(business: draft), as: actor) }
                let changed = await problem { _ = try await commands.call(takeOver, as: actor) }
                for problem in [created, changed] {
                    #expect(problem?.status == 409 && problem?.type == "/problems/lead-exists")
                    #expect(problem?.leadID == seen)
                    #expect(problem?.detail?.contains("\(theirs.id)") == false, "the id is in its own member alone")
                }
            }
        }
        await bench.close()
    }

    @Test func `a change is stored, told, and in the audit trail, field by field`() async throws {
        try await bench.running { commands in
            let lead = try await make(commands)
            let due = Date(timeIntervalSince1970: 1_800_000_000)
            let changes = LeadChanges {
                $0.email = .clear
                $0.salesStage = .set(.qualified)
                $0.conversionProbability = .set(0.5)
                $0.nextFollowUpAt = .set(due)
                $0.acquisitionCost = .set(Money(minorUnits: 900, currency: .usd))
            }
            let answer = try await commands.call(
                UpdateLead(leadID: lead.id, expectedVersion: 1, changes: changes, reason: "she said so"),
                as: Self.ann
            )
            #expect(answer.lead.version == 2 && answer.lead.email == nil && answer.lead.salesStage == .qualified)
            #expect(try await commands.call(GetLead(leadID: lead.id), as: Self.ann).lead == answer.lead)
            let told = try await bench.payloads(of: LeadUpdated.self)
            #expect(told.map(\.snapshot) == [answer.lead] && told.map(\.changed) == [answer.changed])

            let audit = try await commands.call(GetLeadAudit(leadID: lead.id), as: Self.ann).entries
            #expect(Set(audit.filter { $0.version == 2 }.map(\.field)) == Set(answer.changed))
            let stage = try #require(audit.first { $0.field == "sales_stage" })
            #expect(stage.from == "new" && stage.to == "qualified" && stage.actor == "ann" && stage.reason == "she said so")
            #expect(audit.last?.field == "created_at" && audit.last?.reason == "met")

            let first = try await commands.call(GetLeadAudit(leadID: lead.id, limit: 4), as: Self.ann)
            let rest = try await commands.call(GetLeadAudit(leadID: lead.id, limit: 4, cursor: first.nextCursor), as: Self.ann)
            #expect(first.entries + rest.entries == audit && rest.nextCursor == nil)
        }
        await bench.close()
    }

    @Test func `a change that changes nothing leaves no trace`() async throws {
        try await bench.running { commands in
            let lead = try await make(commands)
            let same = try await commands.call(
                UpdateLead(leadID: lead.id, changes: LeadChanges { $0.name = .set(" La  Fonda") }),
                as: Self.ann
            )
            #expect(same.lead == lead && same.changed.isEmpty)
            #expect(try await bench.events() == ["crm.lead.created"])
        }
        await bench.close()
    }

    @Test func `a stale change is refused, with both values`() async throws {
        try await bench.running { commands in
            let lead = try await make(commands)
            _ = try await commands.call(UpdateLead(leadID: lead.id, changes: LeadChanges { $0.city = .set("Xela") }), as: Self.may)
            let stale = await problem {
                let late = UpdateLead(leadID: lead.id, expectedVersion: 1, changes: LeadChanges { $0.city = .set("Flores") })
                _ = try await commands.call(late, as: Self.ann)
            }
            #expect(stale?.status == 409)
            #expect(stale?.errors == [.init(pointer: "/changes/city", detail: "is 'Xela' now, and was to become 'Flores'")])
        }
        await bench.close()
    }

    @Test func `a place id that another lead is given at the same moment is refused`() async throws {
        try await bench.running { commands in
            let lead = try await make(commands)
            let other = try await commands.call(CreateLead(business: LeadDraft(name: "Other")), as: Self.may).lead
            let refused = try await bench.database.transaction { transaction in
                try await transaction.execute("UPDATE leads SET gmb_id = 'ChIJsame' WHERE id = \(other.id)")
                let changes = LeadChanges { $0.gmbID = .set("ChIJsame") }
                let asked = Task {
                    await problem { _ = try await commands.call(UpdateLead(leadID: lead.id, changes: changes), as: Self.may) }
                }
                try await eventually("it waits for the other") {
                    try await !bench.values(
                        "SELECT 'x' AS value FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
                    ).isEmpty
                }
                return asked
            }.value
            #expect(refused?.status == 409 && refused?.type == "/problems/lead-exists")
        }
        await bench.close()
    }

    @Test func `of many changes at once none is lost`() async throws {
        try await bench.running(instances: 2) { commands in
            let lead = try await make(commands)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<20 {
                    group.addTask {
                        _ = try await commands.call(AddTags(leadID: lead.id, tags: [" Tag \(number)"]), as: Self.ann, timeout: .seconds(40))
                    }
                }
                try await group.waitForAll()
            }
            let now = try await commands.call(GetLead(leadID: lead.id), as: Self.ann).lead
            #expect(now.version == 21 && Set(now.tags) == Set((0..<20).map { "tag \($0)" }))
            let many = await problem {
                _ = try await commands.call(AddTags(leadID: lead.id, tags: (0..<31).map { "x\($0)" }), as: Self.ann)
            }
            #expect(many?.errors?.map(\.pointer) == ["/tags"])
            let fewer = try await commands.call(RemoveTags(leadID: lead.id, tags: ["TAG 3"]), as: Self.ann)
            #expect(!fewer.lead.tags.contains("tag 3") && fewer.changed == ["tags"])
        }
        await bench.close()
    }

    @Test func `an agent can't reach another's lead by any command`() async throws {
        try await bench.running { commands in
            let lead = try await make(commands, staff: "bob")
            let id = lead.id
            let asked: [(CommandClient) async throws -> Void] = [
                { _ = try await $0.call(GetLead(leadID: id), as: Self.ann) },
                { _ = try await $0.call(UpdateLead(leadID: id, changes: LeadChanges { $0.city = .clear }), as: Self.ann) },
                { _ = try await $0.call(ArchiveLead(leadID: id), as: Self.ann) },
                { _ = try await $0.call(RestoreLead(leadID: id), as: Self.ann) },
                { _ = try await $0.call(EraseLead(leadID: id, reason: "x"), as: Self.ann) },
                { _ = try await $0.call(AddTags(leadID: id, tags: ["x"]), as: Self.ann) },
                { _ = try await $0.call(RemoveTags(leadID: id, tags: ["x"]), as: Self.ann) },
                { _ = try await $0.call(LogCall(leadID: id, reached: true), as: Self.ann) },
                { _ = try await $0.call(SetScore(leadID: id, leadScore: 1, reason: "x"), as: Self.ann) },
                { _ = try await $0.call(AddNote(leadID: id, text: "x"), as: Self.ann) },
                { _ = try await $0.call(ListNotes(leadID: id), as: Self.ann) },
                { _ = try await $0.call(GetLeadAudit(leadID: id), as: Self.ann) },
            ]
            for ask in asked {
                let hidden = await problem { try await ask(commands) }
                #expect(hidden?.status == 404)
            }
            let free = try await make(commands, "Another")
            let given = await problem {
                _ = try await commands.call(UpdateLead(leadID: free.id, changes: LeadChanges { $0.assignedTo = .set("bob") }), as: Self.ann)
            }
            #expect(given?.status == 403)
            let taken = try await commands.call(
                UpdateLead(leadID: free.id, changes: LeadChanges { $0.assignedTo = .set("ann") }),
                as: Self.ann
            )
            #expect(taken.lead.assignedTo == "ann")
            let erased = await problem { _ = try await commands.call(EraseLead(leadID: id, reason: "x"), as: Self.may) }
            #expect(erased?.status == 403)
        }
        await bench.close()
    }

    @Test func `an archived lead is lost and left out of lists, and comes back in the stage it had`() async throws {
        try await bench.running { commands in
            let lead = try await make(commands)
            let changes = LeadChanges { $0.salesStage = .set(.proposal) }
            _ = try await commands.call(UpdateLead(leadID: lead.id, changes: changes), as: Self.ann)
            let archived = try await commands.call(ArchiveLead(leadID: lead.id, reason: "closed"), as: Self.ann).lead
            #expect(archived.archivedAt != nil && archived.salesStage == .lost && archived.tags == ["archived"])
            #expect(try await commands.call(ArchiveLead(leadID: lead.id), as: Self.ann).changed.isEmpty)
            #expect(try await commands.call(ListLeads(), as: Self.may).leads.isEmpty)
            let restored = try await commands.call(RestoreLead(leadID: lead.id), as: Self.ann).lead
            #expect(restored.archivedAt == nil && restored.salesStage == .proposal && restored.tags.isEmpty)
            #expect(try await bench.events().suffix(2) == ["crm.lead.archived", "crm.lead.restored"])
        }
        await bench.close()
    }

    @Test func `calls are counted, and what was said is a note`() async throws {
        try await bench.running { commands in
            let lead = try await make(commands)
            let missed = try await commands.call(LogCall(leadID: lead.id, reached: false), as: Self.ann).lead
            #expect(missed.callAttempts == 1 && missed.lastContactAt == nil)
            let reached = try await commands.call(LogCall(leadID: lead.id, reached: true, text: "Call\nagain\u{0}"), as: Self.ann).lead
            #expect(reached.callAttempts == 2 && reached.lastContactAt == reached.updatedAt)
            _ = try await commands.call(AddNote(leadID: lead.id, type: .meeting, text: "Coffee"), as: Self.may)
            let page = try await commands.call(ListNotes(leadID: lead.id, limit: 1), as: Self.ann)
            let rest = try await commands.call(ListNotes(leadID: lead.id, limit: 1, cursor: page.nextCursor), as: Self.ann)
            #expect((page.notes + rest.notes).map(\.text) == ["Coffee", "Call\nagain"] && rest.nextCursor == nil)
            #expect((page.notes + rest.notes).map(\.type) == [.meeting, .call] && page.notes[0].author == "may")
            let derived = try await commands.call(GetLead(leadID: lead.id), as: Self.ann).derived
            #expect(derived?.daysSinceLastContact == 0 && derived?.isHot == false)
        }
        await bench.close()
    }

    @Test func `a score is set by hand with a reason, by a manager`() async throws {
        try await bench.running { commands in
            let lead = try await make(commands)
            let set = SetScore(leadID: lead.id, leadScore: 71, reason: "knows us")
            let refused = await problem { _ = try await commands.call(set, as: Self.ann) }
            #expect(refused?.status == 403)
            #expect(try await commands.call(set, as: Self.may).lead.isHot)
            let tagged = try await commands.call(AddTags(leadID: lead.id, tags: ["hot"]), as: Self.ann)
            #expect(tagged.changed == ["tags"] && tagged.lead.leadScore == 71)
            let bare = try await commands.call(UpdateLead(leadID: lead.id, changes: LeadChanges { $0.email = .clear }), as: Self.ann)
            #expect(bare.changed == ["email", "qualification_score"] && bare.lead.qualificationScore == 10)
            let wrong = await problem { _ = try await commands.call(SetScore(leadID: lead.id, leadScore: 101, reason: " "), as: Self.may) }
            #expect(wrong?.errors?.map(\.pointer) == ["/lead_score", "/reason"])
        }
        await bench.close()
    }
}
