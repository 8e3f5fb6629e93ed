/// How one program names its columns, where that differs from what a name commonly means.
package struct MappingPreset: Hashable, Sendable {
    package let name: String
    /// It is this program's file when all columns of one of these lists are there...
    let marks: [[String]]
    /// ...and none of these.
    let foreign: [String]
    /// Columns in place of the common ones; an empty list for a field that such a file does not tell.
    let columns: [ListingField: [String]]
    /// Whether its rows are people, and a row that names no business is called by its person.
    let listsPeople: Bool

    init(
        _ name: String,
        marks: [[String]],
        foreign: [String] = [],
        columns: [ListingField: [String]] = [:],
        listsPeople: Bool = false
    ) {
        self.name = name
        self.marks = marks
        self.foreign = foreign
        self.columns = columns
        self.listsPeople = listsPeople
    }

    /// The first that fits the names of a header; `byName` when none does.
    package static func of(_ header: Set<String>) -> MappingPreset {
        all.first { preset in
            preset.marks.contains { $0.allSatisfy(header.contains) } && !preset.foreign.contains(where: header.contains)
        } ?? byName
    }

    package static func named(_ name: String) -> MappingPreset? { (all + [byName, none]).first { $0.name == name } }

    package static var names: [String] { (all + [byName, none]).map(\.name) }

    /// Every column means what it is called.
    static let byName = MappingPreset("by-name", marks: [])
    /// No column means anything but what the caller says.
    static let none = MappingPreset(
        "none",
        marks: [],
        columns: Dictionary(ListingField.allCases.map { ($0, []) }) { first, _ in first }
    )

    /// What the columns of listings are called, which no list of people has.
    private static let ofListings = ["placeid", "reviews", "reviewscount", "subtypes", "totalscore", "address1", "category"]

    private static let all: [MappingPreset] = [
        MappingPreset("gosom", marks: [["title", "reviewrating", "completeaddress"]], columns: [.name: ["title"], .personTitle: []]),
        MappingPreset("outscraper", marks: [["query", "name", "subtypes"], ["name", "subtypes", "reviewslink"]]),
        MappingPreset(
            "apify",
            marks: [["title", "totalscore"], ["title", "categoryname"], ["title", "reviewscount"], ["title", "placeid"]],
            columns: [.name: ["title"], .personTitle: []]
        ),
        MappingPreset("instant-data-scraper", marks: [["qbf1pd"], ["hfpxzchref"]]),
        MappingPreset(
            "hubspot",
            marks: [
                ["lifecyclestage"], ["contactid", "firstname", "email"], ["recordid", "firstname", "email"], ["hsobjectid"],
                ["contactowner", "firstname"],
            ],
            columns: [
                .name: ["companyname", "company", "associatedcompany", "associatedcompanyname", "associatedcompanydomain"],
                .company: [], .category: ["industry"],
                .source: ["leadsource", "originalsource", "originaltrafficsource", "hsanalyticssource"],
                .salesStage: ["leadstatus", "lifecyclestage", "hsleadstatus"], .businessStatus: [], .rating: [], .reviews: [],
                .website: ["websiteurl", "website", "associatedcompanydomain"],
            ],
            listsPeople: true
        ),
        MappingPreset(
            "salesforce",
            marks: [
                ["leadsource", "company"], ["leadid", "company"], ["leadstatus", "company"], ["lastname", "company", "status"],
                ["companyaccount", "lastname"], ["accountname", "lastname"], ["leadowner"],
            ],
            foreign: ofListings,
            columns: [
                .name: ["company", "companyaccount", "accountname"], .company: [], .category: ["industry"],
                .source: ["leadsource"], .salesStage: ["stage", "leadstatus", "status"], .businessStatus: [],
                // Hot, warm and cold.
                .rating: [], .reviews: [],
            ],
            listsPeople: true
        ),
        MappingPreset(
            "contact-list",
            marks: [["name", "company", "email"], ["name", "company", "phone"], ["fullname", "company"], ["firstname", "company"]],
            foreign: ofListings + ["rating", "latitude"],
            columns: [
                .name: ["company", "companyname"], .company: [], .person: ["name", "fullname", "contactname"],
                .source: ["source", "leadsource"], .salesStage: ["salesstage", "stage", "leadstatus"], .businessStatus: [], .reviews: [],
            ],
            listsPeople: true
        ),
    ]
}
