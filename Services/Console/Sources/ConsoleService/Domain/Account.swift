package import Contracts
import Foundation

package typealias AccountID = Identifier<Account>

/// Somebody of the staff who may sign in.
package struct Account: Hashable, Sendable {
    package var id: AccountID
    package var email: String
    package var name: String
    package var role: Role
    /// Their id in every command, and what leads are assigned to.
    package var staffID: String
    package var isEnabled: Bool

    package init(id: AccountID, email: String, name: String, role: Role, staffID: String, isEnabled: Bool = true) {
        (self.id, self.email, self.name, self.role) = (id, email, name, role)
        (self.staffID, self.isEnabled) = (staffID, isEnabled)
    }

    /// What commands carry.
    package var actor: Actor { Actor(id: staffID, role: role) }

    /// All of them, or an agent's own and nobody's.
    package var seesAllLeads: Bool { role >= .manager }
}

/// What an account may be made of.
package enum AccountRules {
    /// The one spelling of an address by which an account is found.
    package static func email(_ text: String) -> String {
        text.trimmingCharacters(in: .whitespacesAndNewlines).precomposedStringWithCanonicalMapping.lowercased()
    }

    /// What is wrong with the values; none when they will do.
    package static func faults(email: String, name: String, staffID: String) -> [String] {
        var faults: [String] = []
        if email.wholeMatch(of: #/[^@\s\p{Cc}]{1,64}@[^@\s\p{Cc}]{1,190}/#) == nil {
            faults.append("--email \"\(email)\" must be an e-mail address")
        }
        if !isWord(name) { faults.append("--name must have 1 to 200 characters") }
        if !isWord(staffID) || staffID.hasPrefix("service:") || staffID == Actor.operator.id {
            faults.append("--staff-id must have 1 to 200 characters, and be none of a service's")
        }
        return faults
    }

    /// Length counts, not kinds of characters (NIST SP 800-63B §5.1.1.2); the end is there so that nobody makes us hash a book.
    package static func fault(ofPassword password: String) -> String? {
        switch password.count {
        case ..<12: "the password must have 12 characters or more"
        case 1_001...: "the password must have 1000 characters at most"
        default: nil
        }
    }

    private static func isWord(_ text: String) -> Bool {
        (1...200).contains(text.count) && !text.allSatisfy(\.isWhitespace) && !text.unicodeScalars.contains { $0.value < 32 }
    }
}
