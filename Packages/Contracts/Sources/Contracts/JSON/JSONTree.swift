import Foundation

/// What stands where in a text of JSON, RFC 8259: looked at once, for all that is read from it.
struct JSONTree: Sendable {
    /// A value, without the blanks around it.
    struct Node {
        /// Of a member of an object: where its key stands, without its quotes.
        var key = 0..<0
        var start: Int
        var end = 0
        /// The node behind this one and all that is in it. Those of its own members or elements begin right behind it.
        var next = 0
        /// Of a string.
        var hasEscapes = false
    }

    let bytes: [UInt8]
    /// The first is the whole.
    let nodes: [Node]

    /// - Returns: `nil` for what is no JSON, wherever it isn't, and for keys with escapes, which could be any that is asked for.
    init?(_ data: Data) {
        bytes = [UInt8](data)
        guard let nodes = bytes.withUnsafeBufferPointer({ JSONScanner.nodes(of: $0) }) else { return nil }
        self.nodes = nodes
    }

    func isObject(_ node: Int) -> Bool { bytes[nodes[node].start] == UInt8(ascii: "{") }

    /// - Returns: the first of that key, where the node is an object.
    func member(_ key: String, of node: Int) -> Int? {
        guard isObject(node) else { return nil }
        var child = node + 1
        while child < nodes[node].next {
            if has(key, at: nodes[child].key) { return child }
            child = nodes[child].next
        }
        return nil
    }

    func children(of node: Int) -> [Int] {
        var children: [Int] = []
        var child = node + 1
        while child < nodes[node].next {
            children.append(child)
            child = nodes[child].next
        }
        return children
    }

    /// What is between the quotes of a string.
    func letters(at node: Int) -> ArraySlice<UInt8>? {
        let node = nodes[node]
        guard bytes[node.start] == UInt8(ascii: "\"") else { return nil }
        return bytes[node.start + 1..<node.end - 1]
    }

    func has(_ key: String, at range: Range<Int>) -> Bool {
        let letters = key.utf8
        guard letters.count == range.count else { return false }
        var place = range.lowerBound
        for letter in letters {
            if bytes[place] != letter { return false }
            place += 1
        }
        return true
    }
}

/// Goes through the bytes once.
private struct JSONScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0
    private var nodes: [JSONTree.Node] = []

    private static let maximumDepth = 64

    static func nodes(of bytes: UnsafeBufferPointer<UInt8>) -> [JSONTree.Node]? {
        var scanner = JSONScanner(bytes: bytes)
        scanner.nodes.reserveCapacity(24)
        scanner.skipBlanks()
        guard scanner.takeValue(depth: 0) else { return nil }
        scanner.skipBlanks()
        return scanner.place == bytes.count ? scanner.nodes : nil
    }

    private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    /// 0, which stands nowhere in JSON, at the end.
    private var byte: UInt8 { place < bytes.count ? bytes[place] : 0 }

    private mutating func skipBlanks() {
        while place < bytes.count {
            switch bytes[place] {
            case 0x20, 0x0A, 0x0D, 0x09: place += 1
            default: return
            }
        }
    }

    private mutating func takeValue(key: Range<Int> = 0..<0, depth: Int) -> Bool {
        guard depth < Self.maximumDepth else { return false }
        let node = nodes.count
        nodes.append(JSONTree.Node(key: key, start: place))
        let isValue: Bool
        switch byte {
        case UInt8(ascii: "\""):
            let hasEscapes = skipString()
            nodes[node].hasEscapes = hasEscapes ?? false
            isValue = hasEscapes != nil
        case UInt8(ascii: "{"): isValue = takeList(until: UInt8(ascii: "}"), depth: depth + 1)
        case UInt8(ascii: "["): isValue = takeList(until: UInt8(ascii: "]"), depth: depth + 1)
        case UInt8(ascii: "t"): isValue = skip("true")
        case UInt8(ascii: "f"): isValue = skip("false")
        case UInt8(ascii: "n"): isValue = skip("null")
        default: isValue = skipNumber()
        }
        nodes[node].end = place
        nodes[node].next = nodes.count
        return isValue
    }

    private mutating func takeList(until bracket: UInt8, depth: Int) -> Bool {
        place += 1
        skipBlanks()
        if byte == bracket {
            place += 1
            return true
        }
        while true {
            guard bracket == UInt8(ascii: "}") ? takeMember(depth: depth) : takeValue(depth: depth) else { return false }
            skipBlanks()
            switch byte {
            case bracket:
                place += 1
                return true
            case UInt8(ascii: ","):
                place += 1
                skipBlanks()
            default: return false
            }
        }
    }

    private mutating func takeMember(depth: Int) -> Bool {
        guard byte == UInt8(ascii: "\"") else { return false }
        let start = place + 1
        guard skipString() == false else { return false }
        let key = start..<place - 1
        skipBlanks()
        guard byte == UInt8(ascii: ":") else { return false }
        place += 1
        skipBlanks()
        return takeValue(key: key, depth: depth)
    }

    /// - Returns: whether it has escapes; `nil` when it doesn't end.
    private mutating func skipString() -> Bool? {
        place += 1
        var hasEscapes = false
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                place += 1
                return hasEscapes
            case UInt8(ascii: "\\"):
                hasEscapes = true
                place += 2
            case 0..<0x20: return nil
            default: place += 1
            }
        }
        return nil
    }

    private mutating func skip(_ word: StaticString) -> Bool {
        let end = place + word.utf8CodeUnitCount
        guard end <= bytes.count, word.withUTF8Buffer({ bytes[place..<end].elementsEqual($0) }) else { return false }
        place = end
        return true
    }

    private mutating func skipDigits() -> Bool {
        let start = place
        while place < bytes.count, (48...57).contains(bytes[place]) { place += 1 }
        return place > start
    }

    private mutating func skipNumber() -> Bool {
        if byte == UInt8(ascii: "-") { place += 1 }
        let (isZero, first) = (byte == UInt8(ascii: "0"), place)
        guard skipDigits(), !isZero || place == first + 1 else { return false }
        if byte == UInt8(ascii: ".") {
            place += 1
            guard skipDigits() else { return false }
        }
        if byte | 0x20 == UInt8(ascii: "e") {
            place += 1
            if byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") { place += 1 }
            guard skipDigits() else { return false }
        }
        return true
    }
}
