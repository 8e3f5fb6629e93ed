import Contracts
import Foundation

/// A list that is asked for again and again.
struct ListQuestion: Sendable {
    /// The group first: `filters/stage`.
    var name: String
    var list: ListLeads
    var actor: Actor
    /// So many pages of 50 are read before the one that is measured.
    var pagesBefore = 0

    static let groups = ["filters", "combinations", "orders", "pages", "search", "agent"]

    static let all = filters + combinations + orders + pages + searches + ofAnAgent

    private static let manager = Actor(id: "manager", role: .manager)

    private static func filter(_ name: String, as actor: Actor = manager, _ say: (inout LeadFilter) -> Void) -> ListQuestion {
        ListQuestion(name: name, list: ListLeads(LeadFilter(say), limit: 50), actor: actor)
    }

    private static func time(_ share: Double) -> Date { Date(timeIntervalSince1970: GeneratedLead.begin + share * GeneratedLead.length) }

    /// Each of the filters by itself, of many leads and of few.
    private static var filters: [ListQuestion] {
        [
            filter("filters/stage") { $0.stages = [.won] },
            filter("filters/stages") { $0.stages = [.negotiation, .qualified] },
            filter("filters/most common stage") { $0.stages = [.new] },
            filter("filters/source") { $0.sources = [.referral] },
            filter("filters/sources") { $0.sources = [.website, .facebook] },
            filter("filters/agent with 30 %") { $0.assignedTo = ["agent-0"] },
            filter("filters/agent with 1 %") { $0.assignedTo = ["agent-7"] },
            filter("filters/two agents") { $0.assignedTo = ["agent-7", "agent-8"] },
            filter("filters/unassigned") { $0.isUnassigned = true },
            filter("filters/assigned") { $0.isUnassigned = false },
            filter("filters/one's own and unassigned") { ($0.assignedTo, $0.isUnassigned) = (["agent-7"], true) },
            filter("filters/created") { ($0.createdFrom, $0.createdBefore) = (time(0.5), time(0.51)) },
            filter("filters/updated") { ($0.updatedFrom, $0.updatedBefore) = (time(0.5), time(0.51)) },
            filter("filters/updated lately") { $0.updatedFrom = time(1) },
            filter("filters/last contact") { ($0.lastContactFrom, $0.lastContactBefore) = (time(0.5), time(0.51)) },
            filter("filters/next follow-up") { ($0.nextFollowUpFrom, $0.nextFollowUpBefore) = (time(0.9), time(0.92)) },
            filter("filters/qualification score from 95") { $0.minQualificationScore = 95 },
            filter("filters/qualification score of 50") { ($0.minQualificationScore, $0.maxQualificationScore) = (50, 50) },
            filter("filters/lead score to 3") { $0.maxLeadScore = 3 },
            filter("filters/lead score 40 to 60") { ($0.minLeadScore, $0.maxLeadScore) = (40, 60) },
            filter("filters/rating") { $0.minRating = 4.9 },
            filter("filters/category") { $0.categories = ["category 40"] },
            filter("filters/categories") { $0.categories = ["Category 70", "category 60", "CATEGORY 50"] },
            filter("filters/city with 20 %") { $0.cities = [GeneratedLead.word(0)] },
            filter("filters/city") { $0.cities = [GeneratedLead.word(200)] },
            filter("filters/cities") { $0.cities = [GeneratedLead.word(150), GeneratedLead.word(250)] },
            filter("filters/state") { $0.states = ["s7"] },
            filter("filters/e-mail") { $0.hasEmail = true },
            filter("filters/no e-mail") { $0.hasEmail = false },
            filter("filters/phone") { $0.hasPhone = true },
            filter("filters/no phone") { $0.hasPhone = false },
            filter("filters/website") { $0.hasWebsite = true },
            filter("filters/no website") { $0.hasWebsite = false },
            filter("filters/hot") { $0.isHot = true },
            filter("filters/not hot") { $0.isHot = false },
            filter("filters/any of two tags") { $0.tagsAny = ["tag17", "tag9"] },
            filter("filters/a common tag") { $0.tagsAny = ["newsletter"] },
            filter("filters/a rare tag") { $0.tagsAny = ["rare"] },
            filter("filters/both of two tags") { $0.tagsAll = ["vip", "tag0"] },
            filter("filters/archived") { $0.isArchived = true },
        ]
    }

