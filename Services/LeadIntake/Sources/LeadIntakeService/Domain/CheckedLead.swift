package import Foundation
package import Contracts

/// A business's data, normalised and checked: fit to become a lead.
package struct CheckedLead: Hashable, Sendable {
    /// Every value in the form that ``Lead`` promises.
    package var draft: LeadDraft
    /// Pages that others run for the business (Facebook, Instagram...): no web site, but a way to reach it.
    package var profiles: [String]
    /// What scores it.
    package var models: ScoringModels
    /// What was done with it elsewhere, where a list of another program tells.
    package var work = LeadWork()

    package var qualification: [ScoreFactor] { models.qualification.factors(of: ScoreFacts(draft)) }

    /// The lead that it becomes, with its scores.
    package func lead(_ id: LeadID, slug: String, at time: Date) -> Lead {
        let lead = Lead(
            id: id,
            slug: slug,
            name: draft.name,
            category: draft.category,
            subcategory: draft.subcategory,
            gmbID: draft.gmbID,
            address: draft.address,
            city: draft.city,
            state: draft.state,
            postalCode: draft.postalCode,
            country: draft.country,
            latitude: draft.latitude,
            longitude: draft.longitude,
            phone: draft.phone,
            email: draft.email,
            websiteURL: draft.websiteURL,
            rating: draft.rating,
            reviewCount: draft.reviewCount,
            photoCount: draft.photoCount,
            openingHours: draft.openingHours,
            firstName: draft.firstName,
            lastName: draft.lastName,
            title: draft.title,
            company: draft.company,
            source: draft.source ?? .other,
            acquisitionCost: draft.acquisitionCost,
            salesStage: work.salesStage ?? .new,
            assignedTo: work.assignedTo,
            qualificationScore: 0,
            callAttempts: 0,
            tags: draft.tags ?? [],
            createdAt: time,
            updatedAt: time
        )
        return models.scored(lead)
    }

    package var wishedSlug: String {
        draft.slug ?? Slug.wished(name: draft.name, place: draft.city)
    }

    /// What two listings of the same business have in common, when there is no key to know it by: its name, its place, and how to reach it.
    ///
    /// Deliberately narrow: it is there so that the same row makes one lead however often it comes, not to find similar ones.
    package var businessKey: String {
        let place = draft.postalCode ?? draft.city ?? draft.address
        let contact = draft.phone ?? draft.email ?? draft.websiteURL.flatMap { WebAddress($0)?.host }
        let name = draft.name.asciiSlug
        return "\(name.isEmpty ? draft.name.lowercased() : name)|\(place?.asciiSlug ?? "")|\(contact ?? "")"
    }
}

/// The state of the work on a lead that comes from another program. It is taken for a lead that is created, and never changes one that exists.
package struct LeadWork: Hashable, Sendable {
    package var salesStage: SalesStage?
    package var assignedTo: String?
    package var note: String?

    package init(salesStage: SalesStage? = nil, assignedTo: String? = nil, note: String? = nil) {
        self.salesStage = salesStage
        self.assignedTo = assignedTo
        self.note = note
    }
}
