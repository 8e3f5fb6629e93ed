package import Contracts

/// By what a business of a predecessor's database may be recognised as a lead that is there already.
package enum AdoptionMatch {
    /// Whether a lead with the slug that the business had is the business. Two programs give the same slug to different businesses:
    /// only the same name makes them one, and two place ids never are.
    package static func isSame(_ business: LeadDraft, asLeadNamed name: String, gmbID: String?) -> Bool {
        if let theirs = business.gmbID, let ours = gmbID { return theirs == ours }
        return business.name.asciiSlug == name.asciiSlug
    }

    /// Whether a business may be recognised by its name, place and contact: with a place id it has a better key, and a name alone is none.
    package static func hasBusinessKey(_ business: LeadDraft) -> Bool {
        business.gmbID == nil && (business.phone ?? business.email ?? business.websiteURL) != nil
    }
}
