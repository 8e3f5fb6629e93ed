/// PostgreSQL's text form of a one-dimensional array: `{1,NULL,"a \"b\""}`.
enum ArrayLiteral {
    /// The elements, `nil` for NULL; `nil` when the text is no such array.
    static func elements(of bytes: Span<UInt8>) -> [[UInt8]?]? {
        guard bytes.count >= 2, bytes[0] == UInt8(ascii: "{"), bytes[bytes.count - 1] == UInt8(ascii: "}") else { return nil }
        var elements: [[UInt8]?] = []
        var position = 1
        let end = bytes.count - 1
        guard position < end else { return [] }
        while true {
            guard position < end, bytes[position] != UInt8(ascii: "{") else { return nil }
            var element: [UInt8] = []
            let quoted = bytes[position] == UInt8(ascii: "\"")
            if quoted {
                position += 1
                while position < end, bytes[position] != UInt8(ascii: "\"") {
                    if bytes[position] == UInt8(ascii: "\\") { position += 1 }
                    element.append(bytes[position])
                    position += 1
                }
                position += 1
            } else {
                while position < end, bytes[position] != UInt8(ascii: ",") {
                    if bytes[position] == UInt8(ascii: "\\") { position += 1 }
                    element.append(bytes[position])
                    position += 1
                }
            }
            elements.append(!quoted && element.elementsEqual("NULL".utf8) ? nil : element)
            if position == end { return elements }
            guard position < end, bytes[position] == UInt8(ascii: ",") else { return nil }
            position += 1
        }
    }
}
