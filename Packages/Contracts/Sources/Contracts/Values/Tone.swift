/// How a site speaks to its visitors.
public enum Tone: String, CaseIterable, Codable, Sendable {
    /// Warm, as to a neighbour.
    case friendly
    /// Composed and precise.
    case professional
    /// Short, and to the point.
    case direct
}
