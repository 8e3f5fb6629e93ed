import Contracts
import Foundation

extension LeadFilter {
    /// How many values one list of a filter may have.
    private static let longest = 100

    /// What can't be meant, each with a pointer that begins with `base`.
    func faults(at base: String) -> [Problem.FieldError] {
        var faults: [Problem.FieldError] = []
        func fault(_ key: String, _ detail: String) {
            faults.append(Problem.FieldError(pointer: "\(base)/\(key)", detail: detail))
        }
        func checkRange<Bound: Comparable>(_ low: Bound?, _ high: Bound?, _ key: String, within limits: ClosedRange<Bound>? = nil) {
            if let low, let high, low > high { fault(key, "ends before it begins") }
            if let limits, [low, high].contains(where: { $0.map { !limits.contains($0) } ?? false }) {
                fault(key, "must be \(limits.lowerBound) to \(limits.upperBound)")
            }
        }
        checkRange(createdFrom, createdBefore, "created_before")
        checkRange(updatedFrom, updatedBefore, "updated_before")
        checkRange(lastContactFrom, lastContactBefore, "last_contact_before")
        checkRange(nextFollowUpFrom, nextFollowUpBefore, "next_follow_up_before")
        checkRange(minQualificationScore, maxQualificationScore, "min_qualification_score", within: 0...100)
        checkRange(minLeadScore, maxLeadScore, "min_lead_score", within: 0...100)
        checkRange(minRating, maxRating, "min_rating", within: 0...5)

        let lists: [(String, Int?)] = [
            ("stages", stages?.count), ("sources", sources?.count), ("assigned_to", assignedTo?.count), ("categories", categories?.count),
            ("cities", cities?.count), ("states", states?.count), ("tags_any", tagsAny?.count), ("tags_all", tagsAll?.count),
        ]
        for (key, count) in lists where count ?? 0 > Self.longest { fault(key, "may have \(Self.longest) values at most") }
        if search?.utf8.count ?? 0 > LeadListSearch.longest { fault("search", "may have \(LeadListSearch.longest) bytes at most") }
        if isUnassigned == false, assignedTo?.isEmpty == false { fault("is_unassigned", "says nothing beside assigned_to: leave it out") }
        return faults
    }
}
