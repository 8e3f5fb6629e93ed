import Foundation

/// Operator, account and user of a NATS server in operator mode, as `nsc` would make them: nkeys and JWTs.
/// <https://docs.nats.io/running-a-nats-service/nats_admin/security/jwt>
struct OperatorCredentials {
    /// For the server.
    var configuration: String
    /// For the client: a `.creds` file with the user's JWT and seed.
    var file: String

    init(in directory: String) async throws {
        let owner = try await NKey(.operator, "operator", in: directory)
        let (system, account) = (try await NKey(.account, "system", in: directory), try await NKey(.account, "account", in: directory))
        let user = try await NKey(.user, "user", in: directory)
        let unlimited: [String: Any] = ["subs": -1, "data": -1, "payload": -1]
        let limits = unlimited.merging(["imports": -1, "exports": -1, "wildcards": true, "conn": -1, "leaf": -1]) { $1 }
        let ownerJWT = try await owner.token(about: owner, ["type": "operator", "version": 2])
        let accountFields: [String: Any] = ["type": "account", "version": 2, "limits": limits]
        var preloaded: [String] = []
        for key in [system, account] { preloaded.append("\(key.publicKey): \"\(try await owner.token(about: key, accountFields))\"") }
        let userFields: [String: Any] = ["type": "user", "version": 2, "pub": [String: Any](), "sub": [String: Any]()]
        let userJWT = try await account.token(about: user, userFields.merging(unlimited) { $1 })
        configuration = """
            operator: "\(ownerJWT)"
            resolver: MEMORY
            system_account: \(system.publicKey)
            resolver_preload: { \(preloaded.joined(separator: ", ")) }
            """
        file = "\(directory)/user.creds"
        let text = """
            -----BEGIN NATS USER JWT-----
            \(userJWT)
            ------END NATS USER JWT------

            -----BEGIN USER NKEY SEED-----
            \(user.seed)
            ------END USER NKEY SEED------

            """
        try Data(text.utf8).write(to: URL(filePath: file))
    }
}

/// An Ed25519 key pair in the writing of NATS: <https://github.com/nats-io/nkeys>. OpenSSL makes it and signs with it.
private struct NKey {
    enum Kind: UInt8 {
        case `operator` = 0b0111_0000
        case account = 0
        case user = 0b1010_0000
    }

    let publicKey: String
    let seed: String
    private let keyFile: String
    private let name: String

    init(_ kind: Kind, _ name: String, in directory: String) async throws {
        self.name = name
        keyFile = "\(directory)/\(name).pem"
        try await openssl("genpkey", "-algorithm", "ed25519", "-out", keyFile)
        // Both encodings end with the 32 bytes that they are about (RFC 8410).
        let secret = try await openssl("pkey", "-in", keyFile, "-outform", "DER").suffix(32)
        let open = try await openssl("pkey", "-in", keyFile, "-pubout", "-outform", "DER").suffix(32)
        publicKey = Self.text(Data([kind.rawValue]) + open)
        let seedPrefix: UInt8 = 0b1001_0000
        seed = Self.text(Data([seedPrefix | kind.rawValue >> 5, kind.rawValue << 3]) + secret)
    }

    func token(about subject: NKey, _ fields: [String: Any]) async throws -> String {
        let claims: [String: Any] = [
            "jti": UUID().uuidString, "iat": Int(Date().timeIntervalSince1970), "iss": publicKey, "sub": subject.publicKey,
            "name": subject.name, "nats": fields,
        ]
        let parts = [["typ": "JWT", "alg": "ed25519-nkey"] as [String: Any], claims]
        let signed = try parts.map { Self.base64URL(try JSONSerialization.data(withJSONObject: $0)) }.joined(separator: ".")
        try Data(signed.utf8).write(to: URL(filePath: keyFile + ".txt"))
        let signature = try await openssl("pkeyutl", "-sign", "-rawin", "-in", keyFile + ".txt", "-inkey", keyFile)
        return "\(signed).\(Self.base64URL(signature))"
    }

    private static func base64URL(_ data: Data) -> String {
        data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Base32 with a CRC-16 (XMODEM) behind, low byte first.
    private static func text(_ data: Data) -> String {
        let sum = data.reduce(UInt16(0)) { sum, byte in
            (0..<8).reduce(sum ^ UInt16(byte) << 8) { sum, _ in sum & 0x8000 == 0 ? sum << 1 : sum << 1 ^ 0x1021 }
        }
        let bits = (data + [UInt8(sum & 0xff), UInt8(sum >> 8)]).flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        return String(
            stride(from: 0, to: bits.count, by: 5).map { start in
                letters[(0..<5).reduce(0) { value, offset in value << 1 | (start + offset < bits.count ? Int(bits[start + offset]) : 0) }]
            }
        )
    }
}

struct ToolFailed: Error {
    var arguments: [String]
}

/// What OpenSSL writes to its output. It is waited for on a thread of its own: the tests' tasks have but a few.
@discardableResult
func openssl(_ arguments: String...) async throws -> Data {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try runOpenSSL(arguments) }) }
    }
}

private func runOpenSSL(_ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/openssl")
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw ToolFailed(arguments: arguments) }
    return data
}
