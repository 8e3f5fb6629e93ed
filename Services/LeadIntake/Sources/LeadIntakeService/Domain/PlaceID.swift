/// Google's id of a place: `ChIJN1t_tDeuEmsRUsoyG83frY4`. The only one of Google's ids that survives a spreadsheet: a `cid` is a
/// 64-bit number, which becomes `4.45E+18`.
package struct PlaceID: Hashable, Sendable {
    package let text: String

    package init?(_ text: some StringProtocol) {
        let bytes = text.utf8
        let isPlain = bytes.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "_"): true
            default: false
            }
        }
        // Place ids have no fixed length or beginning (Places API, "Place IDs"); what is only digits is a cid.
        guard isPlain, (4...512).contains(bytes.count), bytes.contains(where: { $0 > 57 }) else { return nil }
        self.text = String(text)
    }

    /// The id inside of a link to a place: `...&query_place_id=ChIJ...`, `...!19sChIJ...`, `...?placeid=ChIJ...`.
    package init?(link: some StringProtocol) {
        for mark in ["query_place_id=", "!19s", "place_id=", "placeid=", "place_id:"] {
            guard let found = link.firstRange(of: mark) else { continue }
            let id = link[found.upperBound...].prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
            if let id = PlaceID(id) {
                self = id
                return
            }
        }
        return nil
    }
}
