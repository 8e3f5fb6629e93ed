package import Contracts
import Foundation

/// One field of a lead, as the audit trail knows it.
package struct LeadField: Sendable {
    /// Its name on the wire.
    package let name: String
    private let isDifferent: @Sendable (Lead, Lead) -> Bool
    private let read: @Sendable (Lead) -> String?

    private init<Value: Encodable & Equatable & SendableMetatype>(_ name: String, _ path: any KeyPath<Lead, Value> & Sendable) {
        self.name = name
        isDifferent = { $0[keyPath: path] != $1[keyPath: path] }
        read = { Self.text($0[keyPath: path]) }
    }

    /// The value as text: words as they are, anything else as JSON; `nil` for none.
    package func text(in lead: Lead) -> String? { read(lead) }

    /// Every field but those that change with each change: the version, and when it was.
    package static let all: [LeadField] = [
        LeadField("slug", \.slug),
        LeadField("name", \.name),
        LeadField("company", \.company),
        LeadField("category", \.category),
        LeadField("subcategory", \.subcategory),
        LeadField("gmb_id", \.gmbID),
        LeadField("address", \.address),
        LeadField("city", \.city),
        LeadField("state", \.state),
        LeadField("postal_code", \.postalCode),
        LeadField("country", \.country),
        LeadField("latitude", \.latitude),
        LeadField("longitude", \.longitude),
        LeadField("phone", \.phone),
        LeadField("email", \.email),
        LeadField("website_url", \.websiteURL),
        LeadField("rating", \.rating),
        LeadField("review_count", \.reviewCount),
        LeadField("photo_count", \.photoCount),
        LeadField("opening_hours", \.openingHours),
        LeadField("first_name", \.firstName),
        LeadField("last_name", \.lastName),
        LeadField("title", \.title),
        LeadField("source", \.source),
        LeadField("acquisition_cost", \.acquisitionCost),
        LeadField("sales_stage", \.salesStage),
        LeadField("assigned_to", \.assignedTo),
        LeadField("qualification_score", \.qualificationScore),
        LeadField("lead_score", \.leadScore),
        LeadField("conversion_probability", \.conversionProbability),
        LeadField("last_contact_at", \.lastContactAt),
        LeadField("next_follow_up_at", \.nextFollowUpAt),
        LeadField("call_attempts", \.callAttempts),
        LeadField("tags", \.tags),
        LeadField("archived_at", \.archivedAt),
    ]

    /// What is different between two states of a lead.
    package static func changes(from old: Lead, to new: Lead) -> [FieldChange] {
        all.filter { $0.isDifferent(old, new) }.map { FieldChange(field: $0.name, from: $0.read(old), to: $0.read(new)) }
    }

    private static func text(_ value: some Encodable) -> String? {
        guard let data = try? WireJSON.encode(value) else { return nil }
        if let words = try? WireJSON.decode(String?.self, from: data) { return words }
        let json = String(decoding: data, as: UTF8.self)
        return json == "null" ? nil : json
    }
}

/// One field that changed.
package struct FieldChange: Hashable, Sendable {
    package var field: String
    package var from: String?
    package var to: String?

    package init(field: String, from: String?, to: String?) {
        self.field = field
        self.from = from
        self.to = to
    }
}
