/// How the telephone numbers of one country are made: the rules of its national plan, as far as they tell a possible number from an impossible one.
package struct NumberingPlan: Sendable {
    package let country: String
    package let callingCode: String
    /// What is dialled before a national number inside the country and not from abroad; longest first.
    package let trunkPrefixes: [String]
    package let shapes: [Shape]

    /// A national number that begins with one of `prefixes` has one of `lengths` digits. The first shape whose prefix fits decides.
    package struct Shape: Sendable {
        let prefixes: [String]
        let lengths: Set<Int>
    }

    /// Whether `digits` is a possible national (significant) number.
    package func allows(_ digits: Substring) -> Bool {
        if callingCode == "1" { return Self.isNorthAmerican(digits) }
        // Where a 0 is dialled first inside the country, none of its national numbers begins with one.
        if digits.hasPrefix("0"), trunkPrefixes.contains(where: { $0.hasPrefix("0") }) { return false }
        let shape = shapes.first { $0.prefixes.isEmpty || $0.prefixes.contains { digits.hasPrefix($0) } }
        return shape?.lengths.contains(digits.utf8.count) ?? false
    }

    /// NANP: area code [2-9]XX and exchange [2-9]XX, neither of them N11 (a service code).
    private static func isNorthAmerican(_ digits: Substring) -> Bool {
        let d = Array(digits.utf8)
        guard d.count == 10 else { return false }
        func isCode(_ at: Int) -> Bool { d[at] >= UInt8(ascii: "2") && !(d[at + 1] == UInt8(ascii: "1") && d[at + 2] == UInt8(ascii: "1")) }
        // Area codes with 9 in the middle are held back for the plan's expansion.
        return isCode(0) && d[1] != UInt8(ascii: "9") && isCode(3)
    }

    package static func of(_ country: String) -> NumberingPlan? { byCountry[country] }

    /// The plan of an international number without its `+`, by the longest calling code it begins with. `+1` without a Canadian or
    /// Caribbean area code is the United States.
    package static func ofInternational(_ digits: Substring) -> NumberingPlan? {
        if digits.hasPrefix("1") {
            let area = String(digits.dropFirst().prefix(3))
            return of(northAmericanAreas.first { $0.value.contains(area) }?.key ?? "US")
        }
        return (1...3).reversed().lazy.compactMap { byCallingCode[String(digits.prefix($0))] }.first
    }

    /// Whether a country has `digits` for its calling code at the beginning, though there is no plan for it here.
    package static func isAssigned(_ digits: Substring) -> Bool {
        (1...3).contains { otherCallingCodes.contains(String(digits.prefix($0))) }
    }

    private static let byCountry = Dictionary(plans.map { ($0.country, $0) }) { first, _ in first }
    private static let byCallingCode = Dictionary(plans.map { ($0.callingCode, $0) }) { first, _ in first }

    private static let northAmericanAreas: [String: Set<String>] = [
        "CA": [
            "204", "226", "236", "249", "250", "257", "263", "289", "306", "343", "354", "365", "367", "368", "382", "403", "416", "418",
            "428", "431", "437", "438", "450", "460", "468", "474", "506", "514", "519", "537", "548", "568", "579", "581", "584", "587",
            "604", "613", "639", "647", "672", "683", "705", "709", "742", "753", "778", "780", "782", "807", "819", "825", "867", "873",
            "879", "902", "905", "942",
        ],
        "DO": ["809", "829", "849"], "PR": ["787", "939"], "JM": ["876", "658"], "TT": ["868"], "BS": ["242"], "BB": ["246"],
    ]

    // From the ITU's list of national numbering plans and the regulators' own; one line for each country:
    // code, calling code, trunk prefixes, then shapes `prefix,prefix:length,length` (`*` stands for any other prefix).
    // swift-format-ignore
    private static let plans: [NumberingPlan] = """
        US 1 1 *:10
        CA 1 1 *:10
        DO 1 1 *:10
        PR 1 1 *:10
        JM 1 1 *:10
        TT 1 1 *:10
        BS 1 1 *:10
        BB 1 1 *:10
        GB 44 0 1:9,10 2,3,7,9:10 5:9,10 80:7,9,10 8:7,9,10
        GT 502 - 2,3,4,5,6,7:8 1:11
        MX 52 045,044,01 2,3,4,5,6,7,8,9:10
        ES 34 - 6,7,8,9:9
        IN 91 0 1800,1860:10,11,12,13 1,2,3,4,5,6,7,8,9:10
        TR 90 0 444:7 2,3,4,5,8,9:10
        TH 66 0 1800:10 6,8,9:9 2,3,4,5,7:8
        AU 61 0 13:6,10 18:7,10 2,3,4,7,8:9
        SV 503 - 2,6,7:8 800,900:7,11
        HN 504 - 2,3,8,9:8
        NI 505 - 1,2,5,7,8:8
        CR 506 - 2,4,5,6,7,8:8 9:10
        PA 507 - 6:8 2,3,4,5,7,8,9:7
        BZ 501 - 2,3,4,5,6,7,8:7
        CO 57 0 3,6:10 1:10,11
        VE 58 0 2,4,5,8:10
        EC 593 0 9:9 2,3,4,5,6,7:8 1:10
        PE 51 0 9:9 1:8 4,5,6,7,8:8
        BO 591 0 2,3,4:8 6,7:8
        CL 56 - 2,3,4,5,6,7,9:9 8:9
        PY 595 0 9:9 2,3,4,5,6,7,8:7,8,9
        UY 598 0 2,4:8 9:8
        AR 54 0 9:11 1,2,3:10 6,8:10
        BR 55 0 *:10,11
        CU 53 0 *:6,7,8
        PT 351 - 2,3,6,7,8,9:9
        FR 33 0 1,2,3,4,5,6,7,8,9:9
        DE 49 0 15,16,17:10,11 *:6,7,8,9,10,11
        IT 39 - 0:6,7,8,9,10,11 3:9,10 8:6,8,9,10
        NL 31 0 *:9
        BE 32 0 4:9 1,2,3,5,6,7,8,9:8
        CH 41 0 *:9
        AT 43 0 *:7,8,9,10,11,12,13
        IE 353 0 1:8 8:9 *:7,8,9
        DK 45 - *:8
        SE 46 0 *:7,8,9
        NO 47 - *:8
        FI 358 0 *:6,7,8,9,10
        PL 48 - *:9
        CZ 420 - *:9
        SK 421 0 *:9
        HU 36 06 *:8,9
        RO 40 0 *:9
        BG 359 0 *:7,8,9
        GR 30 - 2,6,7,8:10
        UA 380 0 *:9
        RU 7 8 3,4,8,9:10
        IL 972 0 *:8,9
        AE 971 0 5:9 *:8
        SA 966 0 5:9 1:9 8,9:9,10
        QA 974 - *:8
        KW 965 - *:8
        EG 20 0 1:10 *:8,9
        ZA 27 0 *:9
        NG 234 0 *:8,10
        KE 254 0 *:9
        GH 233 0 *:9
        MA 212 0 *:9
        PK 92 0 3:10 *:9,10
        BD 880 0 1:10 *:8,9,10
        LK 94 0 *:9
        NP 977 0 9:10 *:8
        CN 86 0 1:11 *:10,11
        HK 852 - *:8
        TW 886 0 *:8,9
        JP 81 0 7,8,9:9,10 *:9
        KR 82 0 *:8,9,10
        SG 65 - 3,6,8,9:8 1:11
        MY 60 0 1:9,10 *:8,9
        ID 62 0 8:9,10,11,12 *:8,9,10
        PH 63 0 9:10 *:8,9,10
        VN 84 0 *:9,10
        NZ 64 0 2:8,9,10 3,4,6,7,9:8 5,8:8,9,10
        """
        .split(separator: "\n").map { line in
            let parts = line.split(separator: " ").map(String.init)
            return NumberingPlan(
                country: parts[0],
                callingCode: parts[1],
                trunkPrefixes: parts[2] == "-" ? [] : parts[2].split(separator: ",").map(String.init),
                shapes: parts.dropFirst(3).map { part in
                    let sides = part.split(separator: ":")
                    return Shape(
                        prefixes: sides[0] == "*" ? [] : sides[0].split(separator: ",").map(String.init),
                        lengths: Set(sides[1].split(separator: ",").compactMap { Int($0) })
                    )
                }
            )
        }

    // Calling codes (ITU E.164 list) of the countries that have no line above: their numbers are held to E.164's lengths only.
    private static let otherCallingCodes = Set(
        """
        211 213 216 218 220 221 222 223 224 225 226 227 228 229 230 231 232 235 236 237 238 239 240 241 242 243 244 245 246 247 248 249 250
        251 252 253 255 256 257 258 260 261 262 263 264 265 266 267 268 269 290 291 297 298 299 350 352 354 355 356 357 370 371 372 373 374
        375 376 377 378 381 382 383 385 386 387 389 423 500 508 509 590 592 594 596 597 599 670 672 673 674 675 676 677 678 679 680 681 682
        683 685 686 687 688 689 690 691 692 850 853 855 856 93 95 960 961 962 963 964 967 968 970 973 975 976 98 992 993 994 995 996 998
        """
        .split { $0 == " " || $0 == "\n" }.map(String.init)
    )
}
