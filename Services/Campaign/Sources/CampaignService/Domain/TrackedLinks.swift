import Foundation

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
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: PlainURL.scheme)?.lowerBound {
            result += rest[..<start]
            let url = PlainURL.prefix(of: rest[start...])
            result += replacement(for: String(url), except: own, link)
            rest = rest[url.endIndex...]
        }
        return result + rest
    }

    /// Replaces the target of every `href` in HTML, those that start with `own` left alone.
    package mutating func rewrite(html: String, except own: String, _ link: (Int) -> String) -> String {
        var result = ""
        var rest = html[...]
        while let attribute = rest.firstMatch(of: Self.href) {
            let value = attribute.output.1 ?? attribute.output.2 ?? ""
            result += rest[..<value.startIndex]
            let target = HTMLText.unescape(String(value)).trimmingCharacters(in: .whitespacesAndNewlines)
            result += PlainURL.isURL(target) ? HTMLText.escape(replacement(for: target, except: own, link)) : String(value)
            rest = rest[value.endIndex...]
        }
        return result + rest
    }

    private mutating func replacement(for url: String, except own: String, _ link: (Int) -> String) -> String {
        guard !url.hasPrefix(own), let number = number(of: url) else { return url }
        return link(number)
    }

    private static var href: Regex<(Substring, Substring?, Substring?)> {
        /(?i)\shref\s*=\s*(?:"([^"]*)"|'([^']*)')/
    }
}

/// URLs in running text.
enum PlainURL {
    static var scheme: Regex<Substring> { /(?i)https?:\/\// }

    static func isURL(_ text: String) -> Bool { text.prefixMatch(of: scheme) != nil }

    /// The URL that `text` starts with, without the punctuation of the sentence around it.
    static func prefix(of text: Substring) -> Substring {
        var url = text.prefix { !$0.isWhitespace && !"<>\"".contains($0) }
        while let last = url.last, ".,;:!?)]}'".contains(last) {
            if last == ")", url.contains("(") { break }
            url.removeLast()
        }
        return url
    }
}

/// The five characters that HTML needs escaped, and back.
enum HTMLText {
    static func escape(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.append(character)
            }
        }
        return result
    }

    static func unescape(_ html: String) -> String {
        html.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
            .replacing("&#39;", with: "'").replacing("&#x2F;", with: "/").replacing("&#47;", with: "/").replacing("&amp;", with: "&")
    }

    /// Paragraphs at empty lines, breaks at line ends, URLs as links.
    static func fromPlain(_ text: String) -> String {
        text.replacing("\r\n", with: "\n")
            .split(separator: /\n\s*\n/)
            .map { "<p>\(linked($0).replacing("\n", with: "<br>\n"))</p>" }
            .joined(separator: "\n")
    }

    private static func linked(_ text: Substring) -> String {
        var result = ""
        var rest = text
        while let start = rest.firstRange(of: PlainURL.scheme)?.lowerBound {
            result += escape(String(rest[..<start]))
            let url = PlainURL.prefix(of: rest[start...])
            result += "<a href=\"\(escape(String(url)))\">\(escape(String(url)))</a>"
            rest = rest[url.endIndex...]
        }
        return result + escape(String(rest))
    }
}
