import Contracts
import Foundation
import Messaging
import Postgres

/// Records openings and clicks, and says once for each message that a person, or a machine, did it.
struct HitHandlers: Sendable {
    let database: Database
    var classification = HitClassification()

    private static let atOnce = 100
    /// Of one message and kind; what comes after them is only counted.
    private static let mostStored = 100

    /// Stores a hit; it is judged at once, unless it may turn out to be part of a sweep of all links.
    ///
    /// One too many to be stored is judged at once too: a person's may well be the first of its kind among them.
    /// - Returns: where a click leads; nil for a pixel, and when there is no such message or link (any more).
    func record(_ hit: Hit, of message: MessageID) async throws -> String? {
        try await database.transaction { transaction in
            guard let engagement = try await transaction.engagementForUpdate(of: message) else { return nil }
            try await transaction.acceptAsProven(engagement.message)
            let links = engagement.message.links
            let target = hit.link.flatMap { links.indices.contains($0) ? links[$0] : nil }
            if hit.kind == .click, target == nil { return nil }

            let count = hit.kind == .open ? engagement.openCount : engagement.clickCount
            let isStored = count < Self.mostStored
            let mayBeSwept = hit.kind == .click && classification.canBeSwept(linkCount: links.count)
            let verdict =
                mayBeSwept && isStored
                ? nil : classification.judge(hit, sentAt: engagement.message.outSince, clicks: [], isFlood: mayBeSwept)
            try await transaction.countHit(hit.kind, of: message)
            if isStored {
                let judgeAt = mayBeSwept ? hit.at + classification.sweepWindow / .seconds(1) + 1 : hit.at
                try await transaction.insertHit(hit, of: message, verdict: verdict, judgeAt: judgeAt)
            }
            if let verdict { try await transaction.settle([(hit, verdict)], of: engagement) }
            return target
        }
    }

    /// Judges the clicks that no other can change the verdict of any more.
    func judgeDue() async throws {
        while try await judgeSome() {}
    }

    /// - Returns: whether there may be more.
    private func judgeSome() async throws -> Bool {
        let messages = try await database.transaction { try await $0.messagesWithUnjudgedHits(limit: Self.atOnce) }
        for message in messages {
            try await database.transaction { transaction in
                guard let engagement = try await transaction.engagementForUpdate(of: message) else { return }
                let clicks = try await transaction.clicks(on: message).map(\.hit)
                var judged: [(Hit, HitVerdict)] = []
                for stored in try await transaction.unjudgedHits(of: message) {
                    let verdict = classification.judge(stored.hit, sentAt: engagement.message.outSince, clicks: clicks)
                    try await transaction.setVerdict(verdict, of: stored.id)
                    judged.append((stored.hit, verdict))
                }
                try await transaction.settle(judged, of: engagement)
            }
        }
        return messages.count == Self.atOnce
    }
}

extension Transaction {
    /// Notes and publishes the first of each kind.
    fileprivate func settle(_ hits: [(Hit, HitVerdict)], of engagement: Engagement) async throws {
        var engagement = engagement
        let message = engagement.message
        for (hit, verdict) in hits {
            let byMachine = verdict.class != .human
            guard engagement.isFirst(hit.kind, byMachine: byMachine) else { continue }
            engagement.note(hit.kind, byMachine: byMachine, at: hit.at)
            try await markEngagement(hit.kind, byMachine: byMachine, of: message.id, at: hit.at)
            switch hit.kind {
            case .open:
                try await publish(
                    MessageOpened(
                        leadID: message.lead,
                        messageID: message.id,
                        campaignID: message.campaign,
                        channel: message.channel,
                        byMachine: byMachine
                    ),
                    at: hit.at
                )
            case .click:
                try await publish(
                    MessageClicked(
                        leadID: message.lead,
                        messageID: message.id,
                        campaignID: message.campaign,
                        channel: message.channel,
                        url: hit.link.flatMap { message.links.indices.contains($0) ? message.links[$0] : nil } ?? "",
                        byMachine: byMachine
                    ),
                    at: hit.at
                )
            }
        }
    }
}

extension Engagement {
    fileprivate func isFirst(_ kind: Hit.Kind, byMachine: Bool) -> Bool {
        switch (kind, byMachine) {
        case (.open, false): openedAt == nil
        case (.open, true): openedByMachineAt == nil
        case (.click, false): clickedAt == nil
        case (.click, true): clickedByMachineAt == nil
        }
    }

    fileprivate mutating func note(_ kind: Hit.Kind, byMachine: Bool, at time: Date) {
        switch (kind, byMachine) {
        case (.open, false): openedAt = time
        case (.open, true): openedByMachineAt = time
        case (.click, false): clickedAt = time
        case (.click, true): clickedByMachineAt = time
        }
    }
}
