import Contracts
import Foundation
import HTTPTypes
import Hummingbird

/// The tasks of whoever is signed in.
struct TasksPage: Sendable {
    let query: TaskQuery
    let page: TaskPage
    let rules: [(name: String, title: String)]
    let visitor: Visitor
    let now: Date
    /// What became of a decision that couldn't be had.
    var problem: Problem?
    /// What became of one that could.
    var said: TaskNotice?

    func response() throws -> Response {
        let status = problem.map { HTTPResponse.Status(code: $0.status) } ?? .ok
        return PageHeaders.html(try PageTemplates.shared.render(view, "tasks"), status: status)
    }

    private var view: View {
        let back = address(cursor: query.cursor)
        // The same form sent twice is one decision.
        let key = SecretToken.make().text
        return View(
            name: visitor.account.name,
            role: visitor.account.role.rawValue,
            csrf: visitor.csrf,
            said: said?.words,
            problem: problem.map { .init(title: $0.title, text: $0.inWords) },
            whose: TaskOwner.allCases.map { .init(value: $0.rawValue, label: label($0), isChosen: $0 == query.whose) },
            rules: [.init(value: "", label: "Any", isChosen: query.rule == nil)]
                + rules.map { .init(value: $0.name, label: $0.title, isChosen: $0.name == query.rule) },
            states: FollowUpState.allCases.map {
                .init(value: $0.rawValue, label: PageWords.status($0.rawValue), isChosen: $0 == query.state)
            },
            total: PageWords.total(page),
            isEmpty: page.tasks.isEmpty,
            tasks: page.tasks.enumerated().map { Item($1, number: $0 + 1, csrf: visitor.csrf, key: key, back: back, now: now) },
            hasPages: query.cursor != nil || page.nextCursor != nil,
            first: query.cursor == nil ? nil : address(cursor: nil),
            next: page.nextCursor.flatMap(TaskKey.init).map(address)
        )
    }

    private func label(_ owner: TaskOwner) -> String {
        switch owner {
        case .all: visitor.account.seesAllLeads ? "Everybody's" : "Mine and nobody's"
        case .mine: "Mine"
        case .unassigned: "Nobody's"
        }
    }

    private func address(cursor: TaskKey?) -> String {
        let parts: [(String, String?)] = [
            ("state", query.state == .open ? nil : query.state.rawValue), ("whose", query.whose == .all ? nil : query.whose.rawValue),
            ("rule", query.rule), ("cursor", cursor?.text),
        ]
        let text = parts.compactMap { name, value in
            value?.addingPercentEncoding(withAllowedCharacters: .alphanumerics).map { "\(name)=\($0)" }
        }.joined(separator: "&")
        return text.isEmpty ? "/tasks" : "/tasks?\(text)"
    }
}

/// What the template reads.
private struct View {
    let styles = AssetRoutes.stylesPath
    let name: String
    let role: String
    let csrf: String
    let said: String?
    let problem: Message?
    let whose: [Choice]
    let rules: [Choice]
    let states: [Choice]
    let total: String
    let isEmpty: Bool
    let tasks: [Item]
    let hasPages: Bool
    let first: String?
    let next: String?
}

private struct Message {
    let title: String
    let text: String
}

private struct Choice {
    let value: String
    let label: String
    let isChosen: Bool
}

private struct Item {
    let number: Int
    let lead: String
    let title: String
    let due: Moment
    let age: String
    let phone: Link?
    let email: Link?
    let city: String?
    let assignedTo: String
    let leadScore: Int?
    let contactStatus: String
    let websiteStatus: String
    let closed: Closed?
    let form: Form?

    init(_ task: LeadTask, number: Int, csrf: String, key: String, back: String, now: Date) {
        self.number = number
        lead = task.lead.name
        title = task.title
        due = Moment(task.dueAt)
        age = PageWords.age(of: task.dueAt, at: now)
        phone = task.lead.phone.flatMap { Link("tel:", $0, allowed: CharacterSet(charactersIn: "+0123456789")) }
        email = task.lead.email.flatMap { Link("mailto:", $0, allowed: .alphanumerics.union(CharacterSet(charactersIn: "@.-_+"))) }
        city = task.lead.city
        assignedTo = task.lead.assignedTo ?? "nobody"
        leadScore = task.lead.leadScore
        contactStatus = PageWords.status(task.lead.contactStatus)
        websiteStatus = PageWords.status(task.lead.websiteStatus)
        closed = task.closedAt.map { Closed(task, at: $0) }
        let rule = task.rule.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "_-"))) ?? ""
        form = task.state == .open ? Form(action: "/tasks/\(task.leadID)/\(rule)", csrf: csrf, key: key, back: back) : nil
    }

    struct Moment {
        let machine: String
        let words: String

        init(_ date: Date) {
            machine = RFC3339.string(from: date)
            words = PageWords.time(date)
        }
    }

    struct Link {
        let address: String
        let text: String

        init?(_ scheme: String, _ text: String, allowed: CharacterSet) {
            guard let rest = text.addingPercentEncoding(withAllowedCharacters: allowed) else { return nil }
            address = scheme + rest
            self.text = text
        }
    }

    struct Closed {
        let state: String
        let at: Moment
        let by: String?
        let because: String?

        init(_ task: LeadTask, at time: Date) {
            state = PageWords.status(task.state.rawValue)
            at = Moment(time)
            by = task.closedBy
            because = task.cancelledBecause.map { PageWords.status($0).lowercased() }
        }
    }

    struct Form {
        let action: String
        let csrf: String
        let key: String
        let back: String
    }
}
