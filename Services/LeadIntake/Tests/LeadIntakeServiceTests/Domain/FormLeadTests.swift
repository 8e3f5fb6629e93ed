import Contracts
import Foundation
import LeadIntakeService
import Testing

@Suite("Posts as leads")
struct FormLeadTests {
    private let form: WebForm

    init() {
        var form = WebForm(key: "plf_test", name: "Contact", allowedOrigins: ["*"], createdBy: "ann", at: Date())
        form.tags = ["web"]
        form.country = "GT"
        self.form = form
    }

    private func read(_ fields: [(String, String)]) throws -> FormLead.Outcome {
        var post = try FormPost([], contentType: nil)
        post.fields = fields.map { .init($0.0, $0.1) }
        return FormLead.read(post, of: form, origin: "https://lafonda.example", defaultCountry: "US", models: .standard)
    }

    private func lead(_ fields: [(String, String)]) throws -> FormLead {
        guard case .accepted(let lead) = try read(fields) else { throw Refused() }
        return lead
    }

    private func faults(_ fields: [(String, String)]) throws -> [String] {
        guard case .rejected(let faults) = try read(fields) else { return [] }
        return faults.map(\.sentAs)
    }

    private struct Refused: Error {}

    @Test func `a business with a person to talk to`() throws {
        let lead = try lead([
            ("Business-Name", "La Fonda"), ("name", "Ana Ramírez López"), ("E-Mail", "ANA@LaFonda.example"), ("tel", "5550 1234"),
            ("City", "Xela"), ("mensaje", "Hola,\r\n¿cuánto\u{0}  cuesta?\r\n"), ("utm_source", "maps"), ("color", "rojo"),
            ("color", "azul"),
        ])
        let draft = lead.business.draft
        #expect(draft.name == "La Fonda" && draft.firstName == "Ana" && draft.lastName == "Ramírez López")
        #expect(draft.email == "ana@lafonda.example" && draft.phone == "+50255501234" && draft.city == "Xela" && draft.country == "GT")
        #expect(draft.source == .website && draft.tags == ["web"])
        #expect(lead.message == "Hola,\n¿cuánto cuesta?")
        #expect(lead.record.contains(#""color":["rojo","azul"]"#) && lead.record.contains(#""utm_source":["maps"]"#))
        #expect(lead.record.hasPrefix(#"{"fields":{"#) && lead.record.contains(#""origin":"https://lafonda.example""#))
    }

    @Test func `a person alone is the lead, by whichever names`() throws {
        #expect(try lead([("name", "Ana Ramírez")]).business.draft.name == "Ana Ramírez")
        let both = try lead([("first_name", "Ana"), ("lastname", "Ramírez")]).business.draft
        #expect(both.name == "Ana Ramírez" && both.firstName == "Ana" && both.lastName == "Ramírez")
        let company = try lead([("company", "La Fonda"), ("first_name", "Ana")]).business.draft
        #expect(company.name == "La Fonda" && company.company == "La Fonda" && company.firstName == "Ana")
    }

    @Test func `all that has to be mended is told at once, by the names that were posted`() throws {
        #expect(
            try faults([("mail", "ana@"), ("tel", "12"), ("web", "not a site"), ("message", String(repeating: "x", count: 10_001))])
                == ["name", "message", "mail", "tel", "web"]
        )
    }

    @Test func `nobody chooses ids, slugs, scores, tags or staff by a form`() throws {
        let draft = try lead([
            ("name", "Ana"), ("gmb_id", "ChIJa"), ("slug", "mine"), ("id", "\(LeadID.make())"), ("tags", "vip"), ("source", "referral"),
            ("assigned_to", "ann"), ("lead_score", "100"), ("rating", "5"),
        ]).business.draft
        #expect(draft.gmbID == nil && draft.slug == nil && draft.tags == ["web"] && draft.source == .website && draft.rating == nil)
    }

    @Test func `who fills the honeypot is trapped, blanks are nothing`() throws {
        guard case .trapped = try read([("name", "Ana"), ("contact_by_fax", "1")]) else {
            Issue.record("not trapped")
            return
        }
        #expect(try !lead([("name", "Ana"), ("contact_by_fax", " ")]).record.contains("fax"))
    }
}
