@testable import Contracts
import ContractsDocumentation
import Foundation
import Testing

/// The fast ways to write and read JSON are to differ from Foundation's in nothing but the time they take.
@Suite("JSON, written and read fast")
struct WireJSONTests {
    private static let names =
        Catalogue.events.map { String(describing: $0) }
        + (Catalogue.commands + Catalogue.serviceCommands).flatMap { ["\($0)", "\($0).Answer"] }

    private static func sample(_ name: String, isFull: Bool) throws -> any Codable {
        func sample<Value: Codable>(_ type: Value.Type) throws -> Value { try Probe.sample(of: type, isFull: isFull) }
        func answer<Asked: Command>(_ type: Asked.Type) throws -> any Codable { try sample(Asked.Answer.self) }
        func itself<Asked: Command>(_ type: Asked.Type) throws -> any Codable { try sample(Asked.self) }
        func event<Fact: Event>(_ type: Fact.Type) throws -> any Codable { try sample(Fact.self) }
        if let found = Catalogue.events.first(where: { String(describing: $0) == name }) { return try event(found) }
        let commands: [any Command.Type] = Catalogue.commands + Catalogue.serviceCommands
        let found = try #require(commands.first { "\($0)" == name || "\($0).Answer" == name })
        return name.hasSuffix(".Answer") ? try answer(found) : try itself(found)
    }

    @Test(arguments: names, [true, false])
    func `all that is said between services is written and read alike`(name: String, isFull: Bool) throws {
        func check<Value: Codable>(_ value: Value) throws {
            let slow = try WireJSON.encoder().encode(value)
            let fast = try #require(WireWriter.bytes(of: value), "left to JSONEncoder")
            #expect(String(decoding: fast, as: UTF8.self) == String(decoding: slow, as: UTF8.self))
            let read = try #require(WireReader.value(Value.self, from: slow), "left to JSONDecoder")
            let readAgain = try WireJSON.encoder().encode(read)
            #expect(String(decoding: readAgain, as: UTF8.self) == String(decoding: slow, as: UTF8.self))
        }
        try check(try Self.sample(name, isFull: isFull))
    }

