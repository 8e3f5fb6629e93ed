/// A mailbox with the name that people see, as it stands in From, To and Reply-To.
public struct MailAddress: Hashable, Sendable {
    public var name: String?
    public var address: String

    public init(name: String? = nil, _ address: String) {
        self.name = name
        self.address = address
    }

    /// The mailbox as header text: names are quoted (RFC 5322, 3.2.4) or, outside of ASCII, encoded (RFC 2047).
    ///
    /// - Throws: `invalidRequest` when the address can't stand in a header or the name has a line break.
    public var headerValue: String {
        get throws {
            guard Self.isUsable(address) else { throw OutboundError(.invalidRequest, message: "a mail address is malformed") }
            guard let name, !name.isEmpty else { return address }
            guard !name.unicodeScalars.contains(where: MailHeader.isControl) else {
                throw OutboundError(.invalidRequest, message: "the name of a mail address has control characters")
            }
            let atoms = name.utf8.allSatisfy { MailHeader.isAtomText($0) || $0 == UInt8(ascii: " ") }
            if atoms { return "\(name) <\(address)>" }
            if name.utf8.allSatisfy({ $0 < 0x80 }) && !name.contains("=?") {
                let quoted = name.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
                return "\"\(quoted)\" <\(address)>"
            }
            return "\(MailHeader.encodedWords(name).joined(separator: " ")) <\(address)>"
        }
    }

    /// True for an address that is safe in an SMTP command and in a header; whether it exists is the server's to say.
    static func isUsable(_ address: String) -> Bool {
        let parts = address.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && !parts[1].isEmpty && address.utf8.count <= 320
            && address.unicodeScalars.allSatisfy { scalar in
                !MailHeader.isControl(scalar) && scalar != " " && !"<>(),;:\\\"[]".unicodeScalars.contains(scalar)
            }
    }
}
