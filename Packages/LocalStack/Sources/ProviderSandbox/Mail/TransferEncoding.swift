import Foundation

/// RFC 2045: how bytes travel as lines of text.
enum TransferEncoding {
    static func decode(_ bytes: [UInt8], as name: String) -> [UInt8] {
        switch name.trimmingCharacters(in: .whitespaces).lowercased() {
        case "base64": Array(Data(base64Encoded: Data(bytes), options: .ignoreUnknownCharacters) ?? Data())
        case "quoted-printable": quotedPrintable(bytes)
        default: bytes
        }
    }

    static func quotedPrintable(_ bytes: [UInt8]) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "=") else {
                decoded.append(bytes[index])
                index += 1
                continue
            }
            let rest = bytes[(index + 1)...].prefix(2)
            if rest.first == UInt8(ascii: "\n") {
                index += 2
            } else if rest.elementsEqual([13, 10]) {
                index += 3
            } else if rest.count == 2, let byte = UInt8(String(decoding: rest, as: UTF8.self), radix: 16) {
                decoded.append(byte)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return decoded
    }
}

/// RFC 2047: `=?utf-8?B?SG9sYQ==?=` in a header.
enum EncodedWords {
    static func decode(_ value: String) -> String {
        guard value.contains("=?") else { return value }
        var decoded = ""
        var isBehindWord = false
        for piece in value.split(separator: " ", omittingEmptySubsequences: false) {
            let word = word(piece)
            // Blanks between two encoded words are only there to part them.
            if !decoded.isEmpty, !(isBehindWord && word != nil) { decoded += " " }
            decoded += word ?? String(piece)
            isBehindWord = word != nil
        }
        return decoded
    }

    private static func word(_ piece: Substring) -> String? {
        guard piece.hasPrefix("=?"), piece.hasSuffix("?=") else { return nil }
        let fields = piece.dropFirst(2).dropLast(2).split(separator: "?", maxSplits: 2, omittingEmptySubsequences: false)
        guard fields.count == 3 else { return nil }
        switch fields[1].uppercased() {
        case "B": return Data(base64Encoded: String(fields[2])).map { String(decoding: $0, as: UTF8.self) }
        case "Q":
            let bytes = Array(fields[2].replacing("_", with: " ").utf8)
            return String(decoding: TransferEncoding.quotedPrintable(bytes), as: UTF8.self)
        default: return nil
        }
    }
}
