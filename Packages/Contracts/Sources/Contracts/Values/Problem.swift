/// An RFC 9457 problem: what went wrong, where, and how to mend it, in words that may leave the house.
public struct Problem: Error, Codable, Hashable, Sendable {
    /// A stable URI path that names the kind of problem, e.g. `/problems/lead-not-found`.
    public var type: String
    public var title: String
    public var status: Int
    public var detail: String?
    /// One entry for each field that was wrong: all of them at once.
    public var errors: [FieldError]?
    /// The lead that it is about, where that is of use and the caller may see it.
    public var leadID: LeadID?

    enum CodingKeys: String, CodingKey {
        case type, title, status, detail, errors
        case leadID = "lead_id"
    }

    public struct FieldError: Codable, Hashable, Sendable {
        /// RFC 6901 pointer into the body, e.g. `/reason`.
        public var pointer: String
        public var detail: String

        public init(pointer: String, detail: String) {
            self.pointer = pointer
            self.detail = detail
        }
    }

    public init(_ type: String, _ title: String, status: Int, detail: String? = nil, errors: [FieldError]? = nil) {
        self.type = "/problems/\(type)"
        self.title = title
        self.status = status
        self.detail = detail
        self.errors = errors
    }
}

extension Problem: CustomStringConvertible {
    public var description: String {
        let fields = (errors ?? []).map { "\($0.pointer) \($0.detail)" }
        return ([title] + [detail].compactMap(\.self) + fields).joined(separator: "; ")
    }
}

extension Problem {
    public static func leadNotFound(_ lead: LeadID) -> Self {
        Self("lead-not-found", "There is no such lead", status: 404, detail: "No lead has the id \(lead).")
    }

    public static func siteNotFound(_ what: String) -> Self {
        Self("site-not-found", "There is no such site", status: 404, detail: "No site has \(what).")
    }

    public static func campaignNotFound(_ campaign: CampaignID) -> Self {
        Self("campaign-not-found", "There is no such campaign", status: 404, detail: "No campaign has the id \(campaign).")
    }

    public static func forbidden(needs role: Role) -> Self {
        Self("forbidden", "Not allowed", status: 403, detail: "This needs the role \(role.rawValue) or above.")
    }

    public static func unauthorized(_ detail: String) -> Self {
        Self("unauthorized", "Not signed in", status: 401, detail: detail)
    }

    public static func invalidBody(_ errors: [FieldError]) -> Self {
        Self("invalid-body", "The request body is not valid", status: 400, errors: errors)
    }

    /// Understood, but it breaks a rule of the data.
    public static func invalid(_ errors: [FieldError]) -> Self {
        Self("invalid", "The values are not valid", status: 422, errors: errors)
    }

    /// Of a text that no database of ours can hold.
    public static let unstorableText = Self(
        "invalid",
        "The values are not valid",
        status: 422,
        detail: "A text has the character U+0000: leave it out."
    )

    public static func conflict(_ detail: String) -> Self {
        Self("conflict", "It has changed meanwhile", status: 409, detail: detail)
    }

    public static func unavailable(_ detail: String) -> Self {
        Self("unavailable", "Not available just now", status: 503, detail: detail)
    }

    /// What it wanted to change was changed by others at the same moment, over and over.
    public static let contention = unavailable("Others changed the same at the same moment, and nothing of it was done: send it again.")

    public static let internalError = Self("internal", "Something went wrong on our side", status: 500)
}