    @Test(arguments: [true, false])
    func `what an event writes by hand is what its Codable form is`(isFull: Bool) throws {
        func check<Fact: Event>(_ type: Fact.Type) throws {
            let fact = try Probe.sample(of: type, isFull: isFull)
            var json = WireText()
            try json.object { json in
                json.member("before", "x")
                try fact.write(as: "data", to: &json)
                json.member("id", fact.concernedLead ?? .make())
            }
            let slow = try WireJSON.encoder().encode(Hand(before: "x", data: fact, id: fact.concernedLead))
            if fact.concernedLead != nil { #expect(String(decoding: json.data, as: UTF8.self) == String(decoding: slow, as: UTF8.self)) }
        }
        for type in Catalogue.events { try check(type) }
    }

    private struct Hand<Fact: Event>: Encodable {
        var before: String
        var data: Fact
        var id: LeadID?
    }

    @Test(arguments: [
        "\"quoted\" \\ / \u{1}\u{1f}\u{7f}\n\t\r\u{8}\u{c} é 日本 👩‍👧", "", "\u{2028}", "a\u{0}b",
    ])
    func `texts and far times are written by hand alike`(text: String) throws {
        for seconds in [0, -0.000_001, 1_769_851_800.25, -62_200_000_000, 253_402_300_800.5] {
            let time = Date(timeIntervalSince1970: seconds)
            let fact = ContactStatusChanged(
                leadID: .make(),
                from: .pending,
                to: .smsSent,
                cause: StatusCause(eventID: .make(), type: text, actor: text, reason: text),
                at: time
            )
            var json = WireText()
            json.object { fact.write(as: "data", to: &$0) }
            let slow = try WireJSON.encoder().encode(["data": fact])
            #expect(String(decoding: json.data, as: UTF8.self) == String(decoding: slow, as: UTF8.self))
        }
    }

    private struct Odd: Codable, Equatable {
        var text = "\"quoted\" \\ / \u{1}\u{1f}\u{7f}\n\t\r\u{8}\u{c} é 日本 👩‍👧"
        var numbers: [Double] = [0, -0.0, 1.5, 1e20, -1e-7, 1e300, 123_456_789_012_345_680, 0.1]
        var whole: [Int] = [0, -1, .max, .min]
        var small: UInt8 = 255
        var nothing: [String?] = ["a", nil]
        var map: [String: [Int]] = ["z": [], "a b": [1]]
        var date = Date(timeIntervalSince1970: -0.000_001)
        var choice: Choice = .some(word: "x")
        var data = Data([1, 2])

        enum Choice: Codable, Equatable { case some(word: String), none }
    }

    @Test func `what is rare comes out right too`() throws {
        let odd = Odd()
        let json = try WireJSON.encode(odd)
        #expect(json == (try WireJSON.encoder().encode(odd)))
        #expect(try WireJSON.decode(Odd.self, from: json) == odd)
        let words = [odd.text, "", "plain", "\u{2028}", "a\u{0}b"]
        #expect(try #require(WireWriter.bytes(of: words)) == Array(WireJSON.encoder().encode(words)))
        let numbers = [0, 1.5, -2, 0.1, 123_456_789, 1e15, -0.000_1]
        #expect(try #require(WireWriter.bytes(of: numbers)) == Array(WireJSON.encoder().encode(numbers)))
        #expect(throws: EncodingError.self) { try WireJSON.encode([Double.infinity]) }
    }

    private struct Thing: Codable, Equatable {
        var id: UUID
        var at: Date?
        var count: Int
        var isIt: Bool
        var tags: [String]
    }

    private static let right =
        #"{"id":"0190C4B2-0000-7000-8000-0000000000fF","at":"2026-01-31T09:30:00.000001Z","count":-3,"isIt":true,"tags":["a"]}"#

    @Test(arguments: [
        "", " ", "{", right + "x", right + ",", right.dropLast().description, right.replacing("-3", with: "-03"),
        right.replacing("-3", with: "3.5"),
        right.replacing("-3", with: "\"3\""), right.replacing("true", with: "tru"), right.replacing("true", with: "1"),
        right.replacing("\"a\"", with: "\"a\u{1}\""), right.replacing("2026-01", with: "2026-13"),
        right.replacing("0190C4B2", with: "0190C4BX"), right.replacing("\"count\":-3,", with: ""), right.replacing("-3", with: "null"),
        right.replacing("-3", with: "99999999999999999999"), right.replacing("}", with: ",\"other\":nul}"), "[\(right)]", "null",
    ])
    func `what is wrong is refused as JSONDecoder refuses it`(json: String) {
        #expect(WireReader.value(Thing.self, from: Data(json.utf8)) == nil)
        #expect(throws: DecodingError.self) { try WireJSON.decode(Thing.self, from: Data(json.utf8)) }
    }

    @Test(arguments: [
        right, " \n\(right)\t", right.replacing(",", with: " , ").replacing(":t", with: " :\r\n t"),
        right.replacing("}", with: ",\"other\":[{\"a\":[1.5e-3,null,false]}]}"),
        right.replacing("\"2026-01-31T09:30:00.000001Z\"", with: "null"), right.replacing("000001Z", with: "1+02:00"),
        right.replacing("\"a\"", with: #""\u00e9\n\"x\"""#), right.replacing("\"tags\"", with: #""t\u0061gs""#),
    ])
    func `what is right is read as JSONDecoder reads it`(json: String) throws {
        #expect(try WireJSON.decode(Thing.self, from: Data(json.utf8)) == WireJSON.decoder().decode(Thing.self, from: Data(json.utf8)))
    }

    @Test func `a time is written and read as before, to the microsecond`() {
        for seconds in [0, 1_767_225_600.123_456, -1.5, 253_402_300_799.999_9, -62_135_596_800, 951_782_400] {
            let date = Date(timeIntervalSince1970: seconds)
            let text = RFC3339.string(from: date)
            #expect(text.utf8.count == 27)
            #expect(RFC3339.plainDate(from: Array(text.utf8)) == RFC3339.date(from: text.replacing("Z", with: "+00:00")))
        }
        #expect(RFC3339.plainDate(from: Array("2026-02-29T09:30:00.000000Z".utf8)) == nil)
        #expect(RFC3339.date(from: "2026-02-28T09:30:00Z") == RFC3339.date(from: "2026-02-28T10:30:00.000000+01:00"))
    }

    @Test func `ids are ordered as PostgreSQL orders them`() {
        let ids = (0..<200).map { _ in LeadID(UUID()) }
        #expect(ids.sorted().map(\.description) == ids.map(\.description).sorted())
        #expect(ids.allSatisfy { LeadID($0.description) == $0 && $0.description == $0.rawValue.uuidString.lowercased() })
    }
}
