import Contracts
import Foundation
import Postgres

/// A page of a list, as it was read.
struct LeadListPage: Sendable {
    var leads: [(lead: Lead, place: LeadListPlace)]
    /// `nil` when it wasn't asked for.
    var total: LeadListTotal?
}

/// What is asked for, but not how it is found out: that is ``LeadListStatements``.
struct LeadListQuestion: Sendable {
    var selection: LeadSelection
    var sort: LeadSort
    var limit: Int
    var place: LeadListPlace?
    /// With the first page.
    var isCounted: Bool { place == nil }

    /// The planner multiplies shares as if no fact had to do with another: where tags exclude each other it expects thousands that don't exist,
    /// and would read a million leads to find the first 50 of them. Nor does it know that what was changed last year was not made this year.
    var mayMislead: Bool {
        let conditions = selection.conditions
        return isVague || conditions.reduce(0) { $0 + $1.facts } > 1
            || conditions.contains(where: isOfAnotherTime)
    }

    /// The planner knows nothing of how many there are.
    var isVague: Bool { selection.search?.isVague == true }

    /// Whether all that match are read, if they are as few as the planner thinks. Whatever else it thinks when their places stand in one
    /// index, which is many times as fast to read as the leads; and to look into each lead for words takes longer than it knows.
    func isCollected(_ plan: LeadListPlan) -> Bool {
        if plan.sorts { return true }
        guard plan.estimate <= collectable / 2 else { return false }
        return isCovered || (selection.search != nil && !plan.isWalkedQuickly)
    }

    /// Whether those that match are found by words or tags, whose index can be read together with that of when leads were made.
    var isSliceable: Bool {
        let filter = selection.filter
        return sort.by == .created && (selection.search != nil || filter.tagsAny?.isEmpty == false || filter.tagsAll?.isEmpty == false)
    }

    /// Whether the places of those that match stand in one index.
    var isCovered: Bool {
        guard sort.by == .created, selection.conditions.count == 1, let condition = selection.conditions.first else { return false }
        return condition.column.map { $0 != .created } ?? false && !condition.isOneValue
    }

    /// How many leads may be read for one page. Of another time there may be none for long in the order of the list.
    var collectable: Int { (isCovered && selection.conditions.contains(where: isOfAnotherTime) ? 3 : 1) * LeadListPlan.countedUpTo }

    private func isOfAnotherTime(_ condition: LeadSelection.Condition) -> Bool {
        condition.column.map { $0.isTime && $0 != sort.by } ?? false
    }
}

/// All SQL of the lists, and the ways through them.
extension Database {
    /// `limit` leads in order, from behind `place` on; counted too when there is none.
    func leads(_ selection: LeadSelection, sort: LeadSort, limit: Int, behind place: LeadListPlace? = nil) async throws -> LeadListPage {
        let question = LeadListQuestion(selection: selection, sort: sort, limit: limit, place: place)
        // No transaction holds it together, to be ended with one more round trip: each statement sees what is committed by then anyway.
        let plan = try await plan(question)
        if !question.isVague, question.isCollected(plan) {
            if let page = try await sliced(question, plan) { return page }
            if let tags = plan.tags, let page = try await found(question, by: tags) { return page }
            if let page = try await collected(question, plan) { return page }
        }
        return try await walked(question, plan)
    }

    /// The next leads in the order of a column that each of them has, for who goes through all of them.
    func leads(_ selection: LeadSelection, eachBy sort: LeadSort, limit: Int, behind place: LeadListPlace?) async throws -> LeadListPage {
        let question = LeadListQuestion(selection: selection, sort: sort, limit: limit, place: place)
        let rows = try await pipeline([LeadSelection.planning, LeadSelection.walking, question.page()]).last?.rows ?? []
        return LeadListPage(leads: try question.leads(rows))
    }

    private func plan(_ question: LeadListQuestion) async throws -> LeadListPlan {
        // First, so that their plans are kept: to make one takes longer than to run it.
        let ends = question.isSliceable ? [question.ends] : []
        let shares = question.selection.tagsOfAll.count > 1 ? [question.shares] : []
        let plans = [question.asExpected.page(), question.asExpected.matching].map(question.explained)
        let results = try await pipeline(ends + shares + [LeadSelection.planning] + plans)
        let explained = try results.suffix(plans.count).map { result in
            try result.rows.first?.decode("QUERY PLAN", as: JSONB<[ExplainedPlan]>.self).value.first?.plan
        }
        let (page, all) = (explained[0], explained[1])
        return LeadListPlan(
            estimate: all?.rows ?? 0,
            costOfAll: all?.cost ?? 0,
            costOfPage: page?.cost ?? 0,
            sorts: page?.sorts ?? false,
            start: try ends.isEmpty ? nil : results.first?.rows.first?.decodeIfPresent("start"),
            ends: try ends.isEmpty ? [] : results.first?.rows.map { try $0.decode("bound") } ?? [],
            tags: try shares.isEmpty ? nil : tags(of: question, results[ends.count].rows)
        )
    }

    private func tags(of question: LeadListQuestion, _ rows: [Row]) throws -> LeadListTags? {
        let shares = try Dictionary(rows.map { (try $0.decode("tag", as: String.self), try $0.decode("share", as: Double.self)) }) { $1 }
        return LeadListTags(question.selection.tagsOfAll, shares: shares, leads: try rows.first?.decode("leads") ?? 0)
    }

