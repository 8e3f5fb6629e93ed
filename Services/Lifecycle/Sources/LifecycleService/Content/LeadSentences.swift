import Contracts
import Foundation

/// The lead's own facts as sentences of one language.
protocol LeadSentences {
    var brief: ContentBrief { get }
    var aboutTitle: String { get }
    /// `Cedar & Sons is a plumber in Birmingham, AL.`
    var identity: String { get }
    var address: String? { get }
    var hours: String? { get }
    var rating: String? { get }
    /// How to get in touch, where the record says so.
    var invitation: String? { get }
}

extension LeadSentences {
    /// The paragraph about the business.
    var about: String { [identity, address, hours, rating].joined(by: " ") ?? identity }

    /// Whether the record knows anything that the paragraph could tell.
    var sayMoreThanName: Bool {
        [brief.lead.tradeName(in: brief.language), brief.lead.place, address, hours, rating].contains { $0 != nil }
    }

    var phone: String? { brief.lead.phone.map(PhoneText.readable) }
    var email: String? { brief.lead.email }
    var street: String? { brief.lead.addressLines.isEmpty ? nil : [brief.lead.address].joined(by: "") }

    /// A rating worth telling of: on the page, every one is shown.
    var goodRating: (value: String, reviews: Int, fromGoogle: Bool)? {
        guard let rating = brief.lead.shownRating, let reviews = rating.reviews, reviews >= 3, (brief.lead.rating ?? 0) >= 4 else {
            return nil
        }
        return (rating.value, reviews, rating.fromGoogle)
    }

    /// The week's opening hours in at most three parts; none when they are more complicated, or not understood for certain.
    var week: [OpeningHours.Part]? {
        guard let parts = OpeningHours.parts(of: brief.lead.openingHours ?? []), (1...3).contains(parts.count) else { return nil }
        return parts
    }
}

struct EnglishSentences: LeadSentences {
    let brief: ContentBrief

    init(_ brief: ContentBrief) { self.brief = brief }

    let aboutTitle = "About us"

    var identity: String {
        let (name, place) = (brief.title, brief.lead.place.map { " in \($0)" } ?? "")
        guard let trade = brief.lead.tradeName(in: .english) else {
            return place.isEmpty ? "This is \(name)." : "You will find \(name)\(place)."
        }
        guard let noun = EnglishNoun.withArticle(trade) else { return "\(trade)\(place): \(name)." }
        return brief.tone == .direct ? "\(name): \(noun)\(place)." : "\(name) is \(noun)\(place)."
    }

    var address: String? {
        street.map { street in
            switch brief.tone {
            case .friendly: "You will find us at \(street)."
            case .professional: "Our address is \(street)."
            case .direct: "Address: \(street)."
            }
        }
    }

    var hours: String? {
        guard let week else { return nil }
        let parts = week.map { part in
            let days =
                part.days.count == 7
                ? "every day"
                : Self.span(part.days.map { OpeningHours.dayName($0, in: .english) })
            return part.isAllDay ? "\(days) around the clock" : "\(days) (\(part.hours))"
        }
        let text = parts.formattedList(last: "and")
        return brief.tone == .direct ? "Open \(text)." : "We are open \(text)."
    }

    var rating: String? {
        goodRating.map { rating in
            let reviews = "\(rating.reviews) reviews"
            let on = rating.fromGoogle ? " on Google" : ""
            return brief.tone == .direct
                ? "Rated \(rating.value) out of 5\(on), from \(reviews)."
                : "Our rating\(on) is \(rating.value) out of 5, from \(reviews)."
        }
    }

    var invitation: String? {
        if let phone {
            return switch brief.tone {
            case .friendly: "Give us a call at \(phone)."
            case .professional: "Reach us by phone at \(phone)."
            case .direct: "Call \(phone)."
            }
        }
        if let email {
            return switch brief.tone {
            case .friendly: "Drop us a line at \(email)."
            case .professional: "Write to us at \(email)."
            case .direct: "Write to \(email)."
            }
        }
        return street.map { "Come by: \($0)." }
    }

    private static func span(_ days: [String]) -> String {
        days.count > 2 ? "\(days[0]) to \(days[days.count - 1])" : days.joined(separator: " and ")
    }
}

struct SpanishSentences: LeadSentences {
    let brief: ContentBrief

    init(_ brief: ContentBrief) { self.brief = brief }

    let aboutTitle = "Quiénes somos"

    var identity: String {
        let (name, place) = (brief.title, brief.lead.place.map { " en \($0)" } ?? "")
        guard let trade = brief.lead.tradeName(in: .spanish) else {
            return place.isEmpty ? "Esta es la página de \(name)." : "\(name) está\(place)."
        }
        return brief.tone == .friendly ? "¿\(trade)\(place)? \(name)." : "\(name): \(trade.loweringFirst)\(place)."
    }

    var address: String? {
        street.map { street in
            switch brief.tone {
            case .friendly: "Nos encuentra en \(street)."
            case .professional: "Nuestra dirección es \(street)."
            case .direct: "Dirección: \(street)."
            }
        }
    }

