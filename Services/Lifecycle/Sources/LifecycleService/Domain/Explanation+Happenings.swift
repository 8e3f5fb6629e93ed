import Contracts

extension Explanation {
    /// What happened, as the main clause of a sentence.
    static func happening(_ decision: Decision) -> String {
        let known: String? =
            switch decision.entry.field {
            case .contact: ContactTrigger(rawValue: decision.trigger).map { happening($0, decision) }
            case .website: WebsiteTrigger(rawValue: decision.trigger).map { happening($0, decision) }
            }
        return known ?? "\(decision.trigger.replacing("_", with: " ")) was recorded"
    }

    private static func happening(_ trigger: ContactTrigger, _ decision: Decision) -> String {
        let message = message(decision.channel)
        return switch trigger {
        case .emailSent: "an e-mail was sent to the lead"
        case .smsSent: "a text message was sent to the lead"
        case .emailDelivered: "the e-mail was delivered"
        case .smsDelivered: "the text message was delivered"
        case .openedByPerson: "somebody opened the \(message)"
        case .openedByMachine: "a machine opened the \(message)"
        case .clickedByPerson: "somebody clicked a link in the \(message)"
        case .clickedByMachine: "a machine followed a link in the \(message)"
        case .replied: "the lead replied\(by(decision.channel))"
        case .checkoutCreated: "the lead went to the checkout"
        case .paidForSite: "the lead paid for the site"
        case .paidForSomethingElse: "the lead paid for something"
        case .unsubscribed: "the lead unsubscribed from \(messages(decision.channel))"
        case .complained: "the lead reported the \(message) as unwanted"
        case .resubscribed: "the lead subscribed to \(messages(decision.channel)) again"
        case .bouncedPermanently: "the \(message) came back, since its address does not work"
        case .bouncedTemporarily: "the \(message) could not be delivered yet"
        case .undeliverable: "the \(message) can't be delivered to its address"
        case .failed: "the \(message) could not be sent"
        case .emailChanged: "the lead's e-mail address was changed"
        case .phoneChanged: "the lead's telephone number was changed"
        case .setByHand, .setBeforeMerge: byHand(decision.entry)
        case .repaired: repair(decision.entry)
        case .adopted: "a predecessor's database was taken over, which says so\(quoted(decision.entry.cause.reason))"
        }
    }

    private static func happening(_ trigger: WebsiteTrigger, _ decision: Decision) -> String {
        switch trigger {
        case .generationStarted: "the pages of the site were begun"
        case .generationSucceeded: "the pages of the site were finished"
        case .generationFailed: "the pages of the site could not be made\(quoted(decision.entry.cause.reason))"
        case .deployed: "the site was deployed"
        case .paidForSite: "the site was paid for"
        case .subscriptionEnded: "the site's subscription ended"
        case .subscriptionEndsLater: "the site's subscription was cancelled"
        case .subscriptionEndMoved: "the site's subscription, which was cancelled, was paid for until later than was known"
        case .subscriptionRenewed: "the site's subscription was renewed"
        case .subscriptionReactivated: "the site's subscription, which was cancelled or paused, is gone on with"
        case .subscriptionPaused: "the site's subscription was paused"
        case .otherSubscriptionEnded: "another subscription of the lead's was cancelled"
        case .leadErased: "all that is personal about the lead was erased"
        case .visitedByPerson: "somebody looked at the site"
        case .visitedByMachine: "a machine looked at the site"
        case .suspended: "\(decision.entry.cause.actor ?? "somebody") suspended the site\(quoted(decision.entry.cause.reason))"
        case .resumed:
            "\(decision.entry.cause.actor ?? "somebody") had the suspended site shown again\(quoted(decision.entry.cause.reason))"
        case .setByHand, .setBeforeMerge: byHand(decision.entry)
        case .repaired: repair(decision.entry)
        case .adopted: "a predecessor's database was taken over, which says so\(quoted(decision.entry.cause.reason))"
        }
    }

    private static func byHand(_ entry: StatusHistoryEntry) -> String {
        if entry.cause.type == "adopted" { return "it was taken over from the system before\(quoted(entry.cause.reason))" }
        return "\(entry.cause.actor ?? "somebody") set it by hand\(quoted(entry.cause.reason))"
    }

    private static func repair(_ entry: StatusHistoryEntry) -> String {
        "\(entry.cause.actor ?? "somebody") had the statuses verified, and this one was not what the recorded facts make of it"
    }

    /// A reason as part of a sentence: one line, and not longer than can be read.
    private static func quoted(_ reason: String?) -> String {
        guard let reason, !reason.isEmpty else { return "" }
        let line = reason.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return " (\"\(line.count > 200 ? line.prefix(200) + "..." : line[...])\")"
    }

    private static func message(_ channel: Channel?) -> String {
        switch channel {
        case .email: "e-mail"
        case .sms: "text message"
        case nil: "message"
        }
    }

    private static func messages(_ channel: Channel?) -> String {
        switch channel {
        case .email: "e-mails"
        case .sms: "text messages"
        case nil: "messages"
        }
    }

    private static func by(_ channel: Channel?) -> String {
        switch channel {
        case .email: " by e-mail"
        case .sms: " by text message"
        case nil: ""
        }
    }
}