    /// Reads those that have the rarer of their tags, and looks for the others in them. `nil` when they are too many for that, or none.
    private func found(_ question: LeadListQuestion, by tags: LeadListTags) async throws -> LeadListPage? {
        let rows = try await pipeline([LeadSelection.planning, question.found(by: tags)]).last?.rows ?? []
        guard let first = rows.first, try first.decode("found") <= LeadListTags.most else { return nil }
        let total = LeadListTotal(count: try first.decode("matching"), isEstimated: false)
        return LeadListPage(leads: try question.leads(rows), total: question.isCounted ? total : nil)
    }

    /// Reads those that match and were made in the time with which the list begins. `nil` when they don't fill the page, or are many.
    private func sliced(_ question: LeadListQuestion, _ plan: LeadListPlan) async throws -> LeadListPage? {
        guard let end = plan.end(with: question.limit), let start = plan.start else { return nil }
        let statements = [LeadSelection.planning, LeadSelection.slicing, question.collected(until: end, from: start)]
        let rows = try await pipeline(statements).last?.rows ?? []
        let count = try rows.first?.decode("matching", as: Int.self) ?? 0
        guard rows.count == question.limit, count <= question.collectable else { return nil }
        let leads = try question.leads(rows)
        return LeadListPage(leads: leads, total: question.isCounted ? plan.total(count: nil, atLeast: leads.count) : nil)
    }

    /// Reads all leads that match, if they are as few as they are thought to be, and so counts them. `nil` when they are too many.
    private func collected(_ question: LeadListQuestion, _ plan: LeadListPlan, noneByOrder: Bool = false) async throws -> LeadListPage? {
        let settings = [LeadSelection.planning] + (noneByOrder ? [LeadSelection.lookingUp] : [])
        let rows: [Row]
        let count: Int
        if question.isCovered {
            async let counted = pipeline(settings + [question.counted])
            rows = try await pipeline(settings + [question.sorted(ofThousands: plan.isOfThousands)]).last?.rows ?? []
            count = try await counted.last?.rows.first?.decode("matching") ?? 0
        } else {
            rows = try await pipeline(settings + [question.collected]).last?.rows ?? []
            count = try rows.first?.decode("matching") ?? 0
        }
        guard count <= question.collectable else { return nil }
        let total = LeadListTotal(count: count, isEstimated: false)
        return LeadListPage(leads: try question.leads(rows), total: question.isCounted ? total : nil)
    }

    /// Reads leads in their order until the page is full. Those without a value in the order's column come last, whichever way: a part of the
    /// list of their own, read when the first one is used up.
    private func walked(_ question: LeadListQuestion, _ plan: LeadListPlan) async throws -> LeadListPage {
        // Where all that match can't be read at once, there is no other way to be tried.
        let bounds = question.isVague || (question.mayMislead && plan.isCollectedQuickly) ? question.bounds : []
        let isCounted = question.isCounted && plan.isCountedQuickly && !question.isVague
        let page = bounds.first.map { [question.boundedPage($0)] } ?? [LeadSelection.walking, question.page()]
        let results = try await pipeline([LeadSelection.planning] + (isCounted ? [question.count] : []) + page)
        var leads = try question.leads(results.last?.rows ?? [])
        for bound in bounds.dropFirst() where !leads.isEmpty && leads.count < question.limit {
            leads = try question.leads(await pipeline([LeadSelection.planning, question.boundedPage(bound)]).last?.rows ?? [])
        }
        if leads.count < question.limit {
            let walking = [LeadSelection.planning, LeadSelection.walking] + (bounds.isEmpty ? [] : [LeadSelection.lookingUp])
            if !bounds.isEmpty {
                if let page = try await collected(question, plan, noneByOrder: true) { return page }
                leads = try question.leads(await pipeline(walking + [question.page()]).last?.rows ?? [])
            }
            if question.place?.key != nil || question.place == nil, question.sort.by.mayBeNull {
                let lastPart = question.page(lastPart: question.limit - leads.count)
                leads += try question.leads(await pipeline(walking + [lastPart]).last?.rows ?? [])
            }
        }
        guard question.isCounted else { return LeadListPage(leads: leads) }
        if leads.count < question.limit {
            return LeadListPage(leads: leads, total: LeadListTotal(count: leads.count, isEstimated: false))
        }
        if question.isVague, let last = leads.last?.place {
            return LeadListPage(leads: leads, total: try await total(question, last, found: leads.count))
        }
        let count = isCounted ? try results[1].rows.first?.decode("count", as: Int.self) : nil
        return LeadListPage(leads: leads, total: plan.total(count: count, atLeast: leads.count))
    }

    /// As many as there would be if all were as the first ones.
    private func total(_ question: LeadListQuestion, _ last: LeadListPlace, found: Int) async throws -> LeadListTotal {
        let results = try await pipeline([LeadSelection.planning, question.explained(question.living), question.walkedUp(to: last)])
        let all = try results[1].rows.first?.decode("QUERY PLAN", as: JSONB<[ExplainedPlan]>.self).value.first?.plan.rows ?? 0
        let seen = try results.last?.rows.first?.decode("count", as: Int.self) ?? 0
        let share = Double(found) / Double(max(seen, found))
        return LeadListTotal(count: max(found, Int(share * Double(all))), isEstimated: true)
    }
}

/// What is read of `EXPLAIN (FORMAT JSON)`.
struct ExplainedPlan: Codable {
    var plan: Node

    struct Node: Codable {
        var type: String
        var rows: Int
        var cost: Double
        var parts: [Node]?

        var sorts: Bool { type == "Sort" || parts?.contains(where: \.sorts) == true }

        enum CodingKeys: String, CodingKey {
            case type = "Node Type"
            case rows = "Plan Rows"
            case cost = "Total Cost"
            case parts = "Plans"
        }
    }

    enum CodingKeys: String, CodingKey {
        case plan = "Plan"
    }
}
