/// What the template reads: the content, and what follows from it.
struct SitePageView: Sendable {
    let content: SiteContent
    let language: String
    let locale: String
    let trade: String
    let title: String
    let description: String
    let url: String
    let themeColor = "#10151d"
    let styles: String
    let jsonLD: String
    let barMarker: String
    let initial: String
    let icon: String
    let stars: String
    let ratingText: String
    /// Too long for the largest type.
    let isLongName: Bool
    let hasActions: Bool
    let hasHours: Bool
    let hasAddress: Bool
    let hasFacts: Bool
    let hasContact: Bool
    let hasDetails: Bool
    let labels: PageLabels

    init(_ content: SiteContent, url: String, styles: String, jsonLD: String, barMarker: String) {
        self.content = content
        self.url = url
        self.styles = styles
        self.jsonLD = jsonLD
        self.barMarker = barMarker
        language = content.language.rawValue
        locale = content.language == .spanish ? "es_ES" : "en_US"
        trade = content.trade.rawValue
        title = [content.name, content.eyebrow].compactMap(\.self).joined(separator: " · ")
        description = content.tagline
        initial = content.name.first { $0.isLetter || $0.isNumber }.map { $0.uppercased() } ?? "·"
        icon = PageIcons.of(content.trade)
        isLongName = content.name.count > 40
        hasActions = content.phone != nil || content.map != nil
        hasHours = !content.hours.isEmpty
        hasAddress = !content.addressLines.isEmpty
        hasFacts = hasAddress || content.phone != nil || content.email != nil
        hasContact = hasFacts || content.map != nil
        hasDetails = hasContact || hasHours
        let labels = PageLabels.of(content.language)
        self.labels = labels

        let filled = content.rating.flatMap { Double($0.value) }.map { Int($0.rounded()) } ?? 0
        stars = String(repeating: "★", count: filled) + String(repeating: "☆", count: max(0, 5 - filled))
        ratingText = content.rating.map { labels.rating($0) } ?? ""
    }
}

/// The fixed words of a page.
struct PageLabels: Sendable {
    let skip: String
    let navigation: String
    let about: String
    let hours: String
    let contact: String
    let call: String
    let write: String
    let directions: String
    let openMap: String
    let openingHours: String
    let address: String
    let phone: String
    let email: String
    private let reviews: String
    private let review: String
    private let onGoogle: String

    func rating(_ rating: SiteContent.Rating) -> String {
        let count = rating.reviews.map { "(\($0) \($0 == 1 ? review : reviews))" }
        return [count, rating.fromGoogle ? onGoogle : nil].compactMap(\.self).joined(separator: " ")
    }

    static func of(_ language: SiteContent.Language) -> PageLabels {
        switch language {
        case .english: english
        case .spanish: spanish
        }
    }

    private static let english = PageLabels(
        skip: "Skip to content",
        navigation: "Sections",
        about: "Good to know",
        hours: "Hours",
        contact: "Contact",
        call: "Call",
        write: "Write to us",
        directions: "Get directions",
        openMap: "Open in Maps",
        openingHours: "Opening hours",
        address: "Address",
        phone: "Phone",
        email: "E-mail",
        reviews: "reviews",
        review: "review",
        onGoogle: "on Google"
    )

    private static let spanish = PageLabels(
        skip: "Ir al contenido",
        navigation: "Secciones",
        about: "Bueno saberlo",
        hours: "Horario",
        contact: "Contacto",
        call: "Llamar",
        write: "Escríbanos",
        directions: "Cómo llegar",
        openMap: "Abrir en Maps",
        openingHours: "Horario",
        address: "Dirección",
        phone: "Teléfono",
        email: "Correo",
        reviews: "reseñas",
        review: "reseña",
        onGoogle: "en Google"
    )
}
