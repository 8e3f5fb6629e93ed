import Foundation

/// The address of a predecessor's database, as its own settings write it.
package enum PredecessorAddress {
    /// The address as libpq takes it: SQLAlchemy names its driver in the scheme (`postgresql+asyncpg://`), and asyncpg says `ssl` for `sslmode`.
    package static func forLibpq(_ text: String) -> String {
        guard let scheme = text.firstRange(of: "://") else { return text }
        let name = text[..<scheme.lowerBound].prefix { $0 != "+" }
        let rest = text[scheme.upperBound...]
            .replacing("?ssl=", with: "?sslmode=")
            .replacing("&ssl=", with: "&sslmode=")
            .replacing("sslmode=true", with: "sslmode=require")
        return "\(name)://\(rest)"
    }
}
