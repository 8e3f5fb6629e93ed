/// What a column of a file can say about a lead.
package enum ListingField: Int, CaseIterable, Sendable {
    case name, category, subcategory, subtypes, phone, email, emailVerdict, website, profile, address, street, city, state, postalCode
    case country, latitude, longitude, rating, reviews, photos, hours, businessStatus, closedFlag, placeID, link
    case firstName, lastName, person, personTitle, company, source, cost, currency, tags, notes, salesStage, assignedTo, details

    /// What it is called in a mapping: the name of the lead's field, where it has one.
    package var name: String { Self.lines[rawValue].name }

    package init?(name: String) {
        guard let line = Self.lines.first(where: { $0.name == name }) else { return nil }
        self = line.field
    }

    /// The columns that mean it whatever program wrote the file, the most trusted first.
    var commonColumns: [String] { Self.lines[rawValue].columns }

    // One line for each case, in their order. The columns as ``ColumnName/plain(_:)`` writes them: those of Outscraper (old and new), Apify
    // (full, flattened, light), gosom, the class names of Google's own page that browser extensions take for headers, directories, and what
    // people write by hand.
    // swift-format-ignore
    private static let lines: [(field: ListingField, name: String, columns: [String])] = [
        (.name,           "name",             ["name", "businessname", "qbf1pd", "companyname", "company", "companyaccount", "placename", "organization", "organizationname", "accountname", "nombre", "empresa", "firma", "firmenname"]),
        (.category,       "category",         ["category", "categoryname", "maincategory", "primarycategory", "categories0", "type", "industry", "w4efsd", "keyword", "categoria", "branche"]),
        (.subcategory,    "subcategory",      ["subcategory", "type", "categories1", "categories0", "categories2"]),
        (.subtypes,       "subtypes",         ["subtypes", "categories"]),
        (.phone,          "phone",            ["phone", "phonenumber", "phoneunformatted", "telephone", "tel", "phone1", "mobile", "mobilephone", "mobilephonenumber", "businessphone", "internationalphonenumber", "companyphone", "contactphone", "telefono", "telefon", "celular"]),
        (.email,          "email",            ["email", "emails", "emailaddress", "email1", "email2", "email3", "email4", "email5", "email6", "email7", "email8", "email9", "email10", "emails0", "emails1", "emails2", "contactemail", "companyemail", "workemail", "correo", "correoelectronico"]),
        (.emailVerdict,   "email_verdict",    ["emailemailsvalidatorstatus", "email1emailsvalidatorstatus"]),
        (.website,        "website_url",      ["website", "site", "websiteurl", "web", "homepage", "companywebsite", "associatedcompanydomain", "companydomainname", "sitioweb"]),
        (.profile,        "profile_url",      ["facebook", "companyfacebook", "facebookurl", "instagram", "companyinstagram", "instagramurl", "linkedin", "companylinkedin", "facebooks0", "instagrams0"]),
        (.address,        "address",          ["fulladdress", "address", "formattedaddress", "completeaddress", "w4efsd3", "direccion", "adresse"]),
        (.street,         "street",           ["street", "streetaddress", "mailingstreet", "address1", "addressline1", "completeaddressstreet"]),
        (.city,           "city",             ["city", "town", "locality", "municipality", "mailingcity", "completeaddresscity", "ciudad", "stadt", "ort"]),
        (.state,          "state",            ["statecode", "usstate", "state", "region", "province", "stateregion", "stateprovince", "mailingstate", "completeaddressstate", "departamento", "estado"]),
        (.postalCode,     "postal_code",      ["postalcode", "zipcode", "zip", "zippostalcode", "postcode", "mailingpostalcode", "completeaddresspostalcode", "codigopostal", "plz"]),
        (.country,        "country",          ["countrycode", "country", "countryregion", "mailingcountry", "completeaddresscountry", "pais", "land"]),
        (.latitude,       "latitude",         ["latitude", "lat", "locationlat", "gpslatitude"]),
        (.longitude,      "longitude",        ["longitude", "longtitude", "lng", "lon", "long", "locationlng", "gpslongitude"]),
        (.rating,         "rating",           ["rating", "totalscore", "reviewrating", "mw4etd", "averagerating", "googlerating", "ratings", "stars", "calificacion"]),
        (.reviews,        "review_count",     ["reviews", "reviewscount", "reviewcount", "uy7f9", "userratingstotal", "ratingcount", "numberofreviews", "comments"]),
        (.photos,         "photo_count",      ["photoscount", "imagescount", "photocount", "imagecount", "photos", "images"]),
        (.hours,          "opening_hours",    ["workinghours", "openhours", "openinghours", "hours"]),
        (.businessStatus, "business_status",  ["businessstatus", "status", "permanentlyclosedtext"]),
        (.closedFlag,     "closed",           ["permanentlyclosed", "ispermanentlyclosed"]),
        (.placeID,        "gmb_id",           ["placeid", "googleplaceid", "gmbid", "gmapsplaceid"]),
        (.link,           "listing_url",      ["url", "link", "hfpxzchref", "locationlink", "googlemapsurl", "googlemapslink", "mapsurl", "placelink", "placeurl", "reviewslink", "locationreviewslink"]),
        (.firstName,      "first_name",       ["firstname", "contactfirstname", "nombrecontacto", "vorname"]),
        (.lastName,       "last_name",        ["lastname", "contactlastname", "surname", "apellido", "nachname"]),
        (.person,         "full_name",        ["fullname", "contactname", "contact", "contactperson", "ansprechpartner"]),
        (.personTitle,    "title",            ["title", "jobtitle", "contacttitle"]),
        (.company,        "company",          ["company", "companyname", "legalname"]),
        (.source,         "source",           ["leadsource"]),
        (.cost,           "acquisition_cost", ["acquisitioncost", "costperlead", "leadcost"]),
        (.currency,       "currency",         ["currency", "currencycode", "acquisitioncostcurrency", "moneda"]),
        (.tags,           "tags",             ["tags", "labels", "etiquetas"]),
        (.notes,          "notes",            ["notes", "note", "notas"]),
        (.salesStage,     "sales_stage",      ["salesstage"]),
        (.assignedTo,     "assigned_to",      ["assignedto"]),
        (.details,        "address_parts",    ["completeaddress"]),
    ]
}
