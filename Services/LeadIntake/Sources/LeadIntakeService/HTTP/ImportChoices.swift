import Contracts
import Hummingbird

/// What the query of an import says about its columns: `preset=hubspot`, and `mapping={"Firma": "name", "#3": "phone", "Intern": null}`.
struct ImportChoices: Sendable {
    var preset: MappingPreset?
    var mapping: ColumnMapping?

    /// - Throws: a `Problem` of status 422 that names what is unknown, and lists what there is.
    init(_ request: Request) throws {
        if let name = request.uri.queryParameters["preset"].map(String.init) {
            guard let preset = MappingPreset.named(name) else {
                let names = MappingPreset.names.joined(separator: ", ")
                throw Problem.invalid([
                    Problem.FieldError(pointer: "/preset", detail: "'\(name.prefix(40))' is no preset; there are: \(names)")
                ])
            }
            self.preset = preset
        }
        mapping = try request.uri.queryParameters["mapping"].map { try ColumnMapping(json: String($0)) }
    }
}