    var hours: String? {
        guard let week else { return nil }
        let parts = week.map { part in
            let names = part.days.map { OpeningHours.dayName($0, in: .spanish).lowercased() }
            let days =
                switch names.count {
                case 7: "todos los días"
                case 1: names[0]
                case 2: "\(names[0]) y \(names[1])"
                default: "de \(names[0]) a \(names[names.count - 1])"
                }
            return part.isAllDay ? "\(days) las 24 horas" : "\(days) (\(OpeningHours.spanish(part.hours)))"
        }
        let text = parts.formattedList(last: "y")
        return brief.tone == .direct ? "Abierto \(text)." : "Abrimos \(text)."
    }

    var rating: String? {
        goodRating.map { rating in
            let on = rating.fromGoogle ? " en Google" : ""
            return
                "\(brief.tone == .direct ? "Calificación" : "Nuestra calificación")\(on): \(rating.value) de 5, con \(rating.reviews) reseñas."
        }
    }

    var invitation: String? {
        if let phone {
            return switch brief.tone {
            case .friendly: "Llámenos al \(phone)."
            case .professional: "Puede llamarnos al \(phone)."
            case .direct: "Llame al \(phone)."
            }
        }
        if let email {
            return switch brief.tone {
            case .friendly: "Escríbanos a \(email)."
            case .professional: "Puede escribirnos a \(email)."
            case .direct: "Escriba a \(email)."
            }
        }
        return street.map { "Visítenos: \($0)." }
    }
}

enum EnglishNoun {
    /// What one business can be said to be: "a plumber", "an HVAC contractor". Categories such as "Legal services" are none.
    private static let countable: Set<String> = [
        "agency", "agent", "architect", "attorney", "bakery", "bar", "bistro", "boutique", "breakfast", "brewery", "builder", "butcher",
        "cafe",
        "cafeteria", "carpenter", "caterer", "center", "centre", "chiropractor", "clinic", "company", "consultant", "contractor", "dealer",
        "dentist", "dermatologist", "designer", "diner", "doctor", "electrician", "firm", "florist", "gardener", "gym", "hospital",
        "hostel",
        "hotel", "inn", "instructor", "jeweler", "landscaper", "lawyer", "locksmith", "manufacturer", "market", "mechanic", "motel",
        "notary",
        "office", "optometrist", "painter", "pharmacy", "photographer", "physician", "plumber", "practice", "printer", "pub", "resort",
        "restaurant", "salon", "school", "shop", "spa", "store", "studio", "supermarket", "supplier", "surgeon", "surveyor", "therapist",
        "veterinarian", "wholesaler", "accountant", "lodge", "house",
    ]

    /// "an Italian restaurant": such words keep their capital, and what says where with them: "a North Indian restaurant".
    private static let peoples = [
        "ian", "ish", "ese", "can", "ean", "Thai", "Greek", "French", "Dutch", "German", "Punjabi", "Cuban", "Filipino",
    ]
    private static let directions: Set<Substring> = ["North", "South", "East", "West", "Latin"]
    /// What ends like a people, and is none: "an electrician", "a cheese shop".
    private static let others = ["cian", "Cheese", "Equestrian", "Fish", "Librarian", "Vegetarian", "Veterinarian"]

    private static func isPeople(_ word: Substring) -> Bool {
        word.first?.isUppercase == true && peoples.contains { word.hasSuffix($0) } && !others.contains { word.hasSuffix($0) }
    }

    static func withArticle(_ category: String) -> String? {
        let words = category.split(separator: " ")
        guard let last = words.last, countable.contains(last.lowercased()), let first = words.first else { return nil }
        let noun = words.indices.map { index in
            let word = words[index]
            let isNamed = isPeople(word) || (directions.contains(word) && index + 1 < words.count && isPeople(words[index + 1]))
            return isNamed ? String(word) : String(word).loweringFirst
        }.joined(separator: " ")
        let letter = first.first.map { $0.lowercased() } ?? ""
        // "a used car dealer", "an HVAC contractor": by how it is said.
        let soundsLikeVowel =
            first.count > 1 && first.allSatisfy(\.isUppercase)
            ? "AEFHILMNORSX".contains(first.first ?? " ")
            : "aeiou".contains(letter) && !["uni", "use", "eur", "one"].contains { first.lowercased().hasPrefix($0) }
        return "\(soundsLikeVowel ? "an" : "a") \(noun)"
    }
}

extension String {
    /// `plumber`, but `HVAC contractor`: a word in capitals stays as it is.
    var loweringFirst: String {
        let word = prefix { !$0.isWhitespace }
        guard word.count > 1, !word.dropFirst().contains(where: \.isUppercase) else { return self }
        return prefix(1).lowercased() + dropFirst()
    }
}

extension [String] {
    func formattedList(last conjunction: String) -> String {
        count > 1 ? "\(dropLast().joined(separator: ", ")) \(conjunction) \(self[count - 1])" : first ?? ""
    }
}
