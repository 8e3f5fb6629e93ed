import Crypto
import CryptoExtras
package import Foundation

/// A password as it is stored: scrypt (RFC 7914), its parameters and salt beside it, in the notation of PHC strings:
/// `$scrypt$ln=15,r=8,p=3$salt$hash`.
package struct PasswordHash: Hashable, Sendable, CustomStringConvertible {
    /// What one guess costs.
    package struct Cost: Hashable, Sendable {
        /// The binary logarithm of scrypt's N.
        package var logN: Int
        package var blockSize: Int
        package var parallelism: Int

        package init(logN: Int, blockSize: Int = 8, parallelism: Int = 1) {
            (self.logN, self.blockSize, self.parallelism) = (logN, blockSize, parallelism)
        }

        /// One of those that OWASP's password storage cheat sheet holds equal: 32 MiB, three times.
        package static let standard = Cost(logN: 15, blockSize: 8, parallelism: 3)

        /// Nobody's stored text can make us spend more than this.
        fileprivate var isBearable: Bool { (1...20).contains(logN) && (1...32).contains(blockSize) && (1...16).contains(parallelism) }
    }

    package let cost: Cost
    let salt: Data
    let key: Data

    /// Takes as long as `cost` says, on the thread that it is called on.
    package init(_ password: String, cost: Cost, salt: Data = SecretToken.random(16)) throws {
        (self.cost, self.salt) = (cost, salt)
        key = try Self.derive(password, cost, salt)
    }

    /// - Returns: `nil` for a text that is none.
    package init?(_ text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
            let numbers = parts[2].wholeMatch(of: #/ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})/#),
            let logN = Int(numbers.1), let blockSize = Int(numbers.2), let parallelism = Int(numbers.3),
            let salt = Data(base64URL: parts[3]), let key = Data(base64URL: parts[4]), key.count == Self.length
        else { return nil }
        cost = Cost(logN: logN, blockSize: blockSize, parallelism: parallelism)
        guard cost.isBearable else { return nil }
        (self.salt, self.key) = (salt, key)
    }

    package var description: String {
        "$scrypt$ln=\(cost.logN),r=\(cost.blockSize),p=\(cost.parallelism)$\(salt.base64URL)$\(key.base64URL)"
    }

    /// Whether it is of `password`; takes as long as making it did, and as long for a wrong one.
    package func isOf(_ password: String) throws -> Bool {
        try Self.derive(password, cost, salt).isSameInConstantTime(as: key)
    }

    private static let length = 32

    private static func derive(_ password: String, _ cost: Cost, _ salt: Data) throws -> Data {
        // However a keyboard writes an accent, it is the same password.
        let bytes = Data(password.precomposedStringWithCanonicalMapping.utf8)
        let key = try KDF.Scrypt.deriveKey(
            from: bytes,
            salt: salt,
            outputByteCount: length,
            rounds: 1 << cost.logN,
            blockSize: cost.blockSize,
            parallelism: cost.parallelism
        )
        return key.withUnsafeBytes { Data($0) }
    }
}
