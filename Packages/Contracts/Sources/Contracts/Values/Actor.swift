/// What somebody of the staff may do; each includes the ones before.
public enum Role: String, CaseIterable, Codable, Comparable, Sendable {
    case agent, manager, admin

    public static func < (a: Role, b: Role) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .agent: 0
        case .manager: 1
        case .admin: 2
        }
    }
}

/// Who asks: a person of the staff, or one of the services.
public struct Actor: Codable, Hashable, Sendable {
    public var id: String
    public var role: Role

    public init(id: String, role: Role) {
        self.id = id
        self.role = role
    }

    /// A service that acts by itself, not for a person: `service:lifecycle`.
    public static func service(_ name: ServiceName) -> Actor {
        Actor(id: "service:\(name.rawValue)", role: .admin)
    }

    /// Whoever holds the operator's credentials on the command line.
    public static let `operator` = Actor(id: "operator", role: .admin)
}

/// The five executables, by the names they have in subjects, sources and settings.
public enum ServiceName: String, CaseIterable, Codable, Sendable {
    case leadIntake = "lead-intake"
    case lifecycle, campaign
    case billingWebhook = "billing-webhook"
    case console
}

/// Makes a repeat of a command or a POST harmless: what has the same key is done once, and answered alike.
public struct IdempotencyKey: RawRepresentable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// A key that nobody has used.
    public static func make() -> Self { Self(rawValue: "\(EventID.make())") }
}
