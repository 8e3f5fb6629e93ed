import Foundation

/// The documentation of settings, made from their declarations.
public enum SettingsTable {
    public static func markdown(of settings: [Setting]) -> String {
        let rows = settings.map { setting in
            let standing =
                switch setting.defaultValue {
                case nil where !setting.isOptional: "**must be set**"
                case nil, "": "not set"
                case let value?: "`\(value)`"
                }
            let secret = setting.isSecret ? " Secret; may be given as a file by `\(setting.key)_FILE`." : ""
            return "| `\(setting.key)` | \(setting.kind.rawValue) | \(standing) | \(setting.documentation)\(secret) |"
        }
        return (["| key | kind | default | what it is |", "|---|---|---|---|"] + rows).joined(separator: "\n") + "\n"
    }

    /// For programs: an array of objects.
    static func json(of settings: [Setting]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(settings), as: UTF8.self)
    }
}
