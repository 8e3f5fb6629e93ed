package import Contracts
import Foundation

/// The kinds of local business that have words of their own; all others share ``general``.
///
/// The raw values stand in the database: they never change.
package enum Trade: String, CaseIterable, Codable, Sendable {
    case plumbing, climate, electrical, building, roofing, painting, landscaping, cleaning, repair
    case automotive, food, bakery, butcher, shop, printing, beauty, fitness, lodging
    case health, dental, veterinary, legal, accounting
    case realEstate = "real_estate"
    case education, office, general

    /// By the lead's categories: the first one that is known.
    package init(of lead: Lead) {
        self = lead.tradeByCategory?.trade ?? .general
    }

    /// The one whose colours and picture do for this one, where it has none of its own.
    package var kin: Trade {
        switch self {
        case .roofing, .painting, .landscaping, .cleaning: .building
        case .repair: .electrical
        case .bakery, .butcher: .food
        case .printing: .shop
        case .fitness, .dental, .veterinary: .health
        case .accounting, .realEstate, .education: .office
        case .plumbing, .climate, .electrical, .building, .automotive, .food, .shop, .beauty, .lodging, .health, .legal, .office, .general:
            self
        }
    }

    /// The schema.org type that says the most without saying too much.
    package var schemaType: String {
        switch self {
        case .plumbing: "Plumber"
        case .climate: "HVACBusiness"
        case .electrical: "Electrician"
        case .building, .landscaping, .cleaning: "HomeAndConstructionBusiness"
        case .roofing: "RoofingContractor"
        case .painting: "HousePainter"
        case .automotive: "AutomotiveBusiness"
        case .food: "FoodEstablishment"
        case .bakery: "Bakery"
        case .butcher, .shop: "Store"
        case .beauty: "HealthAndBeautyBusiness"
        case .fitness: "SportsActivityLocation"
        case .health: "MedicalBusiness"
        case .dental: "Dentist"
        case .legal: "LegalService"
        case .accounting: "AccountingService"
        case .realEstate: "RealEstateAgent"
        case .lodging: "LodgingBusiness"
        case .office: "ProfessionalService"
        case .repair, .printing, .veterinary, .education, .general: "LocalBusiness"
        }
    }
}

extension Lead {
    /// The trade that the categories tell, and the languages in which the one that told it is written.
    var tradeByCategory: (trade: Trade, category: String, languages: Set<SiteContent.Language>)? {
        for category in [category, subcategory].compactMap(\.self) {
            if let match = TradeRules.match(category) { return (match.trade, category, match.languages) }
        }
        return nil
    }
}
