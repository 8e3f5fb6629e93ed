/// Somebody went to buy a site.
public struct CheckoutCreated: LeadEvent {
    public static let subject: Subject = "crm.checkout.created"
    public static let summary = "Somebody went to buy a site."

    public var leadID: LeadID
    public var siteID: SiteID
    public var checkoutID: CheckoutID
    public var amount: Money

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case checkoutID = "checkout_id"
        case amount
    }

    public init(leadID: LeadID, siteID: SiteID, checkoutID: CheckoutID, amount: Money) {
        self.leadID = leadID
        self.siteID = siteID
        self.checkoutID = checkoutID
        self.amount = amount
    }
}

/// A checkout ran out unpaid.
public struct CheckoutExpired: LeadEvent {
    public static let subject: Subject = "crm.checkout.expired"
    public static let summary = "A checkout ran out unpaid."

    public var leadID: LeadID
    public var siteID: SiteID
    public var checkoutID: CheckoutID

    enum CodingKeys: String, CodingKey {
        case leadID = "lead_id"
        case siteID = "site_id"
        case checkoutID = "checkout_id"
    }

    public init(leadID: LeadID, siteID: SiteID, checkoutID: CheckoutID) {
        self.leadID = leadID
        self.siteID = siteID
        self.checkoutID = checkoutID
    }
}
