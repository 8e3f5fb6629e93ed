package import Foundation
package import Contracts

extension Lead {
    /// Put aside: in the stage lost and with the tag that says so, which takes the last place if there is none left.
    package func archived(at time: Date) -> Lead {
        guard archivedAt == nil else { return self }
        var lead = self
        lead.archivedAt = time
        lead.salesStage = .lost
        if !tags.contains(Tags.archived) { lead.tags = tags.prefix(Tags.limit - 1) + [Tags.archived] }
        return lead
    }

    /// Back again, in the stage it had before; `nil`: it stays in the one it is in.
    package func restored(to stage: SalesStage?) -> Lead {
        var lead = self
        lead.archivedAt = nil
        lead.salesStage = stage ?? salesStage
        lead.tags.removeAll { $0 == Tags.archived }
        return lead
    }
}
