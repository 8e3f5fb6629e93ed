package import Contracts

/// Finds out where businesses are that don't say so, so that telephone numbers can be read as they are dialled at home.
package enum CountryGuess {
    /// The country of the business's own domain, if its telephone number is possible there.
    package static func country(of draft: LeadDraft) -> String? {
        guard let phone = draft.phone, !phone.utf8.contains(UInt8(ascii: "+")), let country = domainCountry(of: draft) else { return nil }
        return PhoneNumber(phone, country: country)?.country
    }

    private static func domainCountry(of draft: LeadDraft) -> String? {
        let hosts = [draft.websiteURL.flatMap { WebAddress($0)?.host }, draft.email.map { String($0.drop { $0 != "@" }.dropFirst()) }]
        return hosts.lazy.compactMap { Country.ofDomain($0) }.first
    }

    /// Of a whole file: the country whose domains some of the businesses have, if its numbering plan allows clearly more of their numbers than the
    /// plan of `assumed` does. Looked at are the first rows only.
    package static func country(of drafts: [LeadDraft], assumed: String) -> String? {
        let undecided = drafts.filter { draft in
            guard let phone = draft.phone, !phone.utf8.contains(UInt8(ascii: "+")) else { return false }
            return true
        }
        guard undecided.count >= 5 else { return nil }
        var votes: [String: Int] = [:]
        for draft in drafts {
            if let country = draft.country ?? domainCountry(of: draft) { votes[country, default: 0] += 1 }
        }
        guard let best = votes.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), best.key != assumed, best.value * 10 >= drafts.count
        else {
            return nil
        }
        func possible(_ country: String) -> Int {
            undecided.count { $0.phone.flatMap { PhoneNumber($0, country: country) } != nil }
        }
        return possible(best.key) > 2 * possible(assumed) ? best.key : nil
    }
}
