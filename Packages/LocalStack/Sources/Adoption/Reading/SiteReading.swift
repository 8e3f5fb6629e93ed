package import Contracts
package import Foundation

/// What else the database says about a site, beside its own row.
package struct SiteEvidence: Sendable {
    /// The page: of the current version.
    package var html: String?
    package var css: String?
    package var hasScript = false
    /// The page was too large to be read.
    package var isTooLarge = false
    /// The earliest payment that succeeded, or subscription that started.
    package var paidAt: Date?
    /// What the business's `website_status` says, and when that was written.
    package var business: (status: String, at: Date?)?

    package init() {}
}

/// A row of `sites` or of the older `generated_sites`, as a site that is to be.
package struct SiteReading: Sendable {
    package let site: AdoptedSite
    package let remarks: [String]

    package init(_ row: PredecessorRow, lead: LeadID?, evidence: SiteEvidence) {
        var remarks: [String] = []
        let slug = row.text("slug") ?? row.text("subdomain") ?? "site-\(row.origin.id.prefix(8))"
        let title = SiteTitle(row.text("site_title")).name ?? SlugName.name(of: slug) ?? slug
        let times = Times(row, evidence)
        let state = Self.state(row, times, &remarks)
        if evidence.isTooLarge { remarks.append("its page is larger than \(AdoptedPage.limit / 1_000_000) MB: it was left behind") }
        if evidence.hasScript { remarks.append("its script was left behind: nothing of an adopted page is run") }
        let html = evidence.html.map { AdoptedPage.whole($0, css: evidence.css) }
        if html == nil, !evidence.isTooLarge { remarks.append("it has no page: one can be generated") }
        site = AdoptedSite(
            origin: row.origin,
            id: row.uuid.map(SiteID.init),
            leadID: lead,
            slug: slug,
            title: title,
            state: state,
            statuses: Self.statuses(row, state, times, hasPage: html != nil, evidence),
            html: html,
            customDomain: row.text("custom_domain"),
            createdAt: times.created,
            purchasedAt: times.sold,
            archivedAt: state == .archived ? times.archived : nil
        )
        self.remarks = remarks
    }

    /// When what happened to the site.
    private struct Times {
        var created: Date
        /// None of a site that nobody bought. `purchase_amount` says nothing: it is 495 also where nothing was sold.
        var sold: Date?
        var archived: Date

        init(_ row: PredecessorRow, _ evidence: SiteEvidence) {
            let known = [row.time("purchased_at"), row.time("sold_at"), row.time("subscription_started_at"), evidence.paidAt].compactMap(
                \.self
            )
            let first = row.time("created_at") ?? row.time("deployed_at") ?? known.min() ?? row.time("updated_at")
            created = first ?? Date(timeIntervalSince1970: 0)
            let isSold = !known.isEmpty || row.text("purchase_transaction_id") != nil || row.word("status") == "owned"
            sold = isSold ? row.time("purchased_at") ?? row.time("sold_at") ?? known.min() ?? row.time("updated_at") ?? created : nil
            archived = row.time("archived_at") ?? row.time("subscription_ends_at") ?? row.time("updated_at") ?? sold ?? created
        }
    }

    private static func state(_ row: PredecessorRow, _ times: Times, _ remarks: inout [String]) -> SiteState {
        let word = row.word("status")
        switch (word, times.sold) {
        case ("archived"?, _): return .archived
        case ("suspended"?, _?): return .suspended
        case ("suspended"?, nil):
            remarks.append("it is suspended, and nothing says that it was ever sold: it is archived")
            return .archived
        case (_, _?):
            if ["preview", "draft", nil].contains(word) {
                remarks.append("its status is \(word ?? "missing"), but it was sold: it is active")
            }
            return .active
        case ("active"?, nil):
            remarks.append("it is active, but nothing says that it was sold: it is a preview")
            return .preview
        case (_, nil):
            if let word, !["preview", "draft", "deployed", "generated", "published"].contains(word) {
                remarks.append("its status '\(word)' is not known: it is a preview")
            }
            return .preview
        }
    }

    /// Every step is said with the column that proves it; what the business's own status claims beyond that is not.
    private static func statuses(
        _ row: PredecessorRow,
        _ state: SiteState,
        _ times: Times,
        hasPage: Bool,
        _ evidence: SiteEvidence
    ) -> [AdoptedStatus] {
        let place = "\(row.origin)"
        var steps: [AdoptedStatus] = []
        if hasPage { steps.append(AdoptedStatus(.website, to: "generated", at: times.created, reason: "\(place) has a page")) }
        if hasPage, let deployed = deployedAt(row, evidence) {
            steps.append(AdoptedStatus(.website, to: "deployed", at: max(deployed, times.created), reason: "\(place) was deployed"))
        }
        if let sold = times.sold {
            steps.append(AdoptedStatus(.contact, to: "purchased", at: sold, reason: "\(place) was sold"))
            steps.append(AdoptedStatus(.website, to: "sold", at: sold, reason: "\(place) was sold"))
        }
        if state == .archived {
            steps.append(
                AdoptedStatus(
                    .website,
                    to: "archived",
                    at: max(times.archived, times.sold ?? times.created),
                    reason: "\(place) was archived"
                )
            )
        }
        return steps
    }

    private static func deployedAt(_ row: PredecessorRow, _ evidence: SiteEvidence) -> Date? {
        if let deployed = row.time("deployed_at") { return deployed }
        if ["active", "owned", "deployed", "published"].contains(row.word("status") ?? "") {
            return row.time("updated_at") ?? row.time("created_at")
        }
        guard let business = evidence.business, business.status == "deployed" else { return nil }
        return business.at ?? row.time("created_at")
    }
}

/// A page as the predecessor kept it: HTML and CSS in columns of their own.
package enum AdoptedPage {
    /// A larger one doesn't fit into a command.
    package static let limit = 4_000_000

    /// The page with its styles in it; its script stays out.
    package static func whole(_ html: String, css: String?) -> String {
        guard let css = css?.trimmingCharacters(in: .whitespacesAndNewlines), !css.isEmpty else { return html }
        // The style element must end where it ends.
        let style = "<style>\(css.replacing("</style", with: "<\\/style"))</style>"
        if let head = html.range(of: "</head>", options: .caseInsensitive) {
            return html[..<head.lowerBound] + style + html[head.lowerBound...]
        }
        return style + html
    }
}
