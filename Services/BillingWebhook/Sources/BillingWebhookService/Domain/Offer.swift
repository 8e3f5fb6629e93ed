package import Contracts

/// What a site costs, and how often: the same for all sites for now.
package struct Price: Hashable, Sendable {
    package var amount: Money
    package var interval: BillingInterval

    package init(amount: Money, interval: BillingInterval) {
        self.amount = amount
        self.interval = interval
    }
}

/// A site as far as selling it goes.
package struct SiteForSale: Hashable, Sendable {
    package var id: SiteID
    package var leadID: LeadID
    package var slug: String
    package var title: String?
    /// Where it is seen.
    package var url: String?
    /// The lead's.
    package var businessName: String?
    package var isSold: Bool
    package var isArchived: Bool

    package init(
        id: SiteID,
        leadID: LeadID,
        slug: String,
        title: String? = nil,
        url: String? = nil,
        businessName: String? = nil,
        isSold: Bool = false,
        isArchived: Bool = false
    ) {
        self.id = id
        self.leadID = leadID
        self.slug = slug
        self.title = title
        self.url = url
        self.businessName = businessName
        self.isSold = isSold
        self.isArchived = isArchived
    }

    /// What stands on the buyer's bill.
    package var productName: String {
        "Web site: \(title ?? businessName ?? slug)"
    }
}

/// A checkout of ours on its way to the provider.
package struct CheckoutDraft: Hashable, Sendable {
    package var id: CheckoutID
    package var site: SiteForSale
    package var price: Price

    package init(id: CheckoutID, site: SiteForSale, price: Price) {
        self.id = id
        self.site = site
        self.price = price
    }
}