    /// What people ask for at once; also what hardly any lead is.
    private static var combinations: [ListQuestion] {
        [
            filter("combinations/stage, source, rating, e-mail") {
                ($0.stages, $0.sources, $0.minRating, $0.hasEmail) = ([.new], [.referral], 4, true)
            },
            filter("combinations/city, stage") { ($0.cities, $0.stages) = ([GeneratedLead.word(0)], [.new]) },
            filter("combinations/city, category, no website") {
                ($0.cities, $0.categories, $0.hasWebsite) = ([GeneratedLead.word(3)], ["category 2"], false)
            },
            filter("combinations/phone, no website") { ($0.hasPhone, $0.hasWebsite) = (true, false) },
            filter("combinations/agent, hot, follow-up due") {
                ($0.assignedTo, $0.isHot, $0.nextFollowUpBefore) = (["agent-0"], true, time(1))
            },
            filter("combinations/state, created, score") {
                ($0.states, $0.createdFrom, $0.minQualificationScore) = (["s7"], time(0.5), 60)
            },
            filter("combinations/tag, stage") { ($0.tagsAny, $0.stages) = (["vip"], [.won]) },
            filter("combinations/tags that few have together") { $0.tagsAll = ["newsletter", "tag1", "tag2"] },
            filter("combinations/search, stage") { ($0.search, $0.stages) = ("taller", [.won]) },
            filter("combinations/search, city") { ($0.search, $0.cities) = ("taller", [GeneratedLead.word(100)]) },
        ]
    }

    private static var orders: [ListQuestion] {
        LeadSort.Column.allCases.flatMap { column in
            [true, false].map { descending in
                let sort = LeadSort(by: column, descending: descending)
                let name = "orders/\(column.rawValue) \(descending ? "down" : "up")"
                return ListQuestion(name: name, list: ListLeads(sort: sort, limit: 50), actor: manager)
            }
        } + [
            ListQuestion(
                name: "orders/stage by lead score",
                list: ListLeads(LeadFilter { $0.stages = [.qualified] }, sort: LeadSort(by: .leadScore, descending: true), limit: 50),
                actor: manager
            ),
            ListQuestion(
                name: "orders/city by name",
                list: ListLeads(LeadFilter { $0.cities = [GeneratedLead.word(200)] }, sort: LeadSort(by: .name), limit: 50),
                actor: manager
            ),
        ]
    }

    private static var pages: [ListQuestion] {
        [LeadSort.newest, LeadSort(by: .name), LeadSort(by: .city), LeadSort(by: .rating, descending: true)].map { sort in
            ListQuestion(
                name: "pages/100th by \(sort.by.rawValue)",
                list: ListLeads(sort: sort, limit: 50),
                actor: manager,
                pagesBefore: 99
            )
        } + [
            ListQuestion(
                name: "pages/20th of a stage",
                list: ListLeads(LeadFilter { $0.stages = [.new] }, limit: 50),
                actor: manager,
                pagesBefore: 19
            )
        ]
    }

    /// By name, company, person, city, e-mail address and telephone number; the whole word, its beginning, mistyped, several.
    private static var searches: [ListQuestion] {
        let (name, other) = (GeneratedLead.word(300), GeneratedLead.word(301))
        let texts = [
            name, String(other.prefix(3)), String(other.prefix(4)), "\(name) taller", "\(name)x", "cafe \(other)", "barberia", "barbria",
            GeneratedLead.word(0), "\(GeneratedLead.word(0)) dental", "\(GeneratedLead.word(1)) s.a.", "\(GeneratedLead.word(5)) example",
            "+502 2000 7919", "2000-7919", "20007", "7919", "502", "(502) 2000",
        ]
        return texts.map { text in filter("search/\(text)") { $0.search = text } }
    }

    private static var ofAnAgent: [ListQuestion] {
        let agent = Actor(id: "agent-7", role: .agent)
        return [
            filter("agent/all", as: agent) { _ in },
            filter("agent/own", as: agent) { $0.assignedTo = ["agent-7"] },
            filter("agent/stage", as: agent) { $0.stages = [.won] },
            filter("agent/city", as: agent) { $0.cities = [GeneratedLead.word(200)] },
            filter("agent/search", as: agent) { $0.search = GeneratedLead.word(300) },
            filter("agent/hot, own", as: agent) { ($0.assignedTo, $0.isHot) = (["agent-7"], true) },
        ]
    }
}
