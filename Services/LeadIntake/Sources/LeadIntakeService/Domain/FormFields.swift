package import Contracts
import Foundation

/// What is read of a post, by the names that forms give their fields. All else is kept in the record, as it came.
package enum FormFields {
    /// A field that a lead has, or is told of.
    package enum Meaning: String, CaseIterable, Sendable {
        case name, business, company, category
        case firstName = "first_name"
        case lastName = "last_name"
        case title, email, phone
        case websiteURL = "website_url"
        case address, city, state
        case postalCode = "postal_code"
        case country, message
    }

    /// Capitals don't count, and `-` and blanks are `_`.
    package static func meaning(of name: String) -> Meaning? {
        let plain = String(name.lowercased().prefix(60).map { $0 == "-" || $0 == " " || $0 == "." ? "_" : $0 })
        return Meaning(rawValue: plain) ?? others[plain]
    }

    private static let others: [String: Meaning] = [
        "your_name": .name, "full_name": .name, "fullname": .name, "nombre": .name,
        "business_name": .business, "negocio": .business,
        "company_name": .company, "organization": .company, "organisation": .company, "empresa": .company,
        "firstname": .firstName, "given_name": .firstName, "fname": .firstName,
        "lastname": .lastName, "family_name": .lastName, "surname": .lastName, "lname": .lastName, "apellido": .lastName,
        "e_mail": .email, "mail": .email, "email_address": .email, "your_email": .email, "correo": .email,
        "tel": .phone, "telephone": .phone, "phone_number": .phone, "mobile": .phone, "telefono": .phone, "whatsapp": .phone,
        "website": .websiteURL, "url": .websiteURL, "web": .websiteURL,
        "street": .address, "street_address": .address, "direccion": .address, "town": .city, "ciudad": .city, "region": .state,
        "zip": .postalCode, "zip_code": .postalCode, "zipcode": .postalCode, "postcode": .postalCode, "postal": .postalCode,
        "comments": .message, "comment": .message, "notes": .message, "your_message": .message, "mensaje": .message,
    ]
}

/// A post, understood: the business it tells of, and what else was said.
package struct FormLead: Sendable {
    package static let messageLimit = 10_000

    package enum Outcome: Sendable {
        case accepted(FormLead)
        /// Somebody filled the field that nobody sees.
        case trapped
        /// By the meaning of the field, with the name that the form gives it.
        case rejected([(field: String, sentAs: String, detail: String)])
    }

    package var business: CheckedLead
    package var message: String?
    /// All of the post, as JSON.
    package var record: String

    package static func read(
        _ post: FormPost,
        of form: WebForm,
        origin: String?,
        defaultCountry: String,
        models: ScoringModels
    ) -> Outcome {
        if post.fields.contains(where: { $0.name == form.honeypot && !$0.value.allSatisfy(\.isWhitespace) }) { return .trapped }
        var values: [FormFields.Meaning: (sentAs: String, text: String)] = [:]
        for field in post.fields {
            guard let meaning = FormFields.meaning(of: field.name), values[meaning] == nil, field.value.cleaned() != nil else { continue }
            values[meaning] = (field.name, field.value)
        }
        var faults: [Finding] = []
        let draft = draft(of: values.mapValues(\.text), for: form)
        // Without a name nothing else would be looked at.
        if draft.name.isEmpty { faults.append(Finding("name", "is required: your name, or your business's")) }
        let message = values[.message].flatMap { NoteText.cleaned($0.text) }
        if let count = message?.count, count > messageLimit {
            faults.append(Finding("message", "may have 10,000 characters, and has \(count)"))
        }
        let check = LeadCheck(.entry, defaultCountry: form.country ?? defaultCountry, defaultSource: form.source, models: models)
        var named = draft
        if named.name.isEmpty { named.name = "-" }
        switch check(named) {
        case .rejected(let findings): faults += findings
        case .accepted(let business, _):
            if faults.isEmpty {
                return .accepted(FormLead(business: business, message: message, record: record(of: post, form, origin)))
            }
        }
        return .rejected(
            faults.map { fault in
                let sentAs = FormFields.Meaning(rawValue: fault.field).flatMap { values[$0]?.sentAs }
                return (fault.field, sentAs.map { String($0.prefix(60)) } ?? fault.field, fault.detail)
            }
        )
    }

    private static func draft(of values: [FormFields.Meaning: String], for form: WebForm) -> LeadDraft {
        let person = (first: values[.firstName], last: values[.lastName])
        let full = [person.first, person.last].compactMap(\.self).joined(separator: " ")
        let business = values[.business] ?? values[.company]
        var draft = LeadDraft(name: (business ?? values[.name] ?? full).cleaned(limit: 200) ?? "")
        (draft.firstName, draft.lastName) = person
        // Beside a business, the name is the person's.
        if business != nil, full.isEmpty, let name = values[.name]?.cleaned(limit: 200) {
            let words = name.split(separator: " ", maxSplits: 1)
            (draft.firstName, draft.lastName) = (words.first.map(String.init), words.count == 2 ? String(words[1]) : nil)
        }
        draft.company = values[.company]
        draft.category = values[.category]
        draft.title = values[.title]
        draft.email = values[.email]
        draft.phone = values[.phone]
        draft.websiteURL = values[.websiteURL]
        draft.address = values[.address]
        draft.city = values[.city]
        draft.state = values[.state]
        draft.postalCode = values[.postalCode]
        draft.country = values[.country]
        draft.source = form.source
        draft.tags = form.tags
        return draft
    }

    private struct Record: Encodable {
        var form: String
        var origin: String?
        var fields: [String: [String]]
    }

    private static func record(of post: FormPost, _ form: WebForm, _ origin: String?) -> String {
        let fields = Dictionary(grouping: post.fields.filter { $0.name != form.honeypot }, by: \.name).mapValues { $0.map(\.value) }
        return (try? WireJSON.encode(Record(form: form.key, origin: origin, fields: fields))).map { String(decoding: $0, as: UTF8.self) }
            ?? "{}"
    }
}

/// What people write over several lines.
package enum NoteText {
    /// Its lines stay lines, what can't be stored or seen is left out.
    package static func cleaned(_ text: String) -> String? {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map { $0.cleaned(limit: .max) ?? "" }
        let cleaned = lines.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines)
        return cleaned.isEmpty ? nil : cleaned
    }
}
