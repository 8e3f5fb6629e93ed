package import Contracts
import Foundation

/// The kinds of local business that have words, a colour and an icon of their own; all others share ``general``.
package enum Trade: String, CaseIterable, Codable, Sendable {
    case plumbing, climate, electrical, building, automotive, food, shop, beauty, health, legal, lodging, office, general

    /// The trade of a lead by its categories: the first whose words begin one of theirs.
    package init(of lead: Lead) {
        let words = [lead.category, lead.subcategory].compactMap(\.self).flatMap { category in
            category.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
                .split { !$0.isLetter && !$0.isNumber }
        }
        self =
            Self.table.first { row in
                row.stems.contains { stem in words.contains { stem == "\($0)$" || $0.hasPrefix(stem) } }
            }?.trade
            ?? .general
    }

    // Stems without accents, in English and Spanish, with `$` where the whole word is meant ("car", but not "carpet").
    // The order decides where several fit: an "auto electrical service" is automotive.
    // swift-format-ignore
    private static let table: [(trade: Trade, stems: [String])] = [
        (.automotive, ["auto", "car$", "cars$", "tire", "tyre", "mechanic$", "mecanic", "vehicle", "motorcycle", "taller$", "llanta", "truck"]),
        (.plumbing,   ["plumb", "septic", "drain", "sewer", "pipe", "plomer", "fontaner"]),
        (.climate,    ["hvac", "heating", "furnace", "air$", "cooling", "boiler", "calefaccion", "aire$", "refrigeracion"]),
        (.electrical, ["electric", "solar", "lighting", "energy", "energia"]),
        (.legal,      ["law$", "lawyer", "attorney", "legal", "notar", "abogad", "bufete", "juridic"]),
        (.health,     ["clinic", "dent", "doctor", "medic", "health", "physician", "hospital", "therap", "chiropract", "optic", "odontolog", "salud", "veterinar", "pediatr"]),
        (.beauty,     ["beauty", "salon", "hair", "barber", "nail", "spa$", "massage", "peluquer", "belleza", "estetic", "tattoo"]),
        (.lodging,    ["hotel", "motel", "hostel", "inn$", "lodg", "guest", "bed$", "resort", "hospedaje", "posada", "alojamiento"]),
        (.food,       ["restaurant", "cafe", "coffee", "baker", "panader", "pizz", "bar$", "pub$", "diner", "food", "comida", "taco", "taquer", "sushi", "cater"]),
        (.building,   ["contractor", "roof", "constru", "builder", "handyman", "remodel", "paint", "carpent", "floor", "mason", "pintor", "techo", "albanil", "landscap", "garden", "lawn", "jardin", "fenc", "restoration"]),
        (.shop,       ["store", "shop", "butcher", "supermarket", "grocery", "market$", "boutique", "florist", "supply", "supplier", "dealer", "tienda", "carnicer", "mercado", "ferreter", "librer", "copy", "print", "imprenta"]),
        (.office,     ["account", "consult", "insur", "real$", "agency", "bank", "financ", "tax$", "contador", "seguro", "inmobiliaria", "agencia", "software", "marketing", "architect", "arquitect"]),
    ]

    /// The schema.org type that says the most without saying too much.
    package var schemaType: String {
        switch self {
        case .plumbing: "Plumber"
        case .climate: "HVACBusiness"
        case .electrical: "Electrician"
        case .building: "HomeAndConstructionBusiness"
        case .automotive: "AutomotiveBusiness"
        case .food: "FoodEstablishment"
        case .shop: "Store"
        case .beauty: "HealthAndBeautyBusiness"
        case .health: "MedicalBusiness"
        case .legal: "LegalService"
        case .lodging: "LodgingBusiness"
        case .office: "ProfessionalService"
        case .general: "LocalBusiness"
        }
    }
}
