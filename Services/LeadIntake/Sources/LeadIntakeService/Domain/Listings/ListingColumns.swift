import Foundation

/// What the columns of a listing export mean, by their names: one table for all exports that are known.
///
/// Within a field the first column that has something to say is taken, so the order is one of trust.
package struct ListingColumns: Sendable {
    package enum Field: Int, CaseIterable, Sendable {
        case name, titleAsName, category, subcategory, subtypes, phone, email, emailVerdict, website, profile, address, street
        case city, state, postalCode, country, latitude, longitude, rating, reviews, photos, hours, businessStatus, closedFlag
        case placeID, link, firstName, lastName, person, personTitle, details
    }

    // Names as ``ColumnName/plain(_:)`` writes them. Outscraper (old and new), Apify (full, flattened, light), gosom, the class names
    // of Google's own page that browser extensions take for headers, directories, and what people write by hand.
    // swift-format-ignore
    private static let names: [Field: [String]] = [
        .name:           ["name", "businessname", "qbf1pd", "companyname", "company", "placename", "organization", "accountname", "nombre"],
        .titleAsName:    ["title"],
        .category:       ["category", "categoryname", "maincategory", "primarycategory", "categories0", "type", "industry", "w4efsd", "keyword", "categoria"],
        .subcategory:    ["subcategory", "type", "categories1", "categories0", "categories2"],
        .subtypes:       ["subtypes", "categories"],
        .phone:          ["phone", "phonenumber", "phoneunformatted", "telephone", "tel", "phone1", "mobile", "mobilephone", "internationalphonenumber", "companyphone", "contactphone", "telefono"],
        .email:          ["email", "emails", "emailaddress", "email1", "email2", "email3", "email4", "email5", "email6", "email7", "email8", "email9", "email10", "emails0", "emails1", "emails2", "contactemail", "companyemail", "correo"],
        .emailVerdict:   ["emailemailsvalidatorstatus", "email1emailsvalidatorstatus"],
        .website:        ["website", "site", "websiteurl", "web", "homepage", "companywebsite", "associatedcompanydomain", "sitioweb"],
        .profile:        ["facebook", "companyfacebook", "facebookurl", "instagram", "companyinstagram", "instagramurl", "linkedin", "companylinkedin", "facebooks0", "instagrams0"],
        .address:        ["fulladdress", "address", "formattedaddress", "completeaddress", "w4efsd3", "direccion"],
        .street:         ["street", "streetaddress", "address1", "addressline1", "completeaddressstreet"],
        .city:           ["city", "town", "locality", "municipality", "completeaddresscity", "ciudad"],
        .state:          ["statecode", "usstate", "state", "region", "province", "stateregion", "completeaddressstate", "departamento", "estado"],
        .postalCode:     ["postalcode", "zipcode", "zip", "postcode", "completeaddresspostalcode", "codigopostal"],
        .country:        ["countrycode", "country", "completeaddresscountry", "pais"],
        .latitude:       ["latitude", "lat", "locationlat", "gpslatitude"],
        .longitude:      ["longitude", "longtitude", "lng", "lon", "long", "locationlng", "gpslongitude"],
        .rating:         ["rating", "totalscore", "reviewrating", "mw4etd", "averagerating", "googlerating", "ratings", "stars", "calificacion"],
        .reviews:        ["reviews", "reviewscount", "reviewcount", "uy7f9", "userratingstotal", "ratingcount", "numberofreviews", "comments"],
        .photos:         ["photoscount", "imagescount", "photocount", "imagecount", "photos", "images"],
        .hours:          ["workinghours", "openhours", "openinghours", "hours"],
        .businessStatus: ["businessstatus", "status", "permanentlyclosedtext"],
        .closedFlag:     ["permanentlyclosed", "ispermanentlyclosed"],
        .placeID:        ["placeid", "googleplaceid", "gmbid", "gmapsplaceid"],
        .link:           ["url", "link", "hfpxzchref", "locationlink", "googlemapsurl", "googlemapslink", "mapsurl", "placelink", "placeurl", "reviewslink", "locationreviewslink"],
        .firstName:      ["firstname", "contactfirstname", "nombrecontacto"],
        .lastName:       ["lastname", "contactlastname", "surname"],
        .person:         ["fullname", "contactname", "contact", "contactperson"],
        .personTitle:    ["title", "jobtitle", "contacttitle"],
        .details:        ["completeaddress"],
    ]

    private static let daysOfWeek = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    package let header: [String]
    private var columns: [[Int]]
    /// `openingHours/0/day` and `openingHours/0/hours`.
    package let dayHours: [(day: Int, hours: Int)]
    /// `working_hours.monday`, or its first element.
    package let hoursByDay: [(day: String, column: Int)]

    package init(header: [String]) {
        self.header = header
        let byName = Dictionary(header.enumerated().map { (ColumnName.plain($1), $0) }) { first, _ in first }
        columns = Field.allCases.map { (Self.names[$0] ?? []).compactMap { byName[$0] } }
        dayHours = (0..<7).compactMap { index in
            guard let day = byName["openinghours\(index)day"], let hours = byName["openinghours\(index)hours"] else { return nil }
            return (day, hours)
        }
        hoursByDay = Self.daysOfWeek.compactMap { day in
            let column = ["workinghours", "openhours"].lazy.flatMap { [$0 + day, $0 + day + "0"] }.compactMap { byName[$0] }.first
            return column.map { (day.capitalized, $0) }
        }
        // "title" is the business in the exports that have no other column for it, and else the title of a person.
        let hasName = !columns[Field.name.rawValue].isEmpty
        columns[(hasName ? Field.titleAsName : .personTitle).rawValue] = []
    }

    package subscript(field: Field) -> [Int] { columns[field.rawValue] }

    /// Whether the header names a business at all: else none of the rows can become a lead.
    package var nameBusiness: Bool { !self[.name].isEmpty || !self[.titleAsName].isEmpty }
}
