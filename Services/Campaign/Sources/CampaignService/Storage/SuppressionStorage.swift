import Contracts
import Postgres

/// Why an address must not be written to.
package enum SuppressionReason: String, Sendable {
    case unsubscribed, complained, bounced, manual
}

extension Transaction {
    /// Writes an address off. One that was lifted before counts again; one that is in force stays as it is, unless
    /// this reason is the stronger: what a person said outlives what a server said.
    ///
    /// - Returns: whether that changed anything.
    @discardableResult
    func suppress(
        _ channel: Channel,
        _ address: String,
        _ reason: SuppressionReason,
        source: String,
        lead: LeadID?,
        message: MessageID?
    ) async throws -> Bool {
        guard !address.isEmpty else { return false }
        let changed = try await execute(
            """
            INSERT INTO suppressions AS s (channel, address, reason, source, lead_id, message_id)
            VALUES (
                \(channel.rawValue), \(address), \(reason.rawValue), \(source), \(lead?.rawValue), \(message?.rawValue)
            )
            ON CONFLICT (channel, address) DO UPDATE SET
                reason = excluded.reason,
                source = excluded.source,
                lead_id = excluded.lead_id,
                message_id = excluded.message_id,
                created_at = now(),
                lifted_at = NULL,
                lifted_source = NULL
            WHERE s.lifted_at IS NOT NULL OR (s.reason = 'bounced' AND excluded.reason <> 'bounced')
            """
        )
        return changed > 0
    }

    /// Lets an address be written to again, when it was its owner who had said no.
    ///
    /// - Returns: whether there was such a suppression.
    func liftSuppression(_ channel: Channel, _ address: String, source: String) async throws -> Bool {
        let lifted = try await execute(
            """
            UPDATE suppressions
            SET lifted_at = now(), lifted_source = \(source)
            WHERE channel = \(channel.rawValue) AND address IN (\(address), erased_address(\(address)))
                AND lifted_at IS NULL AND reason = 'unsubscribed'
            """
        )
        return lifted > 0
    }
}
