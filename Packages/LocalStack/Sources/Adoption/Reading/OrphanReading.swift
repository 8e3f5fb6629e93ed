package import Contracts
import Foundation

/// The lead of a site that belongs to no business: from the site itself, and from who pays for it.
package struct OrphanReading: Sendable {
    package let lead: AdoptedLead

    package init(_ site: PredecessorRow, customer: PredecessorRow?) {
        let title = SiteTitle(site.text("site_title"))
        let slug = site.text("slug") ?? site.text("subdomain")
        let name = title.name ?? SlugName.name(of: slug) ?? customer?.text("billing_name") ?? "Site \(site.origin.id.prefix(8))"
        let person = customer?.text("full_name").map(Self.names)
        lead = AdoptedLead(
            origin: site.origin,
            business: LeadDraft(
                name: name,
                slug: slug,
                phone: title.phone ?? customer?.text("phone"),
                email: customer?.text("email"),
                firstName: person?.first,
                lastName: person?.last,
                source: .import,
                tags: ["orphaned-site"]
            ),
            createdAt: site.time("created_at") ?? site.time("purchased_at"),
            record: site.record
        )
    }

    /// First name, and all else.
    private static func names(_ whole: String) -> (first: String, last: String?) {
        let parts = whole.split(separator: " ", maxSplits: 1).map(String.init)
        return (parts.first ?? whole, parts.count > 1 ? parts[1] : nil)
    }
}
