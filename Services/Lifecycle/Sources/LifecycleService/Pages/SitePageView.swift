/// What the templates read: the content, and what follows from it.
struct SitePageView: Sendable {
    let content: SiteContent
    let theme: String
    let language: String
    let locale: String
    let title: String
    let description: String
    let url: String
    let themeColor: String
    let colorScheme: String
    var styles = ""
    var jsonLD = ""
    var barMarker = ""
    /// The theme's part of the page.
    var body = ""
    let favicon: String
    let initial: String
    let icon: String
    let stars: String
    let ratingText: String
    /// The e-mail address, in two parts: it may go on in a new line from its @.
    let emailName: String
    let emailHost: String
    /// Whether what the business says of itself fills some lines.
    let isAboutLong: Bool
    /// 1, where the largest type fits, to 4.
    let fit: Int
    let menuTitleID: String
    let hasActions: Bool
    let hasServices: Bool
    let hasHours: Bool
    let hasAddress: Bool
    let hasFacts: Bool
    let hasContact: Bool
    let hasDetails: Bool
    let hasPlate: Bool
    let labels: PageLabels

    init(_ content: SiteContent, theme: Theme, url: String) {
        var content = content
        content.hours = Self.fromMonday(content.hours)
        self.content = content
        self.theme = theme.rawValue
        self.url = url
        language = content.language.rawValue
        locale = content.language == .spanish ? "es_ES" : "en_US"
        title = [content.name, content.eyebrow].compactMap(\.self).joined(separator: " · ")
        description = content.description ?? content.tagline
        let palette = theme.palette(for: content.trade)
        themeColor = (theme == .mainStreet || theme == .bistro ? palette[.brand] : palette[.paper]).css
        colorScheme = theme.isDark ? "dark" : "light"
        initial = content.name.first { $0.isLetter || $0.isNumber }.map { $0.uppercased() } ?? "·"
        favicon = PageIcons.favicon(initial, on: palette[.brand], in: palette[.onBrand])
        icon = PageIcons.of(content.trade)
        fit = Self.fit(content.name)
        menuTitleID = content.services == nil ? "cards-title" : "services-title"
        hasActions = content.phone != nil || content.email != nil || content.map != nil
        hasServices = content.services != nil
        hasHours = !content.hours.isEmpty
        hasAddress = !content.addressLines.isEmpty
        hasFacts = hasAddress || content.phone != nil || content.email != nil
        hasContact = hasFacts || content.map != nil
        hasDetails = hasContact || hasHours
        hasPlate = hasAddress || content.phone != nil || content.rating != nil
        let labels = PageLabels.of(content.language)
        self.labels = labels

        let filled = content.rating.flatMap { Double($0.value) }.map { Int($0.rounded()) } ?? 0
        stars = String(repeating: "★", count: filled) + String(repeating: "☆", count: max(0, 5 - filled))
        ratingText = content.rating.map { labels.rating($0) } ?? ""
        let email = content.email?.text ?? ""
        let end = email.lastIndex(of: "@") ?? email.endIndex
        (emailName, emailHost) = (String(email[..<end]), String(email[end...]))
        isAboutLong = (content.about?.text.count ?? 0) > 160
    }

    /// Listings name the days in any order; where one is no day of the week, theirs stays.
    private static func fromMonday(_ lines: [SiteContent.Line]) -> [SiteContent.Line] {
        let week = [SiteContent.Language.english, .spanish].map { language in
            (0..<7).map { OpeningHours.dayName($0, in: language).lowercased() }
        }
        let days = lines.compactMap { line in week.lazy.compactMap { $0.firstIndex(of: line.day.lowercased()) }.first }
        guard days.count == lines.count else { return lines }
        return zip(days, lines).enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
    }

    /// By the longest word, which mustn't break on a phone, and by how much there is in all.
    private static func fit(_ name: String) -> Int {
        let longest = name.split(whereSeparator: \.isWhitespace).map(\.count).max() ?? 0
        let limits = [(word: 8, name: 24), (word: 11, name: 36), (word: 15, name: 56)]
        return (limits.firstIndex { longest <= $0.word && name.count <= $0.name } ?? limits.count) + 1
    }
}

/// The fixed words of a page.
struct PageLabels: Sendable {
    let skip: String
    let navigation: String
    let services: String
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
    let rated: String
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
        services: "Services",
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
        rated: "Rated",
        reviews: "reviews",
        review: "review",
        onGoogle: "on Google"
    )

    private static let spanish = PageLabels(
        skip: "Ir al contenido",
        navigation: "Secciones",
        services: "Servicios",
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
        rated: "Calificación",
        reviews: "reseñas",
        review: "reseña",
        onGoogle: "en Google"
    )
}
