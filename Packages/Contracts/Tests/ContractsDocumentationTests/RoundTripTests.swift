import Contracts
import ContractsDocumentation
import Foundation
import Testing

@Suite("On the wire")
struct RoundTripTests {
    private static let eventNames = Catalogue.events.map { String(describing: $0) }
    private static let commandNames = (Catalogue.commands + Catalogue.serviceCommands).map { String(describing: $0) }

    @Test(arguments: eventNames, [true, false])
    func `every event comes back as it was, with all its fields and with the fewest`(name: String, isFull: Bool) throws {
        func check<Fact: Event>(_ type: Fact.Type) throws {
            let fact = try Probe.sample(of: type, isFull: isFull)
            #expect(try WireJSON.decode(Fact.self, from: WireJSON.encode(fact)) == fact)
        }
        let event: any Event.Type = try #require(Catalogue.events.first { String(describing: $0) == name })
        try check(event)
    }

    @Test(arguments: commandNames, [true, false])
    func `every command and its answer come back as they were`(name: String, isFull: Bool) throws {
        func comesBack<Value: Codable>(_ type: Value.Type) throws {
            let sent = try WireJSON.encode(Probe.sample(of: type, isFull: isFull))
            #expect(try WireJSON.encode(WireJSON.decode(type, from: sent)) == sent)
        }
        func check<Asked: Command>(_ type: Asked.Type) throws {
            try comesBack(Asked.self)
            try comesBack(Asked.Answer.self)
        }
        let all: [any Command.Type] = Catalogue.commands + Catalogue.serviceCommands
        let command: any Command.Type = try #require(all.first { String(describing: $0) == name })
        try check(command)
    }

    @Test func `keys on the wire are snake_case`() throws {
        let shapes = try Catalogue.events.map { try Probe.shape(of: $0) } + Catalogue.commands.map { try Probe.shape(of: $0) }
        for case .object(let name, let fields) in shapes.flatMap(\.parts) {
            for field in fields {
                #expect(field.key.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 95 }, "\(name).\(field.key)")
            }
        }
    }

    @Test func `what a type asks for is its shape`() throws {
        let shape = try Probe.shape(of: CheckoutSummary.self)
        let expected: [Shape.Field] = [
            .init(key: "id", shape: .string(format: "uuid"), isRequired: true),
            .init(key: "provider_id", shape: .string(), isRequired: false),
            .init(key: "state", shape: .string(), isRequired: true),
            .init(
                key: "amount",
                shape: .object(
                    name: "Money",
                    fields: [
                        .init(key: "minor_units", shape: .integer, isRequired: true),
                        .init(key: "currency", shape: .string(pattern: "^[A-Z]{3}$"), isRequired: true),
                    ]
                ),
                isRequired: true
            ),
            .init(key: "created_at", shape: .string(format: "date-time"), isRequired: true),
        ]
        #expect(shape == .object(name: "CheckoutSummary", fields: expected))
    }

    @Test func `maps, lists and closed lists of words are told apart`() throws {
        guard case .object(_, let fields) = try Probe.shape(of: PreviewCampaign.Answer.self),
            case .object(_, let filter) = try Probe.shape(of: AudienceFilter.self)
        else {
            Issue.record("both are objects")
            return
        }
        #expect(fields.first { $0.key == "excluded" }?.shape == .map(.integer))
        let statuses = Shape.choice(name: "ContactStatus", values: ContactStatus.allCases.map(\.rawValue))
        #expect(filter.first { $0.key == "contact_status" }?.shape == .array(statuses))
    }
}
