extension StringProtocol {
    /// The text fit to be stored and shown: white space, line breaks and control characters become single spaces, what can't be seen
    /// (format characters, private use, NUL) is left out, and it ends after `limit` characters.
    ///
    /// - Returns: `nil` when nothing is left.
    package func cleaned(limit: Int = 500) -> String? {
        // Most texts are clean already, and an import looks at millions.
        if utf8.withContiguousStorageIfAvailable({ PlainLetters.isClean($0, limit: limit) }) == true { return String(self) }
        var out = String.UnicodeScalarView()
        var isGap = false
        var count = 0
        for scalar in unicodeScalars {
            let properties = scalar.properties
            let isSpace = scalar.isASCII ? scalar.value <= 32 || scalar.value == 127 : properties.isWhitespace
            if isSpace || (!scalar.isASCII && properties.generalCategory == .control) {
                isGap = true
                continue
            }
            if !scalar.isASCII {
                switch properties.generalCategory {
                // Zero-width joiners carry meaning in Indic scripts and emoji; other format characters only hide things.
                case .format where scalar.value != 0x200C && scalar.value != 0x200D: continue
                case .privateUse, .unassigned, .surrogate: continue
                default: break
                }
            }
            if isGap, !out.isEmpty {
                out.append(" ")
                count += 1
            }
            isGap = false
            guard count < limit else { break }
            out.append(scalar)
            count += 1
        }
        while out.last == " " { out.removeLast() }
        return out.isEmpty ? nil : String(out)
    }

    /// Letters of the Latin script without their marks, digits, and `-` for every run of anything else: `Café Pequeño S.A.` is
    /// `cafe-pequeno-s-a`. Other scripts are romanised.
    package var asciiSlug: String {
        let plain = PlainLetters.slug(of: String(self))
        guard !utf8.allSatisfy({ $0 < 128 }), plain.utf8.count < 3, let latin = PlainLetters.romanised(String(self)) else { return plain }
        return PlainLetters.slug(of: latin)
    }
}
