import Contracts
import Foundation

/// How many leads go into one answer.
enum LeadListSize {
    /// In bytes: nats-server takes 1 MiB with headers, and the rest of the answer has to fit too.
    static let longest = 900_000

    /// How many of `leads`, from the first on, have no more than `longest` bytes as JSON; at least one.
    static func count(of leads: [Lead], fitting longest: Int = longest) throws -> Int {
        // Leads as they are, a page of hundreds: no need to make JSON of them twice.
        guard leads.reduce(0, { $0 + $1.bound }) > longest else { return leads.count }
        var size = 0
        for (index, lead) in leads.enumerated() {
            size += try WireJSON.encode(lead).count + 1
            if size > longest { return max(index, 1) }
        }
        return leads.count
    }
}

extension Lead {
    /// No fewer bytes than it has as JSON.
    fileprivate var bound: Int {
        let texts = [
            slug, name, category, subcategory, gmbID, address, city, state, postalCode, country, phone, email, websiteURL, firstName,
            lastName,
            title, company, assignedTo,
        ]
        let hours = (openingHours ?? []).reduce(0) { $0 + $1.day.utf8.count + $1.hours.utf8.count + 10 }
        let length = texts.reduce(0) { $0 + ($1?.utf8.count ?? 0) } + tags.reduce(0) { $0 + $1.utf8.count + 3 } + hours
        // The worst that JSON makes of a character is \u0000; names and the values that are no texts have 1,100 bytes.
        return 6 * length + 1_500
    }
}
