import Contracts

/// How a site looks. The raw values stand in the database and in commands: they never change.
package enum Theme: String, CaseIterable, Sendable {
    /// A poster: a big block of colour, heavy type and geometric tiles.
    case mainStreet = "main-street"
    /// A drawing on dark ground: narrow capitals, a blueprint, type plates.
    case workshop
    /// A menu card under an awning.
    case bistro
    /// A quiet magazine: an arch, thin lines, italics and much air.
    case atelier
    /// A letterhead: a column with a seal beside numbered matters.
    case chambers
    /// Soft tiles in a bright room.
    case daylight

    /// The theme that becomes a trade; ``mainStreet`` becomes any.
    package static func suited(to trade: Trade) -> Theme { suits[trade] ?? suits[trade.kin] ?? .mainStreet }

    private static let suits: [Trade: Theme] = [
        .plumbing: .workshop, .climate: .workshop, .electrical: .workshop, .building: .workshop, .automotive: .workshop,
        .fitness: .workshop,
        .food: .bistro,
        .beauty: .atelier, .lodging: .atelier,
        .legal: .chambers, .office: .chambers, .education: .mainStreet,
        .health: .daylight, .cleaning: .daylight, .landscaping: .daylight,
    ]

    /// The theme of that name.
    ///
    /// - Throws: a `Problem` of status 422 that lists the themes there are.
    static func named(_ name: String) throws -> Theme {
        guard let theme = Theme(rawValue: name) else {
            let known = allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.invalid([Problem.FieldError(pointer: "/theme", detail: "must be one of \(known)")])
        }
        return theme
    }
}
