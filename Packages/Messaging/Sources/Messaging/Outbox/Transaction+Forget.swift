public import Contracts
public import Postgres

extension Transaction {
    /// Forgets what messaging keeps of a lead whose personal data is erased: events of it that were given up, which can't be replayed any
    /// more, and answers that are kept for repeats, which are refused from now on. What is in this service's streams goes later, by its
    /// ``StreamEraser``.
    public func forget(_ lead: LeadID) async throws {
        let id = lead.description
        _ = try await pipeline([
            "DELETE FROM dead_letters WHERE position(convert_to(\(id), 'UTF8') IN payload) > 0",
            "UPDATE idempotency_keys SET answer = NULL WHERE answer::text LIKE '%' || \(id) || '%'",
            "INSERT INTO erasures (lead_id) VALUES (\(lead)) ON CONFLICT (lead_id) DO UPDATE SET asked_at = now(), erased_at = NULL",
        ])
    }
}
