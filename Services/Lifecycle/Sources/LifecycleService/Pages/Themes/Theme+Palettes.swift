extension Theme {
    /// Its colours on the site of a business of that trade.
    package func palette(for trade: Trade) -> Palette { look.colourways[trade] ?? look.colourways[trade.kin] ?? look.palette }

    /// Each of its colourways once.
    package var palettes: [Palette] {
        let all = [look.palette] + look.colourways.sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
        var seen: Set<String> = []
        return all.filter { seen.insert($0.name).inserted }
    }

    /// What stands on what in this theme beside ``Palette/pairs``.
    package var pairs: [Palette.Pair] { look.pairs }

    /// Whether browsers are to draw their own parts light on dark.
    var isDark: Bool { self == .workshop }

    private struct Look {
        var palette: Palette
        var colourways: [Trade: Palette] = [:]
        var pairs: [Palette.Pair] = []
    }

    private var look: Look { Self.looks[self] ?? Look(palette: Palette("none", [:])) }

    private static let looks: [Theme: Look] = [
        .mainStreet: mainStreetLook, .workshop: workshopLook, .bistro: bistroLook, .atelier: atelierLook, .chambers: chambersLook,
        .daylight: daylightLook,
    ]

    // The columns are there to be read down.
    // swift-format-ignore
    private static let mainStreetLook: Look = {
        let base: [PageRole: UInt32] = [
            .paper: 0xFFFFFF, .ink: 0x17181C, .soft: 0x52555E, .panel: 0xF5F2EB, .line: 0xDDD8CB,
            .accent: 0xFFC53D, .onAccent: 0x1D1700, .deep: 0x17181C, .onDeep: 0xEBE9E4, .onBrand: 0xFFFFFF, .softOnBrand: 0xFFFFFF,
        ]
        func way(_ name: String, brand: UInt32, tint: UInt32, accent: UInt32 = 0xFFC53D) -> Palette {
            Palette(name, base, [.brand: brand, .link: brand, .mark: brand, .tint: tint, .accent: accent])
        }
        let cobalt = way("cobalt", brand: 0x2340C7, tint: 0xDCE4FF)
        let fern   = way("fern", brand: 0x1B6142, tint: 0xD9EEDD, accent: 0xFFB84D)
        let brick  = way("brick", brand: 0xAE2F1B, tint: 0xFFE2D4, accent: 0xFFC965)
        let plum   = way("plum", brand: 0x7A2460, tint: 0xFADFF0, accent: 0xFFBE5C)
        let teal   = way("teal", brand: 0x08616B, tint: 0xD4EFEF, accent: 0xFFC53D)
        return Look(
            palette: cobalt,
            colourways: [.shop: fern, .food: brick, .building: brick, .automotive: brick, .beauty: plum, .health: teal, .climate: teal, .lodging: fern, .education: teal, .printing: plum],
            pairs: [
                .init(.accent, on: .brand, atLeast: 3), .init(.paper, on: .ink), .init(.onDeep, on: .deep), .init(.ink, on: .tint),
            ]
        )
    }()

    // swift-format-ignore
    private static let workshopLook: Look = {
        let base: [PageRole: UInt32] = [
            .paper: 0x15181B, .ink: 0xF5F2EC, .soft: 0xBCC0C2, .panel: 0x1D2226, .tint: 0x1D2226, .line: 0x3A4147, .grid: 0x1E2327,
            .deep: 0x0C0E10, .onDeep: 0xD9DADB, .onBrand: 0x14130F, .softOnBrand: 0x14130F, .onAccent: 0x14130F,
        ]
        func way(_ name: String, _ signal: UInt32) -> Palette {
            Palette(name, base, [.brand: signal, .accent: signal, .link: signal, .mark: signal])
        }
        let yellow = way("yellow", 0xFFD23F)
        return Look(
            palette: yellow,
            colourways: [
                .plumbing: way("blue", 0x55C3FF), .climate: way("mint", 0x5FE0C4), .electrical: yellow, .building: way("orange", 0xFFA04A),
                .automotive: way("red", 0xFF8070), .fitness: way("lime", 0xC8F04A), .painting: way("mint", 0x5FE0C4), .repair: yellow,
            ],
            pairs: [.init(.ink, on: .line), .init(.ink, on: .deep), .init(.accent, on: .deep, atLeast: 3), .init(.mark, on: .panel)]
        )
    }()

    // swift-format-ignore
    private static let bistroLook: Look = {
        let base: [PageRole: UInt32] = [
            .paper: 0xFCF6EB, .ink: 0x2A1C15, .soft: 0x66513F, .panel: 0xF5EAD8, .tint: 0xF5EAD8, .line: 0xD8C6A9,
            .onBrand: 0xFFF8EC, .softOnBrand: 0xFFF8EC, .onAccent: 0xFFF8EC, .deep: 0x2A1C15, .onDeep: 0xF3E6D2, .stripe: 0xFFF8EC, .shade: 0x8C7350,
        ]
        func way(_ name: String, brand: UInt32, accent: UInt32, check: UInt32, check2: UInt32) -> Palette {
            Palette(name, base, [.brand: brand, .link: brand, .mark: brand, .accent: accent, .check: check, .check2: check2])
        }
        let tomato = way("tomato", brand: 0xA2281D, accent: 0x1E4F3B, check: 0xFBEDE6, check2: 0xEFC3B7)
        let olive  = way("olive", brand: 0x44541C, accent: 0x8A3413, check: 0xF4F3DF, check2: 0xDCDDB4)
        let ink    = way("harbour", brand: 0x174A66, accent: 0x99351B, check: 0xEAF2F5, check2: 0xC3DAE4)
        return Look(palette: tomato, colourways: [.lodging: ink, .shop: olive, .health: olive, .beauty: olive, .legal: ink, .office: ink],
                    pairs: [.init(.ink, on: .paper)])
    }()

    // swift-format-ignore
    private static let atelierLook: Look = {
        let base: [PageRole: UInt32] = [.paper: 0xFBF8F4, .ink: 0x29242A, .line: 0xDCD1C8, .onBrand: 0xFDF7F2, .softOnBrand: 0xFDF7F2, .onAccent: 0xFDF7F2, .onDeep: 0xFDF7F2]
        func way(_ name: String, brand: UInt32, mark: UInt32, soft: UInt32, panel: UInt32, tint: UInt32, blush: UInt32) -> Palette {
            Palette(name, base, [.brand: brand, .accent: brand, .deep: brand, .link: brand, .mark: mark, .soft: soft, .panel: panel, .tint: tint, .blush: blush])
        }
        let sand = way("sand", brand: 0x4A382A, mark: 0x8A5A2B, soft: 0x665A50, panel: 0xF3EBE0, tint: 0xEADBC8, blush: 0xD9A66F)
        return Look(
            palette: sand,
            colourways: [
                .beauty: way("rose", brand: 0x5A2C3E, mark: 0x9A4A62, soft: 0x6A575D, panel: 0xF6EAE8, tint: 0xF0D8D4, blush: 0xE0A295),
                .lodging: way("sage", brand: 0x2C4136, mark: 0x55703F, soft: 0x55605A, panel: 0xEEF0E7, tint: 0xD9E0CC, blush: 0xE3BE7E),
                .health: way("sage", brand: 0x2C4136, mark: 0x55703F, soft: 0x55605A, panel: 0xEEF0E7, tint: 0xD9E0CC, blush: 0xE3BE7E),
            ]
        )
    }()

    // swift-format-ignore
    private static let chambersLook: Look = {
        let base: [PageRole: UInt32] = [
            .paper: 0xFDFCF9, .ink: 0x1B212E, .soft: 0x545B69, .panel: 0xF4F1E9, .tint: 0xF4F1E9, .line: 0xD9D4C6, .mark: 0x7F6118,
            .accent: 0xD9B65C, .onAccent: 0x1B1607, .onBrand: 0xF6F1E3, .deep: 0x12161F, .onDeep: 0xE8E5DC,
        ]
        func way(_ name: String, brand: UInt32, soft: UInt32, line: UInt32, link: UInt32) -> Palette {
            Palette(name, base, [.brand: brand, .softOnBrand: soft, .lineOnBrand: line, .link: link])
        }
        let navy     = way("navy", brand: 0x15233F, soft: 0xC3CAD8, line: 0x35466A, link: 0x1F3F80)
        let pine     = way("pine", brand: 0x11352C, soft: 0xC0D2CA, line: 0x2F5A4E, link: 0x14594A)
        let burgundy = way("burgundy", brand: 0x431722, soft: 0xDCC6C9, line: 0x6E3542, link: 0x7A2033)
        return Look(palette: navy, colourways: [.office: pine, .lodging: burgundy, .beauty: burgundy, .food: burgundy, .building: pine],
                    pairs: [.init(.accent, on: .brand)])
    }()

    // swift-format-ignore
    private static let daylightLook: Look = {
        let base: [PageRole: UInt32] = [.panel: 0xFFFFFF, .onBrand: 0xFFFFFF, .softOnBrand: 0xFFFFFF]
        func way(_ name: String, paper: UInt32, ink: UInt32, soft: UInt32, brand: UInt32, tint: UInt32, line: UInt32, hill: UInt32, hill2: UInt32, accent: UInt32) -> Palette {
            Palette(name, base, [
                .paper: paper, .ink: ink, .soft: soft, .brand: brand, .link: brand, .mark: brand, .tint: tint, .line: line, .hill: hill, .hill2: hill2,
                .accent: accent, .onAccent: 0x2E1B00, .deep: ink, .onDeep: paper,
            ])
        }
        let teal = way("teal", paper: 0xEDF4F3, ink: 0x10302F, soft: 0x435C5A, brand: 0x0A5C63, tint: 0xD3EAE5, line: 0xD3E2E0, hill: 0x0F7077, hill2: 0x1C7F84, accent: 0xFFCF8B)
        let sky  = way("sky", paper: 0xEFF3FA, ink: 0x14233C, soft: 0x48546B, brand: 0x1F4C96, tint: 0xD9E5FB, line: 0xD6DEEC, hill: 0x2C60B3, hill2: 0x3A6BBE, accent: 0xFFD27A)
        let plum = way("plum", paper: 0xF7F1F6, ink: 0x311A30, soft: 0x5F4B5D, brand: 0x6D2C69, tint: 0xF0DCEE, line: 0xE6D8E4, hill: 0x82407E, hill2: 0x915289, accent: 0xFFC9A3)
        let leaf = way("leaf", paper: 0xF0F5EC, ink: 0x1B2E1A, soft: 0x4B5C48, brand: 0x2B5F33, tint: 0xDBEBD3, line: 0xD9E3D3, hill: 0x387541, hill2: 0x45804A, accent: 0xFFD277)
        return Look(palette: sky, colourways: [.health: teal, .climate: teal, .beauty: plum, .lodging: leaf, .food: leaf, .building: leaf, .cleaning: sky, .shop: plum],
                    pairs: [.init(.onBrand, on: .hill), .init(.onBrand, on: .hill2), .init(.ink, on: .tint)])
    }()
}
