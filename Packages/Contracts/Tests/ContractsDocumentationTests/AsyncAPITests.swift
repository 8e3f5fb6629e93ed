import Contracts
import ContractsDocumentation
import Foundation
import Testing

@Suite("docs/asyncapi.yaml")
struct AsyncAPITests {
    private let document: Document

    init() throws { document = try AsyncAPI.document() }

    @Test func `the committed file says what the code does; make docs writes it anew`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../..").standardized
        let committed = try String(contentsOf: root.appending(path: "docs/asyncapi.yaml"), encoding: .utf8)
        #expect(committed == document.yaml)
    }

    @Test func `every event has a channel with its message, sent by its publisher`() throws {
        for stream in Catalogue.streams {
            for event in stream.events {
                let operation = try #require(document[["operations", "publish.\(event.subject)"]], "\(event)")
                #expect(operation[["x-publisher"]] == .text(stream.publisher.rawValue))
                #expect(document[["channels", "\(event.subject)", "messages"]]?.keys.count == 1)
            }
        }
    }

    @Test func `every status that a lead can come to is an address`() throws {
        let statuses = try #require(document[["channels", "crm.status.contact", "parameters", "status", "enum"]])
        #expect(statuses == .list(ContactStatus.allCases.map { .text($0.rawValue) }))
        #expect(document[["channels", "crm.status.website", "address"]] == "crm.status.website.{status}")
    }

    @Test func `every command has a channel and two ways to be answered`() throws {
        let subjects = Catalogue.commands.map { "\($0.subject)" } + Catalogue.serviceCommands.map { "rpc.service.\($0.verbNoun)" }
        for subject in subjects {
            #expect(document[["operations", "answer.\(subject)", "reply"]] != nil)
            #expect(document[["channels", "\(subject).reply", "messages"]]?.keys == ["Answer", "Problem"])
        }
        #expect(document[["operations"]]?.keys.count == Catalogue.events.count + subjects.count)
    }

    @Test func `every reference leads somewhere`() {
        let targets = references(in: document)
        #expect(targets.count > 100)
        for target in targets {
            let path = target.dropFirst(2).split(separator: "/").map(String.init)
            #expect(document[path] != nil, "\(target)")
        }
    }

    private func references(in document: Document) -> Set<String> {
        switch document {
        case .map(let entries):
            entries.reduce(into: []) { found, entry in
                if entry.key == "$ref", case .text(let target) = entry.value { found.insert(target) }
                found.formUnion(references(in: entry.value))
            }
        case .list(let values): values.reduce(into: []) { $0.formUnion(references(in: $1)) }
        default: []
        }
    }
}

@Suite("YAML")
struct DocumentTests {
    @Test func `nested maps and lists are indented, and what could be misread is quoted`() {
        let document: Document = [
            "a": ["b": [["c": "d e", "f": .integer(1)], "x"], "empty": [:], "none": .list([])],
            "true": .boolean(true), "$ref": "#/a", "text": "it's \"so\":\n{1}", "on": "no", "version": "1", "nothing": .null,
        ]
        #expect(
            document.yaml == #"""
                a:
                  b:
                    - c: d e
                      f: 1
                    - x
                  empty: {}
                  none: []
                "true": true
                "$ref": "#/a"
                text: "it's \"so\":\n{1}"
                "on": "no"
                version: "1"
                nothing: null

                """#
        )
    }
}
