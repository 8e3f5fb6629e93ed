package import Contracts
import Foundation

/// A row of `businesses`, as a lead that is to be.
package struct BusinessReading: Sendable {
    package let lead: AdoptedLead
    package let remarks: [String]

    package init(_ row: PredecessorRow) {
        var remarks: [String] = []
        let name = row.text("name") ?? SlugName.name(of: row.text("slug")) ?? "Business \(row.origin.id.prefix(8))"
        if row.text("name") == nil { remarks.append("it has no name: it is called \(name)") }
        let placeID = Self.placeID(row)
        var draft = LeadDraft(
            name: name,
            category: row.text("category"),
            subcategory: row.text("subcategory"),
            gmbID: placeID,
            slug: row.text("slug"),
            address: row.text("address"),
            city: row.text("city"),
            state: row.text("state"),
            postalCode: row.text("zip_code"),
            country: row.text("country") ?? "US",
            latitude: row.number("latitude"),
            longitude: row.number("longitude"),
            phone: row.text("phone"),
            email: row.text("email"),
            websiteURL: row.text("website_url"),
            rating: row.number("rating"),
            reviewCount: row.count("review_count"),
            photoCount: row.length(ofList: "photos_urls"),
            source: (row.text("gmb_id") ?? placeID) == nil ? .import : .googleBusiness
        )
        // Nobody has rated it yet.
        if draft.reviewCount ?? 0 == 0, draft.rating == 0 { draft.rating = nil }
        lead = AdoptedLead(
            origin: row.origin,
            id: row.uuid.map(LeadID.init),
            business: draft,
            createdAt: row.time("created_at") ?? row.time("scraped_at"),
            record: row.record
        )
        self.remarks = remarks
    }

    /// Google's place id. `gmb_id` holds the hex feature id (`0x...:0x...`), which is another thing; in some rows it holds the place id.
    static func placeID(_ row: PredecessorRow) -> String? {
        [row.text("gmb_place_id"), row.text("gmb_id")].lazy.compactMap(\.self).first { text in
            text.hasPrefix("ChIJ") || (text.count >= 20 && !text.contains(":") && !text.lowercased().hasPrefix("0x"))
        }
    }
}
