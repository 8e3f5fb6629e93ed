import Foundation

/// Line icons on a grid of 24, drawn for this product: paths of ours only, so that they may stand in a page unescaped.
enum PageIcons {
    /// The small ones, by the names that the template's partials have.
    static let interface: [(name: String, path: String)] = [
        (
            "phone",
            #"<path d="M5 3.5h3.2l1.7 4.4-2.1 1.5a11.5 11.5 0 0 0 5.8 5.8l1.5-2.1 4.4 1.7V18a2.5 2.5 0 0 1-2.7 2.5C9.7 20 4 14.3 3.5 6.200A2.5 2.5 0 0 1 5 3.500z"/>"#
        ),
        ("pin", #"<path d="M12 21.500s7-6.1 7-11.500a7 7 0 0 0-14 0c0 5.4 7 11.5 7 11.500z"/><circle cx="12" cy="10" r="2.6"/>"#),
        ("mail", #"<rect x="3" y="5" width="18" height="14" rx="2.5"/><path d="m3.5 7 8.5 6 8.5-6"/>"#),
    ]

    static func svg(_ path: String) -> String {
        #"<svg class="line" viewBox="0 0 24 24" aria-hidden="true">"# + path + "</svg>"
    }

    /// The initial on a tile, as a `data:` URL: browsers that find no icon would ask for one, and complain.
    static func favicon(_ initial: String, on surface: PageColor, in ink: PageColor) -> String {
        let letter = initial.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        let (fill, text) = (surface.css.dropFirst(), ink.css.dropFirst())
        return "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'%20viewBox='0%200%2032%2032'%3E"
            + "%3Crect%20width='32'%20height='32'%20rx='7'%20fill='%23\(fill)'/%3E%3Ctext%20x='16'%20y='23'%20font-family='sans-serif'%20"
            + "font-weight='700'%20font-size='20'%20text-anchor='middle'%20fill='%23\(text)'%3E\(letter)%3C/text%3E%3C/svg%3E"
    }

    /// A trade's own, or that of its kin.
    static func of(_ trade: Trade) -> String { trades[trade] ?? trades[trade.kin] ?? star }

    private static let star =
        #"<path d="m12 3 2.6 5.6 6 .8-4.4 4.2 1.1 6L12 16.7 6.7 19.600l1.1-6L3.4 9.400l6-.8z"/>"#

    private static let trades: [Trade: String] = [
        .plumbing:
            #"<path d="M4 9h9a4 4 0 0 1 4 4v2h-4v-1.500h-9z"/><path d="M8.5 9V5.500M5.5 5h6"/><path d="M15 17.500s2 2.3 2 3.500a2 2 0 0 1-4 0c0-1.2 2-3.5 2-3.500z"/>"#,
        .climate:
            #"<path d="M12 2.500v19M3.8 7.200l16.4 9.600M20.2 7.2 3.8 16.8"/><path d="m9.5 4.5 2.5 2 2.5-2M9.5 19.500l2.5-2 2.5 2M4.3 10.300l2.9-1.2-.5-3.100M19.7 13.700l-2.9 1.2.5 3.100M19.7 10.300l-2.9-1.2.5-3.100M4.3 13.700l2.9 1.2-.5 3.1"/>"#,
        .electrical:
            #"<path d="M13 2.5 5 13.500h6l-1 8 8-11h-6z"/>"#,
        .building:
            #"<path d="M3 11.5 12 4l9 7.5"/><path d="M5.5 10v10h13V10"/><path d="M10 20v-5.500h4V20"/>"#,
        .automotive:
            #"<path d="M3 16.500v-3.500l2-1.2 2-4.300h9.500l2.5 4.3 2 1.200v3.500h-2"/><path d="M9 16.500h6M5.5 11.800h13"/><circle cx="7" cy="16.8" r="2"/><circle cx="17" cy="16.8" r="2"/>"#,
        .food:
            #"<path d="M6 3v6a2.5 2.5 0 0 0 5 0V3M8.5 3v18"/><path d="M17.5 21v-7M17.5 14c-2 0-2.5-2-2.5-5s1-6 2.5-6z"/>"#,
        .shop:
            #"<path d="M4 9.5 5.5 4h13L20 9.500a2.7 2.7 0 0 1-5.3 0 2.7 2.7 0 0 1-5.4 0 2.7 2.7 0 0 1-5.3 0z"/><path d="M5.5 12v8h13v-8M10 20v-4.500h4V20"/>"#,
        .beauty:
            #"<circle cx="6.5" cy="6.5" r="2.8"/><circle cx="6.5" cy="17.5" r="2.8"/><path d="M8.8 8.2 20 17M8.8 15.8 20 7"/>"#,
        .health:
            #"<path d="M12 20.500S3.5 15.5 3.5 9.300A4.8 4.8 0 0 1 12 6.500a4.8 4.8 0 0 1 8.5 2.800c0 6.2-8.5 11.2-8.5 11.200z"/><path d="M12 9.500v5M9.5 12h5"/>"#,
        .legal:
            #"<path d="M12 3.500v17M7.5 20.500h9M5 6.500h14"/><path d="m5 6.5-2.7 7a2.9 2.9 0 0 0 5.4 0zM19 6.500l-2.7 7a2.9 2.9 0 0 0 5.4 0z"/>"#,
        .lodging:
            #"<path d="M3 19.500V6M3 16.500h18v3M21 16.500v-3a3 3 0 0 0-3-3h-7v6"/><circle cx="7" cy="11.5" r="2"/>"#,
        .office:
            #"<rect x="3" y="7.5" width="18" height="12.5" rx="2"/><path d="M8.5 7.500V5.500a1.5 1.5 0 0 1 1.5-1.500h4a1.5 1.5 0 0 1 1.5 1.500v2M3 13h18M12 12v2"/>"#,
        .landscaping:
            #"<path d="M5 19C5 10 10 5 20 5c0 10-5 15-13 14M4 21.5c1-5 4-8 9-10"/>"#,
        .painting:
            #"<rect x="4" y="4" width="13" height="5" rx="1.5"/><path d="M17 6.5h3v5h-8v3"/><rect x="10.5" y="14.5" width="3" height="6" rx="1"/>"#,
        .cleaning:
            #"<path d="M9 3c.6 4.2 2 5.6 6 6-4 .6-5.4 2-6 6-.6-4-2-5.4-6-6 4-.4 5.4-1.8 6-6zM17.5 14c.3 2.2 1.2 3 3.5 3.5-2.3.4-3.2 1.3-3.5 3.5-.4-2.2-1.3-3.1-3.5-3.5 2.2-.5 3.1-1.3 3.5-3.5z"/>"#,
        .repair:
            #"<path d="M20 6.5a5 5 0 0 1-6.600 6L7 19a2.1 2.1 0 0 1-3-3l6.5-6.400a5 5 0 0 1 6-6.600l-3 3 1 2.500 2.5 1z"/>"#,
        .roofing:
            #"<path d="M2.5 12 12 4.500l9.5 7.500M6 12.500V20h12v-7.500M8.5 12h7M7 15.800h10"/>"#,
        .dental:
            #"<path d="M7 3.500c2 0 3 1 5 1s3-1 5-1c2.5 0 3.5 2 3.5 4.500 0 4-2 5-2.500 8.500-.4 2.5-.8 4-2 4-2 0-1.5-6-4-6s-2 6-4 6c-1.2 0-1.6-1.5-2-4C5.5 13 3.5 12 3.5 8 3.5 5.5 4.5 3.5 7 3.500z"/>"#,
        .veterinary:
            #"<circle cx="5.5" cy="11" r="1.8"/><circle cx="9.5" cy="6.5" r="2"/><circle cx="14.5" cy="6.5" r="2"/><circle cx="18.5" cy="11" r="1.8"/><path d="M12 11.500c2.5 0 5.5 3.5 5.5 6A2.5 2.5 0 0 1 15 20c-1 0-2-.6-3-.6s-2 .6-3 .6a2.5 2.5 0 0 1-2.500-2.500c0-2.500 3-6 5.5-6z"/>"#,
        .fitness:
            #"<path d="M3 9.500v5M6 7v10M18 7v10M21 9.500v5M6 12h12"/>"#,
        .education:
            #"<path d="m2.500 9.500 9.500-4.500 9.500 4.500-9.500 4.500zM6.500 11.500V16c3 2.500 8 2.500 11 0v-4.500M21.500 9.500V15"/>"#,
        .realEstate:
            #"<circle cx="8" cy="15.500" r="4.500"/><path d="M11.200 12.300 20 3.500M16 7.500l3 3M13.500 10l2 2"/>"#,
        .accounting:
            #"<rect x="5" y="3" width="14" height="18" rx="2"/><path d="M8.500 7h7M8.500 12h.1M12 12h.1M15.500 12h.1M8.500 16.500h.1M12 16.500h.1M15.500 16.500h.1"/>"#,
        .bakery:
            #"<path d="M4 11a4 4 0 0 1 3-6.500h10a4 4 0 0 1 3 6.500v8.500H4zM9.500 9.500l-1 3M13 9.500l-1 3M16.500 9.500l-1 3"/>"#,
        .butcher:
            #"<path d="M3.500 5h17v7.500a2 2 0 0 1-2 2h-9v6a1.500 1.500 0 0 1-3 0v-6h-3z"/><circle cx="17" cy="8.200" r="1"/>"#,
        .printing:
            #"<path d="M7 8V3.500h10V8M7 17H4.500a1 1 0 0 1-1-1V9a1 1 0 0 1 1-1h15a1 1 0 0 1 1 1v7a1 1 0 0 1-1 1H17M7 14h10v6.500H7z"/>"#,
    ]
}
