import Foundation
import Testing

@testable import Outbound

@Suite("Retry policy")
struct RetryPolicyTests {
    let policy = RetryPolicy(.anyFailure, maximumAttempts: 10, firstDelay: .milliseconds(100), maximumDelay: .seconds(1))
    let lost = OutboundError(.connectionLost, maybeDelivered: true, message: "")

    @Test func `pauses double up to the longest, and are a random part of that`() {
        let full = (1...9).map { policy.delay(after: lost, attempt: $0, jitter: 1) }
        #expect(full == [100, 200, 400, 800, 1000, 1000, 1000, 1000, 1000].map { .milliseconds($0) })
        #expect(policy.delay(after: lost, attempt: 3, jitter: 0.5) == .milliseconds(200))
        #expect(policy.delay(after: lost, attempt: 3, jitter: 0) == .zero)
        #expect(policy.delay(after: lost, attempt: 10, jitter: 1) == nil)
    }

    @Test(arguments: [OutboundError.Code.tls, .invalidRequest, .tooLarge, .cancelled, .shutDown, .smtp(replyCode: 451), .authentication])
    func `what another attempt can't help is not tried again`(code: OutboundError.Code) {
        #expect(policy.delay(after: OutboundError(code, message: ""), attempt: 1, jitter: 1) == nil)
    }

    @Test func `what may have arrived is tried again only where that is allowed`() {
        let unsent = OutboundError(.connect, message: "")
        #expect(RetryPolicy.ifUndelivered.delay(after: lost, attempt: 1, jitter: 1) == nil)
        #expect(RetryPolicy.ifUndelivered.delay(after: unsent, attempt: 1, jitter: 1) != nil)
        #expect(RetryPolicy.ifUndelivered.delay(afterStatus: 503, retryAfter: nil, attempt: 1, jitter: 1) == nil)
        #expect(RetryPolicy.never.delay(after: unsent, attempt: 1, jitter: 1) == nil)
        #expect(RetryPolicy.idempotent.delay(after: lost, attempt: 1, jitter: 1) != nil)
        #expect(RetryPolicy.idempotent.delay(afterStatus: 404, retryAfter: nil, attempt: 1, jitter: 1) == nil)
    }

    @Test func `Retry-After is read as seconds and as a date`() throws {
        func response(_ value: String) -> OutboundResponse {
            OutboundResponse(status: 503, headers: OutboundHeaders([("Retry-After", value)]))
        }
        let now = try Date("2026-11-21T08:00:00Z", strategy: .iso8601)
        #expect(response("120").retryAfter(now: now) == .seconds(120))
        #expect(response("Sat, 21 Nov 2026 08:00:30 GMT").retryAfter(now: now) == .seconds(30))
        #expect(response("Sat, 21 Nov 2026 07:00:00 GMT").retryAfter(now: now) == .zero)
        for value in ["", "-1", "soon", "99999999999999999999", "Sat, 21 Foo 2026 07:00:00 GMT", "21 Nov 2026"] {
            #expect(response(value).retryAfter(now: now) == nil)
        }
    }

    @Test(arguments: 0..<20)
    func `admission keeps both bounds and first come first served, in any order of events`(seed: Int) {
        var random = SeededRandom(state: UInt64(seed) &+ 1)
        var admission = Admission<Int>(maximum: 5, maximumPerHost: 2)
        var running: [Int: String] = [:]
        var waiting: [(id: Int, host: String)] = []
        for id in 0..<300 {
            let host = "host\(Int.random(in: 0..<4, using: &random))"
            admission.enqueue(id, host: host)
            waiting.append((id, host))
            if Bool.random(using: &random), let leaving = waiting.randomElement(using: &random) {
                let wasKnown = admission.remove(leaving.id)
                #expect(wasKnown)
                waiting.removeAll { $0.id == leaving.id }
            }
            while let admitted = admission.admit() {
                let count = { (host: String) in running.values.count { $0 == host } }
                let expected = waiting.first { count($0.host) < 2 }
                #expect(admitted == expected?.id)
                waiting.removeAll { $0.id == admitted }
                running[admitted] = expected?.host
                #expect(running.count <= 5)
            }
            #expect(running.count == 5 || waiting.allSatisfy { entry in running.values.count { $0 == entry.host } == 2 })
            if Bool.random(using: &random), let done = running.keys.sorted().randomElement(using: &random) {
                let wasKnown = admission.remove(done)
                let isKnown = admission.remove(done)
                #expect(wasKnown && !isKnown)
                running[done] = nil
            }
        }
    }
}

struct SeededRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
