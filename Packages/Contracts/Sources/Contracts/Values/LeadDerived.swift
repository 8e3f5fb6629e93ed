public import Foundation

// What follows from a lead's data: made when it is asked for, never stored.
extension Lead {
    /// From here on upwards a lead is hot; 70 itself isn't.
    public static let hotAbove = 70

    /// The person's name; `nil` when no part of it is known.
    public var fullName: String? {
        let parts = [firstName, lastName].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: " ")
    }

    public var isHot: Bool { (leadScore ?? 0) > Self.hotAbove }

    /// Whole days of 24 hours.
    public func daysSinceCreated(at time: Date) -> Int { Self.days(from: createdAt, to: time) }

    /// Whole days of 24 hours; `nil` when it was never contacted.
    public func daysSinceLastContact(at time: Date) -> Int? { lastContactAt.map { Self.days(from: $0, to: time) } }

    private static func days(from start: Date, to end: Date) -> Int { max(0, Int(end.timeIntervalSince(start) / 86_400)) }
}

/// What follows from a lead's data at one moment, for those who read JSON.
public struct LeadDerived: Codable, Hashable, Sendable {
    public var fullName: String?
    public var daysSinceCreated: Int
    public var daysSinceLastContact: Int?
    /// A lead score above 70.
    public var isHot: Bool

    enum CodingKeys: String, CodingKey {
        case fullName = "full_name"
        case daysSinceCreated = "days_since_created"
        case daysSinceLastContact = "days_since_last_contact"
        case isHot = "is_hot"
    }

    public init(_ lead: Lead, at time: Date) {
        fullName = lead.fullName
        daysSinceCreated = lead.daysSinceCreated(at: time)
        daysSinceLastContact = lead.daysSinceLastContact(at: time)
        isHot = lead.isHot
    }
}
