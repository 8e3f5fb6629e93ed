package import Contracts

/// What a lead's scores rest on besides its own data.
package struct ScoreStanding: Hashable, Sendable {
    package var engagement: Set<Engagement>
    /// Who set the score by hand: it stands, whatever changes, until somebody has it made anew. `nil`: it is made by the model.
    package var qualificationSetBy: String?
    package var leadScoreSetBy: String?

    package init(engagement: Set<Engagement> = [], qualificationSetBy: String? = nil, leadScoreSetBy: String? = nil) {
        self.engagement = engagement
        self.qualificationSetBy = qualificationSetBy
        self.leadScoreSetBy = leadScoreSetBy
    }

    /// As it is once the lead has changed: a new address has not bounced.
    package func after(_ lead: Lead, became next: Lead) -> ScoreStanding {
        guard lead.email != next.email else { return self }
        var standing = self
        standing.engagement.remove(.bounced)
        return standing
    }
}

extension ScoringModels {
    /// The lead with its scores made anew, but for those that were set by hand. The one way to a lead's scores: whatever happens to a lead,
    /// the same facts make the same scores.
    package func scored(_ lead: Lead, _ standing: ScoreStanding = ScoreStanding()) -> Lead {
        let facts = ScoreFacts(lead, engagement: standing.engagement)
        var lead = lead
        if standing.qualificationSetBy == nil { lead.qualificationScore = qualification.score(facts) }
        if standing.leadScoreSetBy == nil { lead.leadScore = leadScore.score(facts) }
        return lead
    }

    /// A lead's scores as they are, explained.
    package func scores(of lead: Lead, _ standing: ScoreStanding) -> LeadScores {
        let facts = ScoreFacts(lead, engagement: standing.engagement)
        let (one, other) = (qualification.factors(of: facts), leadScore.factors(of: facts))
        return LeadScores(
            qualification: ScoreBreakdown(
                score: lead.qualificationScore,
                computed: ScoringModel.score(one),
                factors: one,
                setBy: standing.qualificationSetBy
            ),
            leadScore: ScoreBreakdown(
                score: lead.leadScore ?? ScoringModel.score(other),
                computed: ScoringModel.score(other),
                factors: other,
                setBy: standing.leadScoreSetBy
            )
        )
    }
}
