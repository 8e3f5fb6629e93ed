import Crypto
package import Foundation
package import ServiceKit

/// How long somebody stays signed in.
package struct SessionRules: Hashable, Sendable {
    package var lifetime: TimeInterval
    package var idle: TimeInterval

    package init(lifetime: TimeInterval, idle: TimeInterval) {
        (self.lifetime, self.idle) = (lifetime, idle)
    }

    package func holds(since created: Date, lastSeen: Date, at now: Date) -> Bool {
        now < created + lifetime && now < lastSeen + idle
    }

    /// Written down at most this often: not every look at a page is a write.
    package var seenInterval: TimeInterval { min(60, idle / 4) }
}

/// How often it may be tried to sign in, before it must wait.
///
/// Every try counts before its password is looked at, so that many at once gain nothing; a good one is taken back.
package enum SignInThrottle {
    package static let window: TimeInterval = 15 * 60
    package static let triesPerAccount = 10
    /// More: an office has one address.
    package static let triesPerAddress = 50

    /// What is counted: an account, whether there is one or not, and the address that it is tried from.
    package enum Subject: Hashable, Sendable {
        case account(email: String)
        case address(IPAddress)

        package var limit: Int {
            switch self {
            case .account: SignInThrottle.triesPerAccount
            case .address: SignInThrottle.triesPerAddress
            }
        }

        /// By what it is stored: people also type their password where the address belongs.
        package var hash: Data {
            switch self {
            case .account(let email): Data(SHA256.hash(data: Data("account:\(email)".utf8)))
            case .address(let address): Data(SHA256.hash(data: Data("address:".utf8) + address.household))
            }
        }
    }

    package static func subjects(email: String, address: IPAddress?) -> [Subject] {
        [.account(email: email)] + (address.map { [.address($0)] } ?? [])
    }
}

/// Where somebody is sent after signing in.
package enum ReturnAddress {
    package static let start = "/tasks"

    /// A path of this site as it was asked for; the start for all else, which could lead away from here.
    package static func checked(_ text: String?) -> String {
        guard let text, text.utf8.count <= 2_000, text.hasPrefix("/"), !text.hasPrefix("//"),
            text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return start }
        return text
    }
}
