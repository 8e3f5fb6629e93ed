import Contracts

/// How a site looks. The raw values stand in the database and in commands: they never change.
package enum Theme: String, CaseIterable, Sendable {
    /// One page, in the colours of the trade.
    case mainStreet = "main-street"

    /// The theme of that name; the first one when none is asked for.
    ///
    /// - Throws: a `Problem` of status 422 that lists the themes there are.
    static func named(_ name: String?) throws -> Theme {
        guard let name else { return .mainStreet }
        guard let theme = Theme(rawValue: name) else {
            let known = allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem.invalid([Problem.FieldError(pointer: "/theme", detail: "must be one of \(known)")])
        }
        return theme
    }
}
