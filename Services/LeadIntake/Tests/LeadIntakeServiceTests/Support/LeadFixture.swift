import Contracts
import Foundation
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Postgres
import Testing

/// A lead as a test needs it, put into the table as it is.
struct LeadFixture {
    var lead: Lead

    /// `age` is in days before a fixed moment.
    init(
        _ name: String,
        city: String? = nil,
        category: String? = nil,
        email: String? = nil,
        phone: String? = nil,
        website: String? = nil,
        stage: SalesStage = .new,
        source: LeadSource = .api,
        staff: String? = nil,
        rating: Double? = nil,
        score: Int,
        leadScore: Int? = nil,
        tags: [String] = [],
        age: Double = 0,
        isArchived: Bool = false,
        person: (first: String, last: String)? = nil,
        company: String? = nil,
        lastContact: Date? = nil,
        nextFollowUp: Date? = nil
    ) {
        let time = Self.day(-age)
        let id = LeadID.make()
        lead = Lead(id: id, slug: "l-\(id)", name: name, source: source, qualificationScore: score, createdAt: time, updatedAt: time)
        (lead.city, lead.category, lead.email, lead.phone, lead.websiteURL) = (city, category, email, phone, website)
        (lead.salesStage, lead.assignedTo, lead.rating, lead.leadScore, lead.tags) = (stage, staff, rating, leadScore, tags)
        (lead.firstName, lead.lastName) = (person?.first, person?.last)
        (lead.company, lead.lastContactAt, lead.nextFollowUpAt) = (company, lastContact, nextFollowUp)
        lead.archivedAt = isArchived ? time : nil
    }

    static func day(_ number: Double) -> Date { Date(timeIntervalSince1970: 1_790_000_000 + number * 86_400) }

    /// Whether leads stand in the order, those without a value last.
    static func isSorted(_ leads: [Lead], by sort: LeadSort) -> Bool {
        func stands<Value: Comparable>(_ value: (Lead) -> Value?) -> Bool {
            let values = leads.map(value)
            let known = values.prefix { $0 != nil }.compactMap(\.self)
            guard values.dropFirst(known.count).allSatisfy({ $0 == nil }) else { return false }
            return zip(known, known.dropFirst()).allSatisfy { sort.descending ? $0 >= $1 : $0 <= $1 }
        }
        func plain(_ text: String?) -> String? { text?.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: nil) }
        return switch sort.by {
        case .created: stands(\.createdAt)
        case .updated: stands(\.updatedAt)
        case .name: stands { plain($0.name) }
        case .category: stands { plain($0.category) }
        case .city: stands { plain($0.city) }
        case .state: stands { plain($0.state) }
        case .source: stands(\.source.rawValue)
        case .salesStage: stands(\.salesStage.rawValue)
        case .assignedTo: stands(\.assignedTo)
        case .rating: stands(\.rating)
        case .qualificationScore: stands(\.qualificationScore)
        case .leadScore: stands(\.leadScore)
        case .lastContact: stands(\.lastContactAt)
        case .nextFollowUp: stands(\.nextFollowUpAt)
        }
    }
}

extension IntakeBench {
    /// Their scores count as set by hand, so that a service that runs beside the test leaves them.
    func fill(_ fixtures: [LeadFixture]) async throws {
        try await database.pipeline(
            fixtures.map(\.lead).map { lead in
                """
                INSERT INTO leads (id, slug, name, category, city, phone, email, website_url, rating, first_name, last_name, source,
                    sales_stage, assigned_to, qualification_score, lead_score, tags, created_at, updated_at, archived_at,
                    company, last_contact_at, next_follow_up_at, qualification_score_set_by, lead_score_set_by)
                VALUES (\(lead.id), \(lead.slug), \(lead.name), \(lead.category), \(lead.city), \(lead.phone), \(lead.email),
                    \(lead.websiteURL), \(lead.rating), \(lead.firstName), \(lead.lastName), \(lead.source.rawValue),
                    \(lead.salesStage.rawValue), \(lead.assignedTo), \(lead.qualificationScore), \(lead.leadScore), \(lead.tags),
                    \(lead.createdAt), \(lead.updatedAt), \(lead.archivedAt),
                    \(lead.company), \(lead.lastContactAt), \(lead.nextFollowUpAt), 'a test', 'a test')
                """
            }
        )
    }
}

extension IntakeBench {
    /// Asks as a client with a good key; over a real connection, as what is streamed is read.
    func get(_ path: String, key: String? = nil) async throws -> Answer {
        let key = if let key { key } else { try await makeKey(scopes: ["export"]) }
        let answers = Answers()
        try await http(true) { client in
            try await client.execute(uri: path, method: .get, headers: [.authorization: "Bearer \(key)"]) { response in
                await answers.add(Answer(status: response.status, headers: response.headers, body: Data(response.body.readableBytesView)))
            }
        }
        return try #require(await answers.all.first)
    }

    private actor Answers {
        var all: [Answer] = []
        func add(_ answer: Answer) { all.append(answer) }
    }
}
