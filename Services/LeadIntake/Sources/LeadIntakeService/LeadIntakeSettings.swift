import Foundation
import ServiceKit

/// The settings of lead-intake, read and checked together.
struct LeadIntakeSettings: Sendable {
    static let declared: [Setting] = [
        Setting("QUALIFIED_SCORE", .integer, default: "60", "From which qualification score on a lead counts as worth a site; 0 to 100."),
        Setting(
            "DEFAULT_COUNTRY",
            default: "US",
            "The ISO 3166 code of the country whose telephone numbers are meant where nothing else says it."
        ),
        Setting.optional(
            "SCORING_FILE",
            "A JSON file with other points, thresholds and tags for the scores, as docs/examples/scoring.json; a change of it rescores all leads."
        ),
        Setting("IMPORT_MAX_BYTES", .integer, default: "1073741824", "How large a file may be that is imported."),
        Setting(
            "INTAKE_RATE",
            .integer,
            default: "1000",
            "How many requests a second an API key may send for long, to each instance of this service; a key may be made with its own --rate."
        ),
        Setting("INTAKE_BURST", .integer, default: "2000", "How many requests an API key may send at once, after a pause."),
        Setting(
            "TRUSTED_PROXIES",
            .list,
            default: "",
            "Addresses and ranges (10.0.0.0/8) of the proxies in front of this service: only their X-Forwarded-For tells who posts a form."
        ),
    ]

    var qualifiedScore: Int
    /// ISO 3166-1 alpha-2.
    var defaultCountry: String
    var importLimit: Int
    var scoring: ScoringModels
    /// Of API keys that have none of their own.
    var intakeLimit: RateLimit
    var proxies: [AddressRange]

    /// - Throws: `SettingsError` with a line for each value that can't be.
    init(_ settings: Settings) throws {
        var faults: [String] = []
        qualifiedScore = settings.int("QUALIFIED_SCORE")
        if !(0...100).contains(qualifiedScore) { faults.append("QUALIFIED_SCORE is \"\(qualifiedScore)\"; it must be between 0 and 100") }
        let country = Country.code(of: settings.string("DEFAULT_COUNTRY"))
        if country.flatMap(NumberingPlan.of) == nil {
            faults.append(
                "DEFAULT_COUNTRY is \"\(settings.string("DEFAULT_COUNTRY"))\"; it must be the code of a country whose numbering plan is known, such as GT"
            )
        }
        defaultCountry = country ?? "US"
        importLimit = settings.int("IMPORT_MAX_BYTES")
        if importLimit <= 0 { faults.append("IMPORT_MAX_BYTES is \"\(importLimit)\"; it must be above 0") }
        intakeLimit = RateLimit(rate: Double(settings.int("INTAKE_RATE")), burst: settings.int("INTAKE_BURST"))
        if !(1...100_000).contains(intakeLimit.rate) {
            faults.append("INTAKE_RATE is \"\(settings.int("INTAKE_RATE"))\"; it must be between 1 and 100000")
        }
        if !(1...1_000_000).contains(intakeLimit.burst) {
            faults.append("INTAKE_BURST is \"\(intakeLimit.burst)\"; it must be between 1 and 1000000")
        }
        proxies = settings.list("TRUSTED_PROXIES").compactMap { AddressRange($0) }
        for text in settings.list("TRUSTED_PROXIES") where AddressRange(text) == nil {
            faults.append("TRUSTED_PROXIES has \"\(text)\"; it must be addresses or ranges, such as 10.0.0.0/8,192.0.2.7")
        }
        (scoring, faults) = Self.scoring(from: settings.optionalString("SCORING_FILE"), faults)
        guard faults.isEmpty else { throw SettingsError(faults: faults) }
    }

    private static func scoring(from path: String?, _ faults: [String]) -> (ScoringModels, [String]) {
        guard let path else { return (.standard, faults) }
        do {
            return (try ScoringFile.override(.standard, by: try Data(contentsOf: URL(filePath: path))), faults)
        } catch let error as ScoringFile.Faults {
            return (.standard, faults + error.lines.map { "SCORING_FILE \(path): \($0)" })
        } catch {
            return (.standard, faults + ["SCORING_FILE is \"\(path)\", which can't be read: \(error.localizedDescription)"])
        }
    }
}
