/// The links of one message, by number: the number stands in the signed token, the target here.
package struct TrackedLinks: Hashable, Sendable {
    package private(set) var targets: [String]

    /// - Parameter targets: those of an earlier attempt at the same message, whose numbers may be out in the world already.
    package init(_ targets: [String] = []) {
        self.targets = targets
    }

    /// The number of `target`; nil when there are more links than a token can count.
    package mutating func number(of target: String) -> Int? {
        if let known = targets.firstIndex(of: target) { return known }
        guard targets.count < 256 else { return nil }
        targets.append(target)
        return targets.count - 1
    }

    /// Replaces every http(s) URL in plain text by `link(number)`, those that start with `own` left alone.
    package mutating func rewrite(text: String, except own: String, _ link: (Int) -> String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count * 2)
        var copied = 0
        while let url = PlainURL.next(in: bytes, from: copied) {
            result += bytes[copied..<url.lowerBound]
            result += replacement(for: String(decoding: bytes[url], as: UTF8.self), except: own, link).utf8
            copied = url.upperBound
        }
        result += bytes[copied...]
        return String(decoding: result, as: UTF8.self)
    }

    /// Replaces the target of every `href` in HTML, those that start with `own` left alone.
    package mutating func rewrite(html: String, except own: String, _ link: (Int) -> String) -> String {
        let bytes = Array(html.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count * 2)
        var copied = 0
        while let value = HTMLText.nextTarget(in: bytes, from: copied) {
            result += bytes[copied..<value.lowerBound]
            let target = HTMLText.unescape(String(decoding: bytes[value], as: UTF8.self))
            if PlainURL.isURL(target) {
                result += HTMLText.escape(replacement(for: target, except: own, link)).utf8
            } else {
                result += bytes[value]
            }
            copied = value.upperBound
        }
        result += bytes[copied...]
        return String(decoding: result, as: UTF8.self)
    }

    private mutating func replacement(for url: String, except own: String, _ link: (Int) -> String) -> String {
        guard !url.hasPrefix(own), let number = number(of: url) else { return url }
        return link(number)
    }
}
