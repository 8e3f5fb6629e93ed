public import Foundation

/// A form on a customer's own site, whose posts become leads.
public struct WebForm: Codable, Hashable, Sendable {
    /// Stands in the form's address. Nobody can guess it, but everybody may see it: it is in the page.
    public var key: String
    /// For people, to know it again.
    public var name: String
    /// From where browsers may post: `https://lafonda.example`, or `*` for any place.
    public var allowedOrigins: [String]
    /// Where a browser is sent that posted without a script; none: a plain page of ours.
    public var successURL: String?
    public var failureURL: String?
    /// What its leads get.
    public var source: LeadSource
    public var tags: [String]
    public var assignedTo: String?
    /// Whose telephone numbers are read where the post doesn't say its country.
    public var country: String?
    /// The name of a field that people don't see: who fills it is a program.
    public var honeypot: String
    /// Posts a second that one address may send for long, and posts at once.
    public var rate: Double
    public var burst: Int
    /// How many posts were taken, and how many fell into the honeypot.
    public var taken: Int
    public var trapped: Int
    public var lastTakenAt: Date?
    public var createdBy: String
    public var createdAt: Date
    public var updatedAt: Date
    /// Since when it takes nothing.
    public var disabledAt: Date?

    enum CodingKeys: String, CodingKey {
        case key, name
        case allowedOrigins = "allowed_origins"
        case successURL = "success_url"
        case failureURL = "failure_url"
        case source, tags
        case assignedTo = "assigned_to"
        case country, honeypot, rate, burst, taken, trapped
        case lastTakenAt = "last_taken_at"
        case createdBy = "created_by"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case disabledAt = "disabled_at"
    }

    /// A new one, with what holds where nothing else is said.
    public init(key: String, name: String, allowedOrigins: [String], createdBy: String, at time: Date) {
        self.key = key
        self.name = name
        self.allowedOrigins = allowedOrigins
        source = .website
        tags = []
        honeypot = Self.defaultHoneypot
        rate = 0.2
        burst = 20
        taken = 0
        trapped = 0
        self.createdBy = createdBy
        createdAt = time
        updatedAt = time
    }

    public static let defaultHoneypot = "contact_by_fax"
}

/// What is said of a form: a missing key keeps what it is, an explicit `null` clears it.
public struct WebFormChanges: Codable, Hashable, Sendable {
    public var name: Edit<String> = .keep
    public var allowedOrigins: Edit<[String]> = .keep
    public var successURL: Edit<String> = .keep
    public var failureURL: Edit<String> = .keep
    public var source: Edit<LeadSource> = .keep
    public var tags: Edit<[String]> = .keep
    public var assignedTo: Edit<String> = .keep
    public var country: Edit<String> = .keep
    public var honeypot: Edit<String> = .keep
    public var rate: Edit<Double> = .keep
    public var burst: Edit<Int> = .keep
    /// `false` opens a form again that was disabled.
    public var disabled: Edit<Bool> = .keep

    enum CodingKeys: String, CodingKey {
        case name
        case allowedOrigins = "allowed_origins"
        case successURL = "success_url"
        case failureURL = "failure_url"
        case source
        case tags
        case assignedTo = "assigned_to"
        case country
        case honeypot
        case rate
        case burst
        case disabled
    }

    /// Nothing is said.
    public init() {}

    /// What `say` says, and nothing else.
    public init(_ say: (inout WebFormChanges) -> Void) {
        say(&self)
    }
}

/// A new form for a customer's own site.
public struct CreateForm: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.create-form"
    public static let summary = "A new form for a customer's own site."
    public typealias Answer = WebForm

    /// A name and an origin at least.
    public var form: WebFormChanges

    public init(form: WebFormChanges) {
        self.form = form
    }
}

/// Changes a form: a missing key keeps, an explicit null clears.
public struct UpdateForm: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.update-form"
    public static let summary = "Changes a form: a missing key keeps, an explicit null clears."
    public typealias Answer = WebForm

    public var key: String
    public var changes: WebFormChanges

    public init(key: String, changes: WebFormChanges) {
        self.key = key
        self.changes = changes
    }
}

/// The forms, newest first, the disabled ones too.
public struct ListForms: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.list-forms"
    public static let summary = "The forms, newest first, the disabled ones too."

    /// What the owner answers.
    public struct Answer: Codable, Hashable, Sendable {
        public var forms: [WebForm]

        public init(forms: [WebForm]) {
            self.forms = forms
        }
    }

    public init() {}
}

/// Lets a form take nothing any more; what it took stays.
public struct DisableForm: Command, Hashable {
    public static let subject: Subject = "rpc.lead-intake.disable-form"
    public static let summary = "Lets a form take nothing any more; what it took stays."
    public typealias Answer = WebForm

    public var key: String

    public init(key: String) {
        self.key = key
    }
}
