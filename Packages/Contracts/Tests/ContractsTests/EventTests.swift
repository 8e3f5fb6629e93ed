import Contracts
import Foundation
import Testing

@Suite("Events and commands")
struct EventTests {
    private let lead = LeadID.make()

    @Test func `an event's type is its subject with the product's name and version`() {
        let opened = MessageOpened(leadID: lead, messageID: .make(), channel: .email, byMachine: false)
        #expect(opened.type == "plumbline.message.opened.v1")
        #expect(opened.about == "\(lead)")
    }

    @Test func `a status event is published under the new status`() {
        let moved = ContactStatusChanged(leadID: lead, from: .pending, to: .smsSent, cause: StatusCause(type: "manual"), at: Date())
        #expect("\(moved.subject)" == "crm.status.contact.sms_sent")
        #expect(moved.type == "plumbline.status.contact.sms_sent.v1")
        #expect(ContactStatusChanged.types.count == ContactStatus.allCases.count)
    }

    @Test func `each kind of event has a subject of its own, kept by exactly one stream`() {
        let subjects = Catalogue.events.flatMap { $0.subjects }.map(\.description)
        #expect(Set(subjects).count == subjects.count)
        for event in Catalogue.events {
            let keepers = Catalogue.streams.filter { $0.subjects.contains { event.subject.description.hasPrefix($0.dropLast()) } }
            #expect(keepers.count == 1, "\(event)")
        }
    }

    @Test func `each command has a subject of its own under its owner`() {
        let subjects =
            Catalogue.commands.map { $0.subject.description } + Catalogue.serviceCommands.map { $0.subject(of: .campaign).description }
        #expect(Set(subjects).count == subjects.count)
        #expect(subjects.allSatisfy { $0.hasPrefix("rpc.") && $0.split(separator: ".").count == 3 })
    }
}
