import Contracts
import Postgres

/// Whom a filter means, as SQL over `audience AS a`.
enum AudienceQuery {
    /// The column with a channel's address.
    static func address(_ channel: Channel) -> SQL {
        switch channel {
        case .email: "a.email"
        case .sms: "a.phone"
        }
    }

    /// A condition for every field that is given; a list without values matches nobody.
    static func condition(_ filter: AudienceFilter) -> SQL {
        var parts: [SQL] = ["a.lead_version > 0", "a.erased_at IS NULL", "a.merged_into IS NULL"]
        if let values = filter.category { parts.append("lower(a.category) = ANY(\(values.map { $0.lowercased() }))") }
        if let values = filter.city { parts.append("lower(a.city) = ANY(\(values.map { $0.lowercased() }))") }
        if let values = filter.state { parts.append("lower(a.state) = ANY(\(values.map { $0.lowercased() }))") }
        if let values = filter.contactStatus { parts.append("a.contact_status = ANY(\(values.map(\.rawValue)))") }
        if let values = filter.websiteStatus { parts.append("a.website_status = ANY(\(values.map(\.rawValue)))") }
        if let value = filter.minRating { parts.append("a.rating >= \(value)") }
        if let value = filter.minQualificationScore { parts.append("a.qualification_score >= \(value)") }
        if let value = filter.hasEmail { parts.append("(a.email IS NOT NULL) = \(value)") }
        if let values = filter.leadIDs { parts.append("a.lead_id = ANY(\(values.map(\.rawValue)))") }
        return SQL.joined(parts, separator: " AND ")
    }

    /// Why a lead must not be written to on `channel`, or NULL: asked when a campaign starts, and again when a message's turn comes.
    static func exclusion(_ channel: Channel) -> SQL {
        """
        CASE
            WHEN a.erased_at IS NOT NULL THEN 'erased'
            WHEN a.merged_into IS NOT NULL THEN 'merged'
            WHEN a.archived_at IS NOT NULL THEN 'archived'
            WHEN a.contact_status = 'purchased' THEN 'purchased'
            WHEN a.contact_status = 'unsubscribed' THEN 'unsubscribed'
            \(fragment: silence(channel))
        END
        """
    }

    /// The same where it is about what the lead has bought.
    static func customerExclusion(_ channel: Channel) -> SQL {
        "CASE WHEN a.erased_at IS NOT NULL THEN 'erased' \(fragment: silence(channel)) END"
    }

    /// The cases in which nothing at all may be sent.
    private static func silence(_ channel: Channel) -> SQL {
        """
        WHEN \(fragment: address(channel)) IS NULL THEN 'no_address'
        WHEN EXISTS (
            SELECT FROM suppressions AS s
            WHERE s.channel = \(channel.rawValue) AND s.address = \(fragment: address(channel)) AND s.lifted_at IS NULL
        ) THEN 'suppressed'
        -- Apart from the above, so that each is one look into a hash: with both in one it took 800 ms for 100,000 leads, now 500.
        WHEN EXISTS (
            SELECT FROM suppressions AS s
            WHERE s.channel = \(channel.rawValue) AND s.address = erased_address(\(fragment: address(channel))) AND s.lifted_at IS NULL
        ) THEN 'suppressed'
        -- From another of its addresses: what a person said is said for the lead, what a server said of an address is not.
        WHEN EXISTS (
            SELECT FROM suppressions AS s
            WHERE s.channel = \(channel.rawValue) AND s.lead_id = a.lead_id AND s.lifted_at IS NULL AND s.reason <> 'bounced'
        ) THEN 'suppressed'
        """
    }

    /// The rows `lead_id, address, exclusion, qualification_score, slug` of all that match.
    ///
    /// Branches of one chain share an address: who reads there gets one message, for the lead that was created first. That never
    /// changes, so it is the same lead whenever a campaign starts.
    static func candidates(_ filter: AudienceFilter, _ channel: Channel) -> SQL {
        """
        WITH matching AS (
            SELECT a.lead_id, a.slug, a.qualification_score, a.lead_created_at,
                \(fragment: address(channel)) AS address,
                \(fragment: exclusion(channel)) AS exclusion
            FROM audience AS a
            WHERE \(fragment: condition(filter))
        ), ranked AS (
            SELECT m.*, row_number() OVER (
                PARTITION BY m.exclusion IS NULL, m.address
                ORDER BY m.lead_created_at, m.lead_id
            ) AS place
            FROM matching AS m
        ), candidates AS (
            SELECT r.lead_id, r.slug, r.qualification_score, r.address,
                CASE WHEN r.exclusion IS NULL AND r.place > 1 THEN 'same_address' ELSE r.exclusion END AS exclusion
            FROM ranked AS r
        )
        """
    }
}

extension SQLExecutor {
    /// How many a filter means, and how many of those are left out, by reason.
    func countAudience(_ filter: AudienceFilter, _ channel: Channel) async throws -> (audience: Int, excluded: [String: Int]) {
        let counts = try await rows(
            """
            \(fragment: AudienceQuery.candidates(filter, channel))
            SELECT exclusion, count(*) AS leads
            FROM candidates
            GROUP BY exclusion
            """
        )
        var audience = 0
        var excluded: [String: Int] = [:]
        for row in counts {
            let leads: Int = try row.decode("leads")
            if let reason: String = try row.decodeIfPresent("exclusion") { excluded[reason] = leads } else { audience = leads }
        }
        return (audience, excluded)
    }

    /// The first of an audience, the leads worth most before the others.
    func sampleAudience(_ filter: AudienceFilter, _ channel: Channel, limit: Int) async throws -> [(recipient: Recipient, address: String)]
    {
        let sample = try await rows(
            """
            \(fragment: AudienceQuery.candidates(filter, channel))
            SELECT c.address, \(fragment: Recipient.columns)
            FROM candidates AS c
            JOIN audience AS a ON a.lead_id = c.lead_id
            WHERE c.exclusion IS NULL
            ORDER BY c.qualification_score DESC, c.slug, c.lead_id
            LIMIT \(limit)
            """
        )
        return try sample.map { (try Recipient(row: $0), try $0.decode("address")) }
    }
}

extension Recipient {
    /// Of `audience AS a`.
    static let columns: SQL = """
        a.lead_id, a.name, a.first_name, a.category, a.city, a.state, a.country, a.rating, a.review_count, a.site_slug, a.site_url,
        a.site_screenshot_url
        """

    /// From a row with ``columns``.
    init(row: Row) throws {
        self.init(
            leadID: try row.id("lead_id"),
            name: try row.decode("name"),
            firstName: try row.decodeIfPresent("first_name"),
            category: try row.decodeIfPresent("category"),
            city: try row.decodeIfPresent("city"),
            state: try row.decodeIfPresent("state"),
            country: try row.decodeIfPresent("country"),
            rating: try row.decodeIfPresent("rating"),
            reviewCount: try row.decodeIfPresent("review_count"),
            siteSlug: try row.decodeIfPresent("site_slug"),
            siteURL: try row.decodeIfPresent("site_url"),
            screenshotURL: try row.decodeIfPresent("site_screenshot_url")
        )
    }
}
