import Contracts
import Foundation
import Messaging
import Postgres

/// Follows what customers are to be told of their subscriptions, and what makes it needless.
struct NoticeHandlers: Sendable {
    var handlers: [EventHandler] {
        [
            .on(SubscriptionPastDue.self) { received, transaction in
                try await transaction.queueNotice(received.fact, at: received.time)
                return .done
            },
            .on(SubscriptionRenewed.self) { received, transaction in
                try await transaction.dropNotices(of: received.fact.subscriptionID, until: received.time, because: "paid")
                return .done
            },
            .on(SubscriptionPaused.self) { received, transaction in
                try await transaction.dropNotices(of: received.fact.subscriptionID, until: received.time, because: "paused")
                return .done
            },
            .on(SubscriptionReactivated.self) { received, transaction in
                try await transaction.forgetUntoldNotices(of: received.fact.subscriptionID, until: received.time)
                return .done
            },
            .on(SubscriptionCancelled.self) { received, transaction in
                try await transaction.dropNotices(of: received.fact.subscriptionID, until: received.time, because: "cancelled")
                return .done
            },
        ]
    }
}
