import Contracts
import Foundation
import LocalStack
import Outbound
import Testing

/// Somebody of the staff: with a password for the console's pages, and a token for its API.
struct Staff: Sendable {
    let system: TestSystem
    let email: String
    let id: String
    let password: String
    let token: String

    var url: String { system.stack.url(of: .console) }

    /// Made by the console's own commands, as its operator does.
    static func add(_ name: String, _ role: Role, to system: TestSystem) async throws -> Staff {
        let (email, password) = ("\(name)@staff.example", "\(EventID.make())")
        let file = NSTemporaryDirectory() + "plumbline-password-\(EventID.make())"
        try Data("\(password)\n".utf8).write(to: URL(filePath: file))
        defer { unlink(file) }
        let said = try await system.stack.console([
            "add-account", "--email", email, "--name", name, "--role", role.rawValue, "--staff-id", name, "--password-file", file,
        ])
        #expect(said.contains("account \(email): staff id \(name), role \(role.rawValue)"))
        let told = try await system.stack.console(["add-token", "--email", email, "--name", "test"])
        let token = try #require(told.split(separator: "\n").last { $0.hasPrefix("plt_") })
        return Staff(system: system, email: email, id: name, password: password, token: String(token))
    }

    // MARK: Pages

    /// What a browser has once somebody has signed in.
    struct Session: Sendable {
        let staff: Staff
        let cookie: String

        func page(_ path: String) async throws -> (status: Int, html: String) {
            let answer = try await staff.system.get(staff.url + path, headers: [("Cookie", cookie)])
            return (answer.status, String(decoding: answer.body, as: UTF8.self))
        }

        /// Sends a form of the tasks' page.
        func send(_ path: String, _ fields: [String: String]) async throws -> OutboundResponse {
            let html = try await page("/tasks").html
            let csrf = try #require(html.firstMatch(of: #/name="csrf" value="([^"]+)"/#).map { String($0.1) }, "\(html)")
            return try await staff.post(path, fields.merging(["csrf": csrf]) { $1 }, headers: [("Cookie", cookie)])
        }
    }

    func signIn() async throws -> Session {
        let answer = try await post("/sign-in", ["email": email, "password": password, "next": "/tasks"])
        #expect(answer.status == 303 && answer.headers["Location"] == "/tasks")
        let cookie = try #require(answer.headers["Set-Cookie"])
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite="))
        return Session(staff: self, cookie: String(cookie.prefix { $0 != ";" }))
    }

    func post(_ path: String, _ fields: [String: String], headers: [(String, String)] = []) async throws -> OutboundResponse {
        var unreserved = CharacterSet.alphanumerics
        unreserved.insert(charactersIn: "-._~")
        let form = fields.map { "\($0)=\($1.addingPercentEncoding(withAllowedCharacters: unreserved) ?? "")" }.joined(separator: "&")
        let type = "application/x-www-form-urlencoded"
        // To check a password is meant to take long, and takes ten times as long in a debug build; on a busy machine many times that.
        return try await system.post(url + path, form, type: type, headers: headers, timeout: .seconds(120))
    }

    // MARK: API

    struct Tasks: Decodable {
        struct Item: Decodable {
            struct Business: Decodable {
                var name: String
            }

            var leadID: LeadID
            var rule: String
            var title: String
            var state: FollowUpState
            var closedBy: String?
            var lead: Business

            enum CodingKeys: String, CodingKey {
                case leadID = "lead_id"
                case rule, title, state
                case closedBy = "closed_by"
                case lead
            }
        }

        var tasks: [Item]
        var total: Int
    }

    func tasks(_ query: String = "") async throws -> Tasks {
        let answer = try await system.get("\(url)/api/v1/crm/tasks?\(query)", headers: [("Authorization", "Bearer \(token)")])
        try #require(answer.status == 200, "\(String(decoding: answer.body, as: UTF8.self))")
        return try WireJSON.decode(Tasks.self, from: answer.body)
    }

    /// Says by the API that a task is done, or is not worth doing; the status of the answer.
    func settle(_ task: String, _ body: String = "") async throws -> Int {
        try await system.post(
            "\(url)/api/v1/crm/tasks/\(task)",
            body,
            type: "application/json",
            headers: [("Authorization", "Bearer \(token)")]
        ).status
    }
}

extension TestSystem {
    /// Leads that clicked four days ago and bought nothing, so that somebody is to call them; each of a person of the staff, or nobody's.
    func leadsToCall(_ names: [(name: String, of: String?)]) async throws -> [Lead] {
        var leads: [Lead] = []
        for (name, owner) in names {
            let lead = try await lead(business(name))
            if let owner { _ = try await client.ask(AssignLeads(targets: LeadTargets(ids: [lead.id]), assignedTo: owner)) }
            try await eventually("lifecycle never heard of the lead") { try await status(of: lead.id) != nil }
            leads.append(lead)
        }
        let clicked = AdoptedStatus(.contact, to: "clicked", at: Date() - 4 * 86_400, reason: "told by who was here before")
        let rows = leads.map { AdoptedStatuses(origin: AdoptionOrigin("tests", "\($0.id)"), leadID: $0.id, statuses: [clicked]) }
        #expect(try await client.ask(AdoptStatuses(rows: rows)).results.count == leads.count)
        // What becomes known late is found when all leads are looked at: at a start, or in some minutes.
        try await stack.stop(.lifecycle)
        try await stack.start(ServiceName.lifecycle.rawValue)
        try await eventually("they were never due") { try await client.ask(ListFollowUps()).followUps.count == leads.count }
        return leads
    }
}
