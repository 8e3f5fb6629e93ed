import Contracts
import Foundation
import Testing

@testable import Messaging

@Suite("Envelopes")
struct EnvelopeTests {
    @Test(arguments: [nil, TraceContext.make()])
    func `an envelope is written as its Codable form is, and its head read alike`(trace: TraceContext?) throws {
        var fact = visits(1)[0]
        for _ in 0..<2 {
            let envelope = Envelope(fact, source: .lifecycle, time: Date(timeIntervalSince1970: 1_780_000_000.25), trace: trace)
            let json = try envelope.json()
            #expect(String(decoding: json, as: UTF8.self) == String(decoding: try WireJSON.encoder().encode(envelope), as: UTF8.self))
            let head = try #require(EnvelopeHead(plain: WireJSON.Text(json)))
            #expect(head == (try WireJSON.decode(EnvelopeHead.self, from: json)))
            #expect(head == EnvelopeHead(envelope))
            #expect(try WireJSON.Text(json).decode(EnvelopeFact<SiteVisited>.self).fact == fact)
            fact = visits(1)[0]
        }
    }

    /// Right or wrong, all that isn't quite as we write it is read as before.
    @Test(arguments: [
        ("\"subject\":\"x\"", "\"subject\":null"), ("\"subject\":\"x\",", ""), ("\"subject\":\"x\"", "\"subject\":\"\\u0041\""),
        ("000001Z", "1+02:00"), ("\"1.0\"", "\"0.3\""), ("\"type\":\"t\"", "\"type\":7"), ("\"traceparent\":\"?\"", "\"traceparent\":null"),
        ("\"traceparent\":\"?\"", "\"traceparent\":7"), ("0190c4b2", "0190C4B2"), ("0190c4b2", "0190c4bx"), ("\"source\":", "\"sauce\":"),
        ("{", ""), ("\"t\"", "\"t\u{1}\""),
    ])
    func `a head is read alike, however it is written`(plain: String, other: String) throws {
        let right =
            #"{"id":"0190c4b2-0000-7000-8000-0000000000ff","source":"/s","specversion":"1.0","subject":"x","#
            + #""time":"2026-01-31T09:30:00.000001Z","traceparent":"?","type":"t"}"#
        for json in [right, right.replacing(plain, with: other)] {
            let (text, slow) = (WireJSON.Text(Data(json.utf8)), try? WireJSON.decoder().decode(EnvelopeHead.self, from: Data(json.utf8)))
            #expect((try? EnvelopeHead(plain: text) ?? text.decode()) == slow)
        }
        #expect(EnvelopeHead(plain: WireJSON.Text(Data(right.utf8))) != nil)
    }
}
