import Contracts
import Foundation
import Messaging
import Testing

@Suite("Commands about forms", .timeLimit(.minutes(5)))
struct FormCommandsTests {
    private let manager = Actor(id: "ann", role: .manager)

    @Test func `a form is made, changed, listed, disabled and opened again`() async throws {
        let bench = try await IntakeBench()
        try await bench.running { commands in
            let asked = CreateForm(
                form: WebFormChanges {
                    $0.name = .set("Contact page")
                    $0.allowedOrigins = .set(["https://lafonda.example"])
                    $0.successURL = .set("https://lafonda.example/thanks")
                }
            )
            let once = IdempotencyKey.make()
            let made = try await commands.call(asked, as: manager, key: once)
            #expect(made.key.wholeMatch(of: /plf_[A-Za-z0-9_-]{22}/) != nil)
            #expect(made.source == .website && made.createdBy == "ann" && made.disabledAt == nil)
            #expect(try await commands.call(asked, as: manager, key: once) == made, "a repeat makes no second one")

            let changes = WebFormChanges {
                $0.successURL = .clear
                $0.assignedTo = .set("bob")
                $0.rate = .set(1)
            }
            let changed = try await commands.call(UpdateForm(key: made.key, changes: changes), as: manager)
            #expect(changed.successURL == nil && changed.assignedTo == "bob" && changed.rate == 1 && changed.name == "Contact page")
            #expect(changed.updatedAt > made.updatedAt)
            #expect(try await commands.call(ListForms(), as: manager).forms == [changed])

            let disabled = try await commands.call(DisableForm(key: made.key), as: manager)
            #expect(disabled.disabledAt != nil)
            #expect(try await commands.call(DisableForm(key: made.key), as: manager) == disabled)
            let open = WebFormChanges { $0.disabled = .set(false) }
            #expect(try await commands.call(UpdateForm(key: made.key, changes: open), as: manager).disabledAt == nil)
        }
        await bench.close()
    }

    @Test func `an agent may not, an unknown form is not found, and faults are told by their place`() async throws {
        let bench = try await IntakeBench()
        try await bench.running { commands in
            let agent = Actor(id: "bob", role: .agent)
            for refused in [
                await #expect(throws: Problem.self) { try await commands.call(ListForms(), as: agent) },
                await #expect(throws: Problem.self) { try await commands.call(CreateForm(form: WebFormChanges()), as: agent) },
                await #expect(throws: Problem.self) { try await commands.call(DisableForm(key: "x"), as: agent) },
                await #expect(throws: Problem.self) { try await commands.call(UpdateForm(key: "x", changes: WebFormChanges()), as: agent) },
            ] { #expect(refused?.status == 403) }
            let unknown = await #expect(throws: Problem.self) { try await commands.call(DisableForm(key: "plf_x"), as: manager) }
            #expect(unknown?.status == 404)
            let odd = await #expect(throws: Problem.self) {
                let form = WebFormChanges { $0.allowedOrigins = .set(["lafonda.example"]) }
                return try await commands.call(CreateForm(form: form), as: manager)
            }
            #expect(odd?.errors?.map(\.pointer) == ["/form/name", "/form/allowed_origins/0"])
        }
        await bench.close()
    }
}
