import ServiceKit

/// The settings of console, read and checked together.
struct ConsoleSettings: Sendable {
    static let declared: [Setting] = [
        Setting(
            "SESSION_LIFETIME",
            .seconds,
            default: "43200",
            "How long after signing in somebody has to sign in again, whatever they do."
        ),
        Setting("SESSION_IDLE", .seconds, default: "7200", "How long somebody may do nothing before they have to sign in again."),
        Setting(
            "TRUSTED_PROXIES",
            .list,
            default: "",
            "Addresses and ranges (10.0.0.0/8) of the proxies in front of this service: only their X-Forwarded-For tells who signs in."
        ),
    ]

    var sessions: SessionRules
    var proxies: [AddressRange]

    /// - Throws: `SettingsError` with a line for each value that can't be.
    init(_ settings: Settings) throws {
        var faults: [String] = []
        func seconds(_ key: String) -> Double {
            let value = settings.duration(key) / .seconds(1)
            if !(60...31_536_000).contains(value) { faults.append("\(key) is \"\(Int(value))\"; it must be between 60 and 31536000") }
            return value
        }
        sessions = SessionRules(lifetime: seconds("SESSION_LIFETIME"), idle: seconds("SESSION_IDLE"))
        proxies = settings.list("TRUSTED_PROXIES").compactMap { AddressRange($0) }
        for text in settings.list("TRUSTED_PROXIES") where AddressRange(text) == nil {
            faults.append("TRUSTED_PROXIES has \"\(text)\"; it must be addresses or ranges, such as 10.0.0.0/8,192.0.2.7")
        }
        guard faults.isEmpty else { throw SettingsError(faults: faults) }
    }
}
