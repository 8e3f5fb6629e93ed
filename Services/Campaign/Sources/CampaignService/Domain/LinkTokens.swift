package import Contracts
import Crypto
import Foundation

/// The signed tokens in our public links: they say which message, and nothing that anybody could make up or read out.
///
/// A token is base64url of the message id (16 bytes), for a click the number of the link (1 byte), and 16 bytes of
/// HMAC-SHA256 over purpose and those: a token made for one purpose is worth nothing for another. A click's target is
/// not in it but in the message's row, so that no token can lead anywhere that we did not write ourselves.
package struct LinkTokens: Sendable {
    package enum Purpose: String, CaseIterable, Sendable {
        case open, click, unsubscribe
    }

    /// What a token says.
    package struct Claim: Hashable, Sendable {
        package var message: MessageID
        /// Of a click: which of the message's links.
        package var link: Int?

        package init(message: MessageID, link: Int? = nil) {
            self.message = message
            self.link = link
        }
    }

    private static let codeLength = 16
    private let keys: [SymmetricKey]

    /// Nil without a secret, or when one is shorter than 16 bytes.
    ///
    /// - Parameter secrets: the first one signs, all of them are accepted, so that they can be changed one after the other.
    package init?(secrets: [String]) {
        guard !secrets.isEmpty, secrets.allSatisfy({ $0.utf8.count >= 16 }) else { return nil }
        keys = secrets.map { SymmetricKey(data: Data($0.utf8)) }
    }

    /// - Precondition: a link's number is 0 to 255.
    package func make(_ purpose: Purpose, for claim: Claim) -> String {
        var payload = Data()
        withUnsafeBytes(of: claim.message.rawValue.uuid) { payload.append(contentsOf: $0) }
        if let link = claim.link { payload.append(UInt8(link)) }
        let code = HMAC<SHA256>.authenticationCode(for: Self.signed(purpose, payload), using: keys[0])
        return Base64URL.encode(payload + Data(code).prefix(Self.codeLength))
    }

    /// What `token` says, or nil when it isn't one of ours for this purpose.
    package func read(_ purpose: Purpose, _ token: String) -> Claim? {
        guard token.utf8.count <= 64, let bytes = Base64URL.decode(token) else { return nil }
        let payloadLength = purpose == .click ? 17 : 16
        guard bytes.count == payloadLength + Self.codeLength else { return nil }
        let payload = bytes.prefix(payloadLength)
        guard isAuthentic(Data(bytes.suffix(Self.codeLength)), for: Self.signed(purpose, payload)) else { return nil }

        let uuid = payload.prefix(16).withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) }
        return Claim(message: MessageID(UUID(uuid: uuid)), link: purpose == .click ? payload.last.map(Int.init) : nil)
    }

    private func isAuthentic(_ code: Data, for signed: Data) -> Bool {
        // Every key and every byte is looked at, so that the time taken tells nothing.
        var found = false
        for key in keys {
            let expected = Data(HMAC<SHA256>.authenticationCode(for: signed, using: key)).prefix(Self.codeLength)
            let difference = zip(expected, code).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) }
            found = (difference == 0 && expected.count == code.count) || found
        }
        return found
    }

    private static func signed(_ purpose: Purpose, _ payload: Data) -> Data {
        Data("plumbline:\(purpose.rawValue):".utf8) + payload
    }
}

/// Base64 that needs no escaping in a URL, without padding (RFC 4648 §5).
enum Base64URL {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    static func encode(_ bytes: Data) -> String {
        var text: [UInt8] = []
        text.reserveCapacity((bytes.count * 4 + 2) / 3)
        var bits = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | Int(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.append(digits[bits >> count & 63])
            }
            bits &= 63
        }
        if count > 0 { text.append(digits[bits << (6 - count) & 63]) }
        return String(decoding: text, as: UTF8.self)
    }

    static func decode(_ text: String) -> Data? {
        guard text.utf8.allSatisfy({ isAllowed($0) }) else { return nil }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        guard let bytes = Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/") + padding) else { return nil }
        // Of the spellings that decode to the same bytes, only the one that we write.
        return encode(bytes) == text ? bytes : nil
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
