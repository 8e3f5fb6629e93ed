import ArgumentParser
import Contracts
import Foundation
import LocalStack

struct Forms: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Forms on customers' own sites, whose posts become leads.",
        subcommands: [Create.self, Update.self, List.self, Disable.self]
    )

    /// What may be said of a form.
    struct Fields: ParsableArguments {
        @Option(help: "From where browsers may post: https://lafonda.example, or * for any place; may be given several times.")
        var origin: [String] = []
        @Option(help: "Where a browser is sent that posted without a script; empty: a page of ours.") var success: String?
        @Option(help: "Where it is sent when something has to be mended.") var failure: String?
        @Option(help: "The source that its leads get; website, if nothing is said.") var source: String?
        @Option(help: "A tag that its leads get; may be given several times.") var tag: [String] = []
        @Option(help: "Who of the staff its leads are assigned to.") var assign: String?
        @Option(help: "The country whose telephone numbers are meant, such as GT.") var country: String?
        @Option(help: "The name of the field that people don't see.") var honeypot: String?
        @Option(help: "Posts a second that one address may send for long.") var rate: Double?
        @Option(help: "Posts that one address may send at once.") var burst: Int?

        func changes(name: String?) throws -> WebFormChanges {
            let source = try source.map { text in
                guard let source = LeadSource(rawValue: text) else {
                    let known = LeadSource.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("There is no source \(text). There are: \(known).")
                }
                return source
            }
            return WebFormChanges {
                $0.name = Self.edit(name)
                $0.allowedOrigins = Self.edit(origin.isEmpty ? nil : origin)
                $0.successURL = Self.text(success)
                $0.failureURL = Self.text(failure)
                $0.source = Self.edit(source)
                $0.tags = Self.edit(tag.isEmpty ? nil : tag)
                $0.assignedTo = Self.text(assign)
                $0.country = Self.text(country)
                $0.honeypot = Self.edit(honeypot)
                $0.rate = Self.edit(rate)
                $0.burst = Self.edit(burst)
            }
        }

        /// An empty text clears.
        private static func text(_ value: String?) -> Edit<String> { value == "" ? .clear : edit(value) }

        private static func edit<Value: Codable & Hashable & Sendable>(_ value: Value?) -> Edit<Value> {
            value.map { .set($0) } ?? .keep
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Make a form, and print its address.")
        @OptionGroup var options: StackOptions
        @OptionGroup var fields: Fields
        @Option(help: "For people, to know the form again.") var name: String

        func run() async throws {
            let command = CreateForm(form: try fields.changes(name: name))
            let form = try await options.withClient { try await $0.ask(command, patience: .seconds(5)) }
            print("\(try options.attached().url(of: .leadIntake))/intake/forms/\(form.key)")
        }
    }

    struct Update: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Change what is named of a form; what isn't named stays.")
        @OptionGroup var options: StackOptions
        @OptionGroup var fields: Fields
        @Argument(help: "Its key, as `list` prints it.") var key: String
        @Option(help: "For people, to know the form again.") var name: String?
        @Flag(help: "Open it again, after it was disabled.") var open = false

        func run() async throws {
            var changes = try fields.changes(name: name)
            if open { changes.disabled = .set(false) }
            let command = UpdateForm(key: key, changes: changes)
            print(Forms.line(try await options.withClient { try await $0.ask(command, patience: .seconds(5)) }))
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the forms, newest first, with what they took.")
        @OptionGroup var options: StackOptions

        func run() async throws {
            let forms = try await options.withClient { try await $0.ask(ListForms(), patience: .seconds(5)) }.forms
            for form in forms { print(Forms.line(form)) }
            if forms.isEmpty { print("none") }
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let a form take nothing any more; what it took stays.")
        @OptionGroup var options: StackOptions
        @Argument(help: "Its key, as `list` prints it.") var key: String

        func run() async throws {
            print(Forms.line(try await options.withClient { try await $0.ask(DisableForm(key: key), patience: .seconds(5)) }))
        }
    }

    private static func line(_ form: WebForm) -> String {
        var words = [
            form.key, "'\(form.name)'", form.allowedOrigins.joined(separator: ","), "taken \(form.taken), trapped \(form.trapped)",
        ]
        if let last = form.lastTakenAt { words.append("last \(RFC3339.string(from: last))") }
        if let disabled = form.disabledAt { words.append("disabled \(RFC3339.string(from: disabled))") }
        return words.joined(separator: " ")
    }
}
