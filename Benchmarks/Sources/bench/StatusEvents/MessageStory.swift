import Contracts
import Foundation
import Messaging

/// What campaign tells of a mail to each of many leads: sent, opened, clicked and answered, each of which moves the status.
struct MessageStory {
    static let moves = 4
    let leads: Int

    /// The lead of a number from 1 on, as pgbench finds it too.
    static func lead(_ number: Int) -> LeadID {
        let digits = String(number, radix: 16)
        let text = String(repeating: "0", count: 32 - digits.count) + digits
        var uuid = text
        for place in [8, 13, 18, 23] { uuid.insert("-", at: uuid.index(uuid.startIndex, offsetBy: place)) }
        return LeadID(uuid) ?? .make()
    }

    var count: Int { leads * Self.moves }

    /// All of them in the order in which they are told: the leads overlap, as they do when a campaign goes out.
    func events() throws -> [(subject: String, payload: Data, id: String)] {
        let lag = max(1, leads / 8)
        let start = Date()
        return try (0..<leads + lag * (Self.moves - 1)).flatMap { turn in
            try (0..<Self.moves).reversed().compactMap { move -> (String, Data, String)? in
                let number = turn - move * lag + 1
                guard (1...leads).contains(number) else { return nil }
                return try Self.told(move, of: Self.lead(number), at: start + Double(turn) / 1_000)
            }
        }
    }

    static func told(_ move: Int, of lead: LeadID, at time: Date) throws -> (String, Data, String) {
        let message = MessageID.make()
        return switch move {
        case 0: try told(MessageSent(leadID: lead, messageID: message, channel: .email, address: "info@\(lead).example"), time)
        case 1: try told(MessageOpened(leadID: lead, messageID: message, channel: .email, byMachine: false), time)
        case 2:
            try told(MessageClicked(leadID: lead, messageID: message, channel: .email, url: "https://a.example", byMachine: false), time)
        default: try told(MessageReplied(leadID: lead, messageID: message, channel: .email), time)
        }
    }

    private static func told(_ event: some Event, _ time: Date) throws -> (String, Data, String) {
        let envelope = Envelope(event, source: .campaign, time: time, trace: .make())
        return (event.subject.description, try WireJSON.encode(envelope), envelope.id.description)
    }
}
