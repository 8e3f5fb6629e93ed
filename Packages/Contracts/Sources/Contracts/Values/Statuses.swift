/// How far a lead has come in answering us. Moved by recorded events only, never by an update of a row.
public enum ContactStatus: String, CaseIterable, Codable, Sendable {
    case pending, emailed
    case smsSent = "sms_sent"
    case opened, clicked, replied, interested, purchased, unsubscribed, bounced
}

/// How far the lead's web site has come.
public enum WebsiteStatus: String, CaseIterable, Codable, Sendable {
    case none, generating, generated, deployed, sold, archived
}

/// Where people see the sale; set by people, not by events.
public enum SalesStage: String, CaseIterable, Codable, Sendable {
    case new, contacted, qualified, proposal, negotiation, won, lost, callback
}

/// Which of a lead's two statuses a history row speaks of.
public enum StatusField: String, CaseIterable, Codable, Sendable {
    case contact, website
}

/// What came of a decision on a status.
public enum StatusOutcome: String, CaseIterable, Codable, Sendable {
    case applied, ignored
}

/// How a message travels.
public enum Channel: String, CaseIterable, Codable, Sendable {
    case email, sms
}

/// Where a lead came from.
public enum LeadSource: String, CaseIterable, Codable, Sendable {
    case googleBusiness = "google_business"
    case website, facebook, instagram, whatsapp, referral
    case `import`, api, other
}

/// The state of a site as a product: offered, running for a customer, or gone.
public enum SiteState: String, CaseIterable, Codable, Sendable {
    case preview, active, suspended, archived
}

/// What a subscription is, in our words; the provider's are mapped to these.
public enum SubscriptionState: String, CaseIterable, Codable, Sendable {
    case active
    case pastDue = "past_due"
    case paused, cancelled
}
