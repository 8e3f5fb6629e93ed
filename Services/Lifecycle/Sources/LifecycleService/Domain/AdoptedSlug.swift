package import Contracts

/// The slug that a site had elsewhere, in the form that slugs have here: letters and digits of ASCII, with hyphens between them.
package enum AdoptedSlug {
    /// What it may be called, the best first: as it was, or with a part of its id behind it where that is taken.
    package static func candidates(_ slug: String, id: SiteID) -> [String] {
        let plain = plain(slug)
        let short = String(id.description.prefix(8))
        return plain.isEmpty ? ["site-\(short)", "site-\(id)"] : [plain, "\(plain)-\(short)", "\(plain)-\(id)"]
    }

    private static func plain(_ slug: String) -> String {
        let letters = slug.lowercased().unicodeScalars.map { scalar -> Character in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil) ? Character(scalar) : "-"
        }
        return String(letters).split(separator: "-").joined(separator: "-").prefix(80).split(separator: "-").joined(separator: "-")
    }
}
