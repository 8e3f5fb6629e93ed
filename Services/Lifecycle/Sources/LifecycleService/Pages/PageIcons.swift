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

    static func of(_ trade: Trade) -> String {
        switch trade.kin {
        case .plumbing:
            #"<path d="M4 9h9a4 4 0 0 1 4 4v2h-4v-1.500h-9z"/><path d="M8.5 9V5.500M5.5 5h6"/><path d="M15 17.500s2 2.3 2 3.500a2 2 0 0 1-4 0c0-1.2 2-3.5 2-3.500z"/>"#
        case .climate:
            #"<path d="M12 2.500v19M3.8 7.200l16.4 9.600M20.2 7.2 3.8 16.8"/><path d="m9.5 4.5 2.5 2 2.5-2M9.5 19.500l2.5-2 2.5 2M4.3 10.300l2.9-1.2-.5-3.100M19.7 13.700l-2.9 1.2.5 3.100M19.7 10.300l-2.9-1.2.5-3.100M4.3 13.700l2.9 1.2-.5 3.1"/>"#
        case .electrical:
            #"<path d="M13 2.5 5 13.500h6l-1 8 8-11h-6z"/>"#
        case .building:
            #"<path d="M3 11.5 12 4l9 7.5"/><path d="M5.5 10v10h13V10"/><path d="M10 20v-5.500h4V20"/>"#
        case .automotive:
            #"<path d="M3 16.500v-3.500l2-1.2 2-4.300h9.500l2.5 4.3 2 1.200v3.500h-2"/><path d="M9 16.500h6M5.5 11.800h13"/><circle cx="7" cy="16.8" r="2"/><circle cx="17" cy="16.8" r="2"/>"#
        case .food:
            #"<path d="M6 3v6a2.5 2.5 0 0 0 5 0V3M8.5 3v18"/><path d="M17.5 21v-7M17.5 14c-2 0-2.5-2-2.5-5s1-6 2.5-6z"/>"#
        case .shop:
            #"<path d="M4 9.5 5.5 4h13L20 9.500a2.7 2.7 0 0 1-5.3 0 2.7 2.7 0 0 1-5.4 0 2.7 2.7 0 0 1-5.3 0z"/><path d="M5.5 12v8h13v-8M10 20v-4.500h4V20"/>"#
        case .beauty:
            #"<circle cx="6.5" cy="6.5" r="2.8"/><circle cx="6.5" cy="17.5" r="2.8"/><path d="M8.8 8.2 20 17M8.8 15.8 20 7"/>"#
        case .health:
            #"<path d="M12 20.500S3.5 15.5 3.5 9.300A4.8 4.8 0 0 1 12 6.500a4.8 4.8 0 0 1 8.5 2.800c0 6.2-8.5 11.2-8.5 11.200z"/><path d="M12 9.500v5M9.5 12h5"/>"#
        case .legal:
            #"<path d="M12 3.500v17M7.5 20.500h9M5 6.500h14"/><path d="m5 6.5-2.7 7a2.9 2.9 0 0 0 5.4 0zM19 6.500l-2.7 7a2.9 2.9 0 0 0 5.4 0z"/>"#
        case .lodging:
            #"<path d="M3 19.500V6M3 16.500h18v3M21 16.500v-3a3 3 0 0 0-3-3h-7v6"/><circle cx="7" cy="11.5" r="2"/>"#
        case .office:
            #"<rect x="3" y="7.5" width="18" height="12.5" rx="2"/><path d="M8.5 7.500V5.500a1.5 1.5 0 0 1 1.5-1.500h4a1.5 1.5 0 0 1 1.5 1.500v2M3 13h18M12 12v2"/>"#
        default:
            #"<path d="m12 3 2.6 5.6 6 .8-4.4 4.2 1.1 6L12 16.7 6.7 19.600l1.1-6L3.4 9.400l6-.8z"/>"#
        }
    }
}
