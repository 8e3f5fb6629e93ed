/// The documentation of settings, made from their declarations.
public enum SettingsTable {
    public static func markdown(of settings: [Setting]) -> String {
        let rows = settings.map { setting in
            let standing =
                if let value = setting.defaultValue { "`\(value)`" } else if setting.isOptional { "not set" } else { "**must be set**" }
            let secret = setting.isSecret ? " Secret; may be given as a file by `\(setting.key)_FILE`." : ""
            return "| `\(setting.key)` | \(setting.kind.rawValue) | \(standing) | \(setting.documentation)\(secret) |"
        }
        return (["| key | kind | default | what it is |", "|---|---|---|---|"] + rows).joined(separator: "\n") + "\n"
    }
}
