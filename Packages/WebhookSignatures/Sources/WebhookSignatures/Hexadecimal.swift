import Foundation

extension Data {
    /// The bytes that `text` spells; nil when it isn't pairs of hexadecimal digits.
    init?(hexadecimal text: some StringProtocol) {
        self.init(hexadecimal: text.utf8)
    }

    init?(hexadecimal text: some Sequence<UInt8>) {
        let digits = text.map(Self.value(ofDigit:))
        guard digits.count.isMultiple(of: 2), !digits.isEmpty else { return nil }
        var bytes = Data(capacity: digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { return nil }
            bytes.append(high << 4 | low)
        }
        self = bytes
    }

    /// Lower-case digits, as providers write them.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef")
        return String(flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
    }

    private static func value(ofDigit digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
