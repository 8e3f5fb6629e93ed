import Contracts
import Foundation
import Testing

@Suite("The bodies of commands")
struct BodyReaderTests {
    private func faults<Body: Codable & Sendable>(_ type: Body.Type, _ json: String) throws -> [String] {
        let problem = try #require(throws: Problem.self) { try BodyReader(type).read(Data(json.utf8)) }
        #expect(problem.status == 400)
        return (problem.errors ?? []).map { "\($0.pointer) \($0.detail)" }
    }

    private static let commands = (Catalogue.commands + Catalogue.serviceCommands).map { "\($0)" }

    @Test(arguments: commands, [true, false])
    func `each command is read as it was written, with all that it may say and with the least`(name: String, isFull: Bool) throws {
        func check<Asked: Command>(_ type: Asked.Type) throws {
            let sent = try WireJSON.encode(Probe.sample(of: type, isFull: isFull))
            #expect(try WireJSON.encode(BodyReader(type).read(sent)) == sent)
            let json = String(decoding: sent, as: UTF8.self)
            let one = json == "{}" ? #"{"teh_field":1}"# : #"{"teh_field":1,"# + json.dropFirst()
            #expect(try faults(type, one).first?.hasPrefix("/teh_field there is no such field; ") == true)
        }
        let all: [any Command.Type] = Catalogue.commands + Catalogue.serviceCommands
        let command: any Command.Type = try #require(all.first { "\($0)" == name })
        try check(command)
    }

    private static let site = "0198c2de-7a30-7c51-9b1e-2f4d6a8c0e12"

    @Test func `a field that isn't there is named, wherever it stands, with those that are`() throws {
        let misspelt = #"{"lead_id":"\#(Self.site)","field":"contact","too":"opened","to":"clicked","reason":"r"}"#
        #expect(
            try faults(OverrideStatus.self, misspelt)
                == ["/too there is no such field; there are: lead_id, field, to, reason, expected_version"]
        )
        let cards = #"[{"title":"a","text":"b"},{"title":"a","text":"b","a/b~":1}]"#
        let nested = #"{"site_id":"\#(Self.site)","changes":{"tagline":"t","cards":\#(cards)}}"#
        #expect(try faults(EditSiteContent.self, nested) == ["/changes/cards/1/a~1b~0 there is no such field; there are: title, text"])
        #expect(try faults(GetFunnel.self, #"{"from":1}"#) == ["/from there is no such field; nothing is asked for here"])
    }

    @Test func `all that is wrong is told at once`() throws {
        let body = #"{"lead_id":7,"field":"contract","to":null,"expected_version":"3","reazon":"r"}"#
        #expect(
            try faults(OverrideStatus.self, body) == [
                "/lead_id must be a UUID such as 0198c2de-7a30-7c51-9b1e-2f4d6a8c0e12",
                "/field must be one of contact, website",
                "/to must not be null",
                "/expected_version must be a whole number",
                "/reazon there is no such field; there are: lead_id, field, to, reason, expected_version",
                "/reason is missing",
            ]
        )
    }

    private struct Everything: Codable {
        var id: LeadID
        var at: Date?
        var price: Money?
        var share: Double?
        var count: Int?
        var isIt: Bool?
        var kind: StatusField?
        var tags: [String]?
        var counts: [String: Int]?
    }

    @Test(arguments: [
        (#""id":"x""#, "/id must be a UUID such as 0198c2de-7a30-7c51-9b1e-2f4d6a8c0e12"),
        (#""at":"yesterday""#, "/at must be an RFC 3339 time such as 2026-01-31T09:30:00Z"),
        (#""at":7"#, "/at must be an RFC 3339 time such as 2026-01-31T09:30:00Z"),
        (#""price":{"minor_units":1,"currency":"QUETZAL"}"#, "/price/currency must be an ISO 4217 code such as GTQ"),
        (#""price":[]"#, "/price must be an object"),
        (#""share":"1""#, "/share must be a number"),
        (#""count":1.5"#, "/count must be a whole number"),
        (#""count":99999999999999999999"#, "/count must be a whole number"),
        (#""isIt":"yes""#, "/isIt must be true or false"),
        (#""kind":"both""#, "/kind must be one of contact, website"),
        (#""tags":"a""#, "/tags must be a list"),
        (#""tags":["a",null]"#, "/tags/1 must not be null"),
        (#""counts":{"a":"b"}"#, "/counts/a must be a whole number"),
    ])
    func `each kind of value says what it must be`(member: String, words: String) throws {
        let id = member.hasPrefix(#""id""#) ? "" : #""id":"\#(Self.site)","#
        #expect(try faults(Everything.self, "{\(id)\(member)}") == [words])
    }

    @Test(arguments: [
        ("", " is not valid JSON"), ("{", " is not valid JSON"), (#"{"lead_id":"\#(site)"} x"#, " is not valid JSON"),
        ("[]", " must be an object"), ("null", " must be an object"), (#""{}""#, " must be an object"),
    ])
    func `what is no object is told so`(json: String, words: String) throws {
        #expect(try faults(GetStatus.self, json) == [words])
    }

    @Test func `what keeps, clears or sets is checked as what it sets`() throws {
        let body = #"{"lead_id":"\#(Self.site)","changes":{"phone":null,"rating":"5","city":7}}"#
        #expect(try faults(UpdateLead.self, body) == ["/changes/rating must be a number", "/changes/city must be a string"])
    }

    @Test func `a thousand faults are told by the first of them`() throws {
        let ids = (0..<1_000).map { "\"\($0)\"" }.joined(separator: ",")
        #expect(try faults(GetStatuses.self, #"{"lead_ids":[\#(ids)]}"#).count == 20)
    }

    /// Escapes are left to Foundation's decoder.
    @Test func `texts with escapes are checked like others`() throws {
        let body = #"{"lead_id":"\#(Self.site)","field":"contact","to":"opened","reason":"\"so\" \u00e9"}"#
        #expect(try BodyReader<OverrideStatus>().read(Data(body.utf8)).reason == "\"so\" é")
        let more = body.replacing("}", with: #","because":"\n"}"#)
        #expect(try faults(OverrideStatus.self, more).map { $0.prefix(9) } == ["/because "])
    }
}
